/**
 * Agents with tables in memory, for the bench and the fault rounds: `members.ts SERVER FIRST COUNT FLOWS [FAULT]`. The tables are
 * messages of the kernel; everything above the kernel's socket is the agent's own code.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connectBus } from '../../../src/engine/sources/fleet/nats/nats-bus.js';
import type { Source } from '../../../src/engine/sources/source.js';
import { agentOn, tableSource } from '../../kit/fleet.js';
import { encodeFlow } from '../../kit/flow.js';

const [server, first, count, flows, fault = ''] = process.argv.slice(2);

/** The flows of a member, of a thousand sources: three of ten are the same at all members. */
export const flowsOf = (member: number, number: number): Uint8Array[] =>
  Array.from({ length: number }, (_, i) => {
    const source = i % 1000;
    const src =
      source < 300 ? `10.0.${source >> 8}.${source & 255}` : `10.${1 + member}.${source >> 8}.${source & 255}`;
    return encodeFlow({
      proto: i % 2 === 0 ? 6 : 17,
      orig: { src, dst: `192.0.2.${i % 200}`, sport: 1024 + (i % 60_000), dport: i % 7 === 0 ? 443 : 53 },
      mark: i,
    });
  });

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
    const bus = await connectBus({ servers: [server] }, { name: `gw${member}`, isLasting: true });
    // A few tables for all: memory is not what is measured.
    const kind = member % 4;
    const table = tables.get(kind) ?? tableSource(flowsOf(kind, Number(flows)));
    tables.set(kind, table);
    agentOn(bus, `gw${member}`, fault === 'slow' ? slowed(table, 1500) : table);
  }
  process.stdout.write('ready\n');
}

if (first !== undefined) await main();
