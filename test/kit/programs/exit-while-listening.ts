/** A program: creates a flow, and exits with status 3 soon after its event. */
import { openKernel } from '../../../src/engine/sources/kernel/kernel.js';
import { createFlow } from '../transport-messages.js';

async function main(): Promise<void> {
  const stream = openKernel().listen([1]);
  await openKernel().exchange(createFlow(1));
  for await (const { count } of stream)
    setTimeout(() => {
      console.log(count, performance.now());
      process.exit(3);
    }, 50);
}

void main();
