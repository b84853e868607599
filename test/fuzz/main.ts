/** What scripts/fuzz.js starts: `main.ts SEED SECONDS TARGET…`. Each line of standard output shows that it still runs. */
import { figuresText, fuzz } from './harness.js';
import { KERNEL_TARGETS, TARGETS, TRIED_ELSEWHERE } from './targets.js';

const [seed = '0', seconds = '10', ...names] = process.argv.slice(2);
const all = [...TARGETS, ...TRIED_ELSEWHERE, ...KERNEL_TARGETS];

for (const name of names) {
  const target = all.find(each => each.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  try {
    const figures = await fuzz(target, {
      seeds: [],
      seed: Number(seed),
      seconds: Number(seconds),
      tell: (current, cases) => console.log(`. ${name} seed ${current}, ${cases} cases so far`),
    });
    console.log(figuresText(name, figures));
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAILED ${name}\n${error instanceof Error ? error.message : String(error)}`);
    const { cause } = error as Error;
    if (cause instanceof Error) console.log(cause.stack);
  }
}
