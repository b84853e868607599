// timeout: 300
/** A batch of `npm run fuzz` for each target, the same cases in every run, and the kept seeds. */
import { suite } from 'uvu';
import { figuresText, fuzz } from './harness.js';
import { SEEDS } from './seeds.js';
import { TARGETS } from './targets.js';

const test = suite('fuzz');
/** FUZZ_SEED=N begins with the same batches again. */
const seed = Number(process.env.FUZZ_SEED ?? process.env.CTQ_TEST_SEED);

for (const target of TARGETS) {
  test(`${target.what} (FUZZ_SEED=${seed})`, async () => {
    const kept = (SEEDS[target.name] ?? []).filter(each => each !== seed);
    const figures = await fuzz(target, { seeds: kept, seed, seconds: 0 });
    if (process.env.FUZZ_FIGURES) console.log(figuresText(target.name, figures));
  });
}

test.run();
