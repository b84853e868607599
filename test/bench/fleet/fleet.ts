/**
 * What it costs to ask a fleet on a NATS server on this machine: `npx tsx test/bench/fleet/fleet.ts [MEMBERS…]`, 50 and 195 if none are
 * given. Build ctq first. Agents share two processes, which share the processors with the server and with the one who asks. On gateways of
 * their own they would work at the same time: so each answer is made once, and given again after 5 to 25 ms. What the work itself costs
 * is measured by agent-cost.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetSource } from '../../../src/engine/sources/fleet/fleet-source.js';
import type { Link } from '../../../src/engine/sources/fleet/links/link.js';
import { connectBus } from '../../../src/engine/sources/fleet/links/nats/nats-bus.js';
import { PROGRAM } from '../../kit/cli.js';
import { ask, fleetOf } from '../../kit/fleet.js';
import { startNats } from '../../kit/nats-server.js';
import { type Measurement, measure } from '../measure.js';

const FLOWS = 10_000;
const ROUNDS = 20;
const PROCESSES = 2;

const GROUPED = 'select src, count(*) from conntrack in fleet group by src order by 2 desc limit 10';
const SMALL = 'select count(*) from conntrack in fleet where mark = 1';
/** About a megabyte of groups from each member, the same at all of them. */
const LARGE =
  'select dst, sport, mark, count(*), min(src), max(src), min(dst), max(dst), sum(mark), sum(sport), min(sport), max(sport) ' +
  'from conntrack in fleet group by dst, sport, mark order by 4 desc limit 10';
/** About a megabyte of rows from each member. */
const ROWS =
  'select gateway, src, dst, sport, dport, mark, proto, reply.src, reply.dst, reply.sport, id, timeout from conntrack in fleet';

async function startMembers(server: string, first: number, count: number): Promise<ChildProcess> {
  const program = ['--import', 'tsx', join(import.meta.dirname, 'members.ts')];
  const args = [...program, server, `${first}`, `${count}`, `${FLOWS}`, 'prepared'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
}

/** What is to be reached: ms, seconds, and MB of memory of the one who asks. */
const goalOf = (members: number): number => (members <= 50 ? 250 : 500);
const LARGE_SECONDS = 2;
const LARGE_MEMORY = 200;

const judged = (value: number, goal: number, unit: string): string =>
  `${unit === 's' ? value.toFixed(2) : Math.round(value)} ${unit} (goal ${goal} ${unit}${value <= goal ? '' : ', MISSED'})`;

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(part * values.length) - 1)];

/** The answers to a query arrive, and are not read. @returns bytes and seconds */
async function receive(fleet: FleetSource, text: string): Promise<{ bytes: number; seconds: number }> {
  const { link } = fleet.members[0];
  let sent: Parameters<Link['ask']> | undefined;
  const asked = link.ask;
  link.ask = (...args) => {
    sent = args;
    return asked.apply(link, args);
  };
  // The answers are made.
  await ask(text, fleet);
  link.ask = asked;
  if (sent === undefined) throw new Error('the first member was not asked');
  const [job, { shape, deadline }] = sent;
  const began = performance.now();
  const sizes = fleet.members.map(async ({ name, link: each }) => {
    let bytes = 0;
    const id = randomBytes(16).toString('hex');
    for await (const part of each.ask({ ...job, id, gateway: name }, { shape, deadline })) bytes += part.length;
    return bytes;
  });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  return { bytes, seconds: (performance.now() - began) / 1000 };
}

async function measureFleet(members: number): Promise<void> {
  const server = await startNats();
  const url = `nats://127.0.0.1:${server.port}`;
  const names = Array.from({ length: members }, (_, i) => `gw${i}`);
  const conf = join(server.folder, 'fleet.conf');
  writeFileSync(conf, [`server = ${url}`, ...names.map(name => `${name} nats`), ''].join('\n'));
  const share = Math.ceil(members / PROCESSES);
  const children: ChildProcess[] = [];
  try {
    for (let first = 0; first < members; first += share)
      children.push(await startMembers(url, first, Math.min(share, members - first)));
    const bus = await connectBus({ servers: [url] }, { name: 'bench', isLasting: false });
    const fleet = fleetOf(bus, names, { deadline: 60_000 });
    const run = async (text: string): Promise<{ ms: number; bytes: number }> => {
      const began = performance.now();
      const { missing, summary } = await ask(text, fleet);
      if (missing.length > 0) throw new Error(`missing: ${JSON.stringify(missing.slice(0, 3))}`);
      return { ms: performance.now() - began, bytes: summary.bytes };
    };
    const said = (what: string, text: string): void => console.log(`${members} members, ${what}: ${text}`);
    for (const [what, text] of [
      [`grouped top ten of ${FLOWS} flows each`, GROUPED],
      ['one group each', SMALL],
    ]) {
      // The answers are made.
      await run(text);
      const before = process.cpuUsage();
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push((await run(text)).ms);
      const { user, system } = process.cpuUsage(before);
      const own = `processor time of who asks ${Math.round((user + system) / 1000 / ROUNDS)} ms`;
      const median = Math.round(quantile(times, 0.5));
      said(what, `median ${median} ms, p95 ${judged(quantile(times, 0.95), goalOf(members), 'ms')}; ${own}`);
    }
    const { bytes, seconds } = await receive(fleet, LARGE);
    const size = `${(bytes / 1e6).toFixed(0)} MB of ${members * FLOWS} groups`;
    said(size, `received in ${judged(seconds, LARGE_SECONDS, 's')}`);
    // The program itself: its memory is of interest.
    const program = (text: string): Measurement =>
      measure(['env', `CTQ_FLEET_CONF=${conf}`, process.execPath, PROGRAM, '-e', text]);
    const start = program(SMALL).wall;
    await ask(`${ROWS} limit 1`, fleet);
    for (const [what, text] of [
      ['groups merged', LARGE],
      ['rows written', ROWS],
    ]) {
      const { wall, cpu, peak } = program(text);
      const took = `${(wall - start).toFixed(2)} s; processor ${cpu.toFixed(2)} s`;
      said(`${members * FLOWS} ${what}`, `${took}; peak memory ${judged(peak / 1e6, LARGE_MEMORY, 'MB')}`);
    }
    await fleet.close();
  } finally {
    for (const child of children) child.kill();
    await server.close();
  }
}

const given = process.argv.slice(2).map(Number);
for (const members of given.length > 0 ? given : [50, 195]) await measureFleet(members);
