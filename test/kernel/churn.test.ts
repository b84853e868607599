// fills
// timeout: 900
/** Queries, deletes and a watch in the middle of other processes' traffic, up to a full table. SOAK_SECONDS says for how long; a few where left out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { soakChurn } from '../bench/soak-churn.js';
import { assertPrivateNamespace } from '../kit/namespace.js';

assertPrivateNamespace();
const test = suite('churn');

test('no wrong row, none twice, none missing, no wrong delete; a full table is reported', async () => {
  const churned = await soakChurn(Number(process.env.SOAK_SECONDS ?? 4));
  if (process.env.SOAK_SECONDS) console.log(churned);
  const { wrong, wrongDeletes, wrongEvents } = churned;
  assert.equal(
    { wrong, wrongDeletes, wrongEvents },
    { wrong: 0, wrongDeletes: 0, wrongEvents: 0 },
    JSON.stringify(churned),
  );
  assert.ok(churned.queries > 1 && churned.rows >= 2000 && churned.deletes > 0, JSON.stringify(churned));
  assert.ok(churned.churned > 1000, JSON.stringify(churned));
  if (churned.full > 0) assert.match(churned.refusal, /ENOMEM.*full/, JSON.stringify(churned));
});

test.run();
