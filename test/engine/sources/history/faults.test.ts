// timeout: 240
/** A few rounds of faults; `node --import tsx test/bench/history-faults.ts` makes 200. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { whyNoClickHouse } from '../../../kit/clickhouse.js';
import { faultRounds } from '../../../kit/history-faults.js';

const test = suite('history: faults of recorder and server');
const obstacle = whyNoClickHouse();
if (obstacle !== undefined) console.log(obstacle);

(obstacle === undefined ? test : test.skip)('what was made is stored once, or reported as lost', async () => {
  // Kills of both, a cut answer, a refused segment, a full spool.
  const picks = [1, 3, 50, 0, 20, 1, 3, 3, 40, 1, 0, 5, 2, 30, 1, 2];
  let at = 0;
  const tally = await faultRounds(4, below => picks[at++ % picks.length] % below);
  assert.ok(tally.stored > 0);
  assert.ok(tally.made >= tally.stored);
});

test.run();
