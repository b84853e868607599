/** Rounds of faults of a fleet: whatever happens, each member is either complete and right, or named as missing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CtqError } from '../../../src/engine/errors.js';
import type { Bus } from '../../../src/engine/sources/fleet/nats/bus.js';
import { connectBus } from '../../../src/engine/sources/fleet/nats/nats-bus.js';
import { ask, fleetOf } from '../../kit/fleet.js';
import { startNats } from '../../kit/nats-server.js';

/** Tests are bundled: then the program is not beside this file. */
const PROGRAM =
  [import.meta.dirname, 'test/bench/fleet'].map(folder => join(folder, 'members.ts')).find(existsSync) ?? '';

const FLOWS = 6000;
const SUM = (FLOWS * (FLOWS - 1)) / 2;

/** What is done to the last member, or to the server, while a query runs. */
const FAULTS = ['none', 'kill', 'stop', 'cut', 'slow', 'old', 'absent'] as const;
export type FaultName = (typeof FAULTS)[number];

const QUERIES = [
  {
    text: 'select gateway, count(*), sum(mark) from conntrack in fleet where mark >= 0 group by gateway',
    isGrouped: true,
  },
  { text: 'select gateway, mark from conntrack in fleet', isGrouped: false },
];

export interface Rounds {
  /** How often each fault was tried, and how often a member was missing. */
  readonly tried: Readonly<Record<FaultName, number>>;
  readonly missing: number;
  /** What was wrong. */
  readonly wrong: readonly string[];
}

/** Runs rounds of faults on a server and agents of their own. @param random 0 … 1 */
export async function faultRounds(rounds: number, random: () => number, members = 5): Promise<Rounds> {
  const server = await startNats();
  const url = `nats://127.0.0.1:${server.port}`;
  const processes = new Map<number, ChildProcess>();
  const tried = Object.fromEntries(FAULTS.map(name => [name, 0])) as Record<FaultName, number>;
  const wrong: string[] = [];
  let missing = 0;
  let bus: Bus | undefined;
  const start = async (member: number, fault = ''): Promise<void> => {
    const args = ['--import', 'tsx', PROGRAM, url, `${member}`, '1', `${FLOWS}`, fault];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    processes.set(member, child);
    await once(child.stdout!, 'data');
  };
  const end = async (member: number): Promise<void> => {
    const child = processes.get(member);
    processes.delete(member);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await Promise.all(Array.from({ length: members }, (_, member) => start(member)));
    bus = await connectBus({ servers: [url] }, { name: 'faults', isLasting: true });
    const names = Array.from({ length: members }, (_, i) => `gw${i}`);
    for (let round = 0; round < rounds; round++) {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)];
      const { text, isGrouped } = QUERIES[Math.floor(random() * QUERIES.length)];
      const victim = Math.floor(random() * members);
      tried[fault]++;
      if (fault === 'slow') {
        await end(victim);
        await start(victim, 'slow');
      } else if (fault === 'old' || fault === 'absent') await end(victim);
      if (fault === 'old') serveOld(bus, `gw${victim}`);
      const fleet = fleetOf(bus, names, { deadline: fault === 'slow' ? 1000 : 6000 });
      const work = ask(text, fleet).catch((error: unknown) => error);
      await pause(random() * 60);
      if (fault === 'kill') await end(victim);
      if (fault === 'stop') processes.get(victim)?.kill('SIGSTOP');
      if (fault === 'cut') {
        await server.kill();
        await server.start();
      }
      const result = await work;
      if (result instanceof CtqError) {
        if (result.code !== 'fleet-missing') wrong.push(`${fault}: ${result.message}`);
        missing++;
      } else if (result instanceof Error) wrong.push(`${fault}: ${result.message}`);
      else {
        const { rows, missing: named } = result as Awaited<ReturnType<typeof ask>>;
        if (named.length > 0) missing++;
        for (const name of names) {
          const own = rows.filter(([gateway]) => gateway === name);
          const isNamed = named.some(({ gateway }) => gateway === name);
          const count = isGrouped ? Number(own[0]?.[1] ?? 0) : own.length;
          const sum = isGrouped ? Number(own[0]?.[2] ?? 0) : own.reduce((all, [, mark]) => all + Number(mark), 0);
          const isRight = count === FLOWS && sum === SUM;
          // Rows of a member that ends in the middle were shown before; groups of it are not.
          if (isNamed ? isGrouped && own.length > 0 : !isRight)
            wrong.push(`${fault}: ${name} has ${count} rows, named: ${isNamed}`);
          if (new Set(own.map(row => row.join())).size !== own.length) wrong.push(`${fault}: ${name} has rows twice`);
        }
        if (
          (fault === 'old' || fault === 'absent' || fault === 'slow') &&
          !named.some(({ gateway }) => gateway === `gw${victim}`)
        )
          wrong.push(`${fault}: gw${victim} is not named`);
      }
      if (fault === 'stop') processes.get(victim)?.kill('SIGCONT');
      if (fault !== 'none' && fault !== 'cut' && fault !== 'stop') {
        await end(victim);
        if (fault === 'old') {
          await bus.close();
          bus = await connectBus({ servers: [url] }, { name: 'faults', isLasting: true });
        }
        await start(victim);
      }
      await whole(bus, names);
    }
    return { tried, missing, wrong };
  } finally {
    for (const member of [...processes.keys()]) await end(member);
    await bus?.close();
    await server.close();
  }
}

/** An agent of another version answers. */
function serveOld(bus: Bus, name: string): void {
  const text = JSON.stringify({ kind: 'begin', version: '0.0.1', shape: 'groups', time: 0 });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  bus.serve(`ctq.v1.query.${name}`, async () => Buffer.concat([length, Buffer.from(text)]));
}

/** Waits until all members answer again. */
async function whole(bus: Bus, names: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const result = await ask('select count(*) from conntrack in fleet where mark = 1', fleetOf(bus, names)).catch(
      () => undefined,
    );
    if (result?.missing.length === 0) return;
    await pause(100);
  }
  throw new Error('members do not come back');
}
