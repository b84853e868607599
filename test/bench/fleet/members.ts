/**
 * Agents with tables in memory, for the bench and the fault rounds: `members.ts SERVER FIRST COUNT FLOWS [FAULT [NKEY]]`. The tables are
 * messages of the kernel; everything above the kernel's socket is the agent's own code.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connectBus } from '../../../src/engine/sources/fleet/nats/nats-bus.js';
import type { Source } from '../../../src/engine/sources/source.js';
import { agentOn, tableSource } from '../../kit/fleet.js';
import { flowsOf } from './flows.js';

const [server, first, count, flows, fault = '', nkey] = process.argv.slice(2);

/** A source that is slow. */
const slowed = (source: Source, ms: number): Source => ({
  ...source,
  dump: (request, signal) => {
    const dump = source.dump(request, signal);
    return {
      repeats: 0,
      interrupted: false,
      async *[Symbol.asyncIterator]() {
        await pause(ms, undefined, { signal });
        yield* dump;
      },
    };
  },
});

async function main(): Promise<void> {
  const tables = new Map<number, Source>();
  for (let member = Number(first); member < Number(first) + Number(count); member++) {
    const bus = await connectBus({ servers: [server], nkey }, { name: `gw${member}`, isLasting: true });
    // A few tables for all: memory is not what is measured.
    const kind = member % 4;
    const table = tables.get(kind) ?? tableSource(flowsOf(kind, Number(flows)));
    tables.set(kind, table);
    agentOn(bus, `gw${member}`, fault === 'slow' ? slowed(table, 1500) : table);
    // When the server answers, it knows what the agent listens to.
    await bus.roundTrip();
  }
  process.stdout.write('ready\n');
}

if (first !== undefined)
  void main().catch((error: unknown) => {
    // A wrong key: it is not there.
    process.stdout.write(`${String(error)}\n`);
  });
