/** A program: creates flows and deletes them again, as fast as it can. Arguments: how many flows. */
import { openKernel } from '../../../src/engine/sources/kernel/kernel.js';
import { createFlow, deleteFlow } from '../transport-messages.js';

const STEP = 50_000;
const flows = Number(process.argv[2]);
const source = openKernel();

function* changes(): Generator<Buffer> {
  for (let first = 0; first < flows; first += STEP) {
    for (let n = first; n < first + STEP; n++) yield createFlow(n);
    for (let n = first; n < first + STEP; n++) yield deleteFlow(n);
  }
}

async function main(): Promise<void> {
  const { sent, failed } = await source.batch(changes());
  await source.close();
  process.stdout.write(`${sent - failed}\n`);
}

void main();
