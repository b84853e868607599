/**
 * Faults of a recorder that sends to ClickHouse, and of the server: what was made is stored once, or reported as lost.
 *
 *     node --import tsx test/bench/history-faults.ts [ROUNDS [SEED]]
 *
 * Requires the engine of test/engines: npm install --prefix test/engines
 */
import { whyNoClickHouse } from '../kit/clickhouse.js';
import { faultRounds } from '../kit/history-faults.js';

const [rounds = '200', seed = '1'] = process.argv.slice(2);
const obstacle = whyNoClickHouse();
if (obstacle !== undefined) {
  console.error(obstacle);
  process.exit(1);
}
let state = Number(seed);
const next = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 8) % below;
};
const began = performance.now();
const { made, stored, counted, inGaps, kills } = await faultRounds(Number(rounds), next);
console.log(
  `${rounds} rounds: made ${made}, stored ${stored} (each once), reported as lost ${counted}, in the memory of a killed recorder ${inGaps}; ` +
    `killed: recorder ${kills.recorder}, server ${kills.server}; ${((performance.now() - began) / 1000).toFixed(0)} s`,
);
