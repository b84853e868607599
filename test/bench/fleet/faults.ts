/** `npx tsx test/bench/fleet/faults.ts ROUNDS [SEED]`: rounds of faults of a fleet. Exit status 1 if a number was wrong, or a missing member not named. */
import { faultRounds } from './fault-rounds.js';
import { numbersOf } from './random.js';

const [rounds = '200', seed = String(Date.now() % 1e6)] = process.argv.slice(2);
const { tried, missing, wrong } = await faultRounds(Number(rounds), numbersOf(Number(seed)), 5, (done, found) => {
  if (done % 10 === 0) console.error(`${done} rounds, ${found.length} wrong ${found.at(-1) ?? ''}`);
});
console.log(`seed ${seed}: ${rounds} rounds, in ${missing} a member was missing, ${wrong.length} wrong`);
console.log(tried);
for (const each of wrong) console.log(each);
process.exitCode = wrong.length > 0 ? 1 : 0;
