// timeout: 300
/**
 * Random tables and conditions: kernel filters on, kernel filters off, snapshots, and a naive evaluator of what conntrack(8) prints
 * give the same entries. `npm run fuzz differential` continues for as long as one likes.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuzz } from '../fuzz/harness.js';
import { SEEDS } from '../fuzz/seeds.js';
import { differential } from '../fuzz/targets/differential.js';

const test = suite('differential');
const seed = Number(process.env.FUZZ_SEED ?? process.env.CTQ_TEST_SEED);

test(`every way to answer gives the same entries (FUZZ_SEED=${seed})`, async () => {
  const kept = SEEDS.differential.filter(each => each !== seed);
  const { counts } = await fuzz(differential, { seeds: kept, seed, seconds: 0, batches: 8 });
  assert.ok(counts.conditions > 100, JSON.stringify(counts));
  assert.ok(counts['rows compared'] > 1000, JSON.stringify(counts));
  assert.ok(counts['kernel dumps'] > 0 && counts['kernel gets'] > 0, JSON.stringify(counts));
});

test.run();
