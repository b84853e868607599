/**
 * The figures of a fleet on a NATS server on this machine: `npx tsx test/bench/fleet/fleet.ts [MEMBERS…]`, 50 and 195 if none are given.
 * Agents share two processes, which share the processors with the server and with the one who asks. Their own work is what the query
 * takes on one table, times the tables of a process: on gateways of their own they would do it at the same time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectBus } from '../../../src/engine/sources/fleet/nats/nats-bus.js';
import { ask, fleetOf, tableSource } from '../../kit/fleet.js';
import { startNats } from '../../kit/nats-server.js';
import { flowsOf } from './flows.js';

const FLOWS = 10_000;
const ROUNDS = 20;
const PROCESSES = 2;

const GROUPED = 'select src, count(*) from conntrack in fleet group by src order by 2 desc limit 10';
/** About a megabyte of groups from each member. */
const LARGE =
  'select src, dst, sport, mark, count(*), sum(mark) from conntrack in fleet group by src, dst, sport, mark order by 5 desc limit 10';
const ROWS = 'select gateway, src, dst, sport, dport, mark from conntrack in fleet';

async function startMembers(server: string, first: number, count: number, flows: number): Promise<ChildProcess> {
  const args = ['--import', 'tsx', join(import.meta.dirname, 'members.ts'), server, `${first}`, `${count}`, `${flows}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
}

/** What is to be reached: ms beyond the members' own work, seconds, and MB of memory of the one who asks. */
const goalOf = (members: number): number => (members <= 50 ? 250 : 500);
const LARGE_SECONDS = 2;
const LARGE_MEMORY = 200;

const judged = (value: number, goal: number, unit: string): string =>
  `${unit === 's' ? value.toFixed(2) : Math.round(value)} ${unit} (goal ${goal} ${unit}${value <= goal ? '' : ', MISSED'})`;

/** What a query takes on the table of one member, in ms. */
async function ownWork(text: string): Promise<number> {
  const table = tableSource(flowsOf(0, FLOWS));
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const began = performance.now();
    await ask(text.replace('in fleet', ''), table);
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(part * values.length) - 1)];

async function measure(members: number): Promise<void> {
  const server = await startNats();
  const url = `nats://127.0.0.1:${server.port}`;
  const share = Math.ceil(members / PROCESSES);
  const children: ChildProcess[] = [];
  try {
    for (let first = 0; first < members; first += share)
      children.push(await startMembers(url, first, Math.min(share, members - first), FLOWS));
    const names = Array.from({ length: members }, (_, i) => `gw${i}`);
    const bus = await connectBus({ servers: [url] }, { name: 'bench', isLasting: false });
    const fleet = fleetOf(bus, names, { deadline: 60_000 });
    const run = async (text: string): Promise<{ ms: number; rows: number; bytes: number }> => {
      const began = performance.now();
      const { rows, missing, summary } = await ask(text, fleet);
      if (missing.length > 0) throw new Error(`missing: ${JSON.stringify(missing.slice(0, 3))}`);
      return { ms: performance.now() - began, rows: rows.length, bytes: summary.bytes };
    };
    // Agents that have just begun share two processes.
    for (let tries = 0; tries < 5; tries++) if (await run(GROUPED).catch(() => undefined)) break;
    const times: number[] = [];
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) times.push((await run(GROUPED)).ms);
    const { user, system } = process.cpuUsage(before);
    const said = (what: string, text: string): void => console.log(`${members} members, ${what}: ${text}`);
    const small = 'select count(*) from conntrack in fleet where mark = 1';
    const exchange: number[] = [];
    for (let round = 0; round < ROUNDS; round++) exchange.push((await run(small)).ms);
    const large = await run(LARGE);
    // Before there are tables in this process.
    const peak = process.resourceUsage().maxRSS / 1024;
    const own = (await ownWork(GROUPED)) * share;
    said('processor time of who asks', `${Math.round((user + system) / 1000 / ROUNDS)} ms each`);
    said(
      `grouped top ten of ${FLOWS} flows each`,
      `median ${Math.round(quantile(times, 0.5))} ms, p95 ${Math.round(quantile(times, 0.95))} ms; members' own work ${Math.round(own)} ms; ` +
        `p95 beyond it ${judged(Math.max(0, quantile(times, 0.95) - own), goalOf(members), 'ms')}`,
    );
    said(
      'one group each',
      `median ${Math.round(quantile(exchange, 0.5))} ms, p95 ${Math.round(quantile(exchange, 0.95))} ms`,
    );
    const largeOwn = ((await ownWork(LARGE)) * share) / 1000;
    said(
      'large groups',
      `${(large.bytes / 1e6).toFixed(0)} MB in ${(large.ms / 1000).toFixed(2)} s; members' own work ${largeOwn.toFixed(2)} s; ` +
        `beyond it ${judged(Math.max(0, large.ms / 1000 - largeOwn), LARGE_SECONDS, 's')}; peak memory ${judged(peak, LARGE_MEMORY, 'MB')}`,
    );
    if (members <= 100) {
      const rows = await run(ROWS);
      const all = members * FLOWS;
      said('ungrouped rows', `${rows.rows} of ${all} in ${(rows.ms / 1000).toFixed(1)} s`);
    }
    await fleet.close();
  } finally {
    for (const child of children) child.kill();
    await server.close();
  }
}

const given = process.argv.slice(2).map(Number);
for (const members of given.length > 0 ? given : [50, 195]) await measure(members);
