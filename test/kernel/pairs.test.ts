// timeout: 300
// alone: some statements run for a time
/**
 * Defects lie where two features meet: statements so chosen that each brings many pairs of features which no other has had, and the
 * rows that they must give. `npm run fuzz -- pairs` continues until every pair has been had.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresText, fuzz } from '../fuzz/harness.js';
import { SEEDS } from '../fuzz/seeds.js';
import { pairs } from '../fuzz/targets/pairs.js';

const test = suite('pairs');
const seed = Number(process.env.FUZZ_SEED ?? 20_261_128);

test(`statements of many pairs of features are right (FUZZ_SEED=${seed})`, async () => {
  const figures = await fuzz(pairs, { seeds: SEEDS.pairs, seed, seconds: 0, batches: 3 });
  if (process.env.FUZZ_FIGURES) console.log(figuresText(pairs.name, figures));
  assert.ok(figures.counts.statements >= 40, JSON.stringify(figures.counts));
  assert.ok(figures.counts['pairs had'] > 1500, JSON.stringify(figures.counts));
});

test.run();
