/**
 * Records flows to a server until it is ended: SIGTERM ends it as it ends ctq.
 *
 *   node --import tsx test/kit/programs/record-to-server.ts ADDRESS SPOOL SPOOL_BYTES FIRST_ID CLOCK_MS
 *
 * Prints `made N` for flows up to N, exclusive, that were recorded, and `kept N` when these are in the spool, or counted as lost.
 * CLOCK_MS is added to the clock.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { flowAt, openServerRecorder } from '../recorded.js';

const [address = '', spool = '', size = '0', first = '0', offset = '0'] = process.argv.slice(2);
const clock = Date.now;
Date.now = () => clock() + Number(offset);

let isEnding = false;
process.on('SIGTERM', () => {
  isEnding = true;
});

async function main(): Promise<void> {
  const warnings = { push: (text: string) => console.error(text) } as unknown as string[];
  const recorder = await openServerRecorder(address, { spool, size: Number(size), warnings });
  for (let id = Number(first); !isEnding; ) {
    const count = 1 + (id % 97);
    for (let i = 0; i < count; i++, id++) recorder.entry(flowAt(id, Date.now() - 1000, Date.now(), 1));
    console.log(`made ${id}`);
    if (id % 4 !== 0) {
      await recorder.flush();
      console.log(`kept ${id}`);
    }
    await sleep(5);
  }
  await recorder.close();
  console.log('closed');
}

void main();
