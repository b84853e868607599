// timeout: 300
/** A few seconds of `npm run fuzz` for each target: the kept seeds, and new ones. */
import { suite } from 'uvu';
import { figuresText, fuzz } from './harness.js';
import { SEEDS } from './seeds.js';
import { TARGETS } from './targets.js';

const test = suite('fuzz');
/** FUZZ_SEED=N begins with the same batches again. */
const seed = Number(process.env.FUZZ_SEED ?? process.env.CTQ_TEST_SEED);
const SECONDS = 1;

for (const target of TARGETS) {
  test(`${target.what} (FUZZ_SEED=${seed})`, async () => {
    const kept = (SEEDS[target.name] ?? []).filter(each => each !== seed);
    const figures = await fuzz(target, { seeds: kept, seed, seconds: SECONDS });
    if (process.env.FUZZ_FIGURES) console.log(figuresText(target.name, figures));
  });
}

test.run();
