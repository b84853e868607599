/** Deletes in the middle of other processes' traffic. SOAK_SECONDS says for how long; a few seconds where left out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { soakDeletes } from '../bench/soak-delete.js';
import { assertPrivateNamespace } from '../kit/namespace.js';

assertPrivateNamespace();
const test = suite('deletes under load');

test('every entry that matches goes, and none that does not', async () => {
  const soaked = await soakDeletes(Number(process.env.SOAK_SECONDS ?? 4));
  if (process.env.SOAK_SECONDS) console.log(soaked);
  assert.ok(soaked.rounds > 0, JSON.stringify(soaked));
  assert.ok(soaked.deleted > 500 * soaked.rounds * 0.9, JSON.stringify(soaked));
  assert.ok(soaked.churned > 1000, JSON.stringify(soaked));
  assert.equal({ wrong: soaked.wrong, left: soaked.left, lost: soaked.lost }, { wrong: 0, left: 0, lost: 0 });
});

test.run();
