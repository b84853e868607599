/**
 * Agents with tables in memory, for the bench and the fault rounds: `members.ts SERVER FIRST COUNT FLOWS [FAULT [NKEY]]`. The tables are
 * messages of the kernel; everything above the kernel's socket is the agent's own code. FAULT `slow`: the tables are slow; `prepared`:
 * each answer is made once, and given again by all members that have this table.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '../../../src/engine/agent/serve.js';
import { connectBus } from '../../../src/engine/sources/fleet/links/nats/nats-bus.js';
import type { Source } from '../../../src/engine/sources/source.js';
import { agentOn, queueOf, tableSource } from '../../kit/fleet.js';
import { flowsOf } from './flows.js';
import { PreparedAnswers } from './prepared.js';

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

function tableOf(kind: number): { source: Source; answers: PreparedAnswers } {
  const source = tableSource(flowsOf(kind, Number(flows)));
  return { source, answers: new PreparedAnswers(queueOf(source)) };
}

async function main(): Promise<void> {
  const tables = new Map<number, { source: Source; answers: PreparedAnswers }>();
  for (let member = Number(first); member < Number(first) + Number(count); member++) {
    const bus = await connectBus({ servers: [server], nkey }, { name: `gw${member}`, isLasting: true });
    // A few tables for all: memory is not what is measured.
    const kind = member % 4;
    const table = tables.get(kind) ?? tableOf(kind);
    tables.set(kind, table);
    const name = `gw${member}`;
    if (fault === 'prepared') serve(bus, name, table.answers.member());
    else agentOn(bus, name, fault === 'slow' ? slowed(table.source, 1500) : table.source);
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
