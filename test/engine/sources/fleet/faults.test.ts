/** Some rounds of faults; `npx tsx test/bench/fleet/faults.ts 200` runs many. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultRounds } from '../../../bench/fleet/fault-rounds.js';
import { numbersOf } from '../../../bench/fleet/random.js';
import { hasNatsServer } from '../../../kit/nats-server.js';

const test = suite('faults of a fleet');

test('each member is complete, or named as missing', async () => {
  const { wrong } = await faultRounds(4, numbersOf(7));
  assert.equal(wrong, []);
});

if (hasNatsServer) test.run();
