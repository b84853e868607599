/** Rounds of faults of a fleet: whatever happens, each member is either complete and right, or named as missing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { CtqError } from '../../../src/engine/errors.js';
import type { Bus } from '../../../src/engine/sources/fleet/links/nats/bus.js';
import { connectBus } from '../../../src/engine/sources/fleet/links/nats/nats-bus.js';
import { otherVersion } from '../../../src/engine/sources/fleet/protocol/protocol.js';
import { ask, fleetOf } from '../../kit/fleet.js';
import { makeUser, type NatsUser, startNats } from '../../kit/nats-server.js';
import { programLine } from '../../kit/start-program.js';

const FLOWS = 6000;
const SUM = (FLOWS * (FLOWS - 1)) / 2;

/** What is done to the last member, or to the server, while a query runs. */
const FAULTS = ['none', 'kill', 'stop', 'cut', 'slow', 'old version', 'wrong key', 'absent'] as const;
export type FaultName = (typeof FAULTS)[number];
/** Of these the member cannot answer, and is named with this reason. */
const REASONS: Readonly<Partial<Record<FaultName, RegExp>>> = {
  slow: /^not done after 1 s/,
  'old version': /^its ctq has another version/,
  'wrong key': /^not connected/,
  absent: /^not connected/,
};

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

/** Runs rounds of faults on a server and agents of their own. @param random 0 … 1 @param tell called after each round */
export async function faultRounds(
  rounds: number,
  random: () => number,
  members = 5,
  tell = (_done: number, _wrong: readonly string[]): void => {},
): Promise<Rounds> {
  let keys: readonly NatsUser[] = [];
  const server = await startNats(folder => {
    keys = ['requester', 'agent', 'stranger'].map(name => makeUser(folder, name));
    return `authorization { users = [{ nkey: ${keys[0].key} }, { nkey: ${keys[1].key} }] }`;
  });
  const [requester, agent, stranger] = keys;
  const url = `nats://127.0.0.1:${server.port}`;
  const processes = new Map<number, ChildProcess>();
  const tried = Object.fromEntries(FAULTS.map(name => [name, 0])) as Record<FaultName, number>;
  const wrong: string[] = [];
  let missing = 0;
  let bus: Bus | undefined;
  const start = async (member: number, fault = '', { seed } = agent): Promise<void> => {
    const line = programLine('test/bench/fleet/members.ts', url, `${member}`, '1', `${FLOWS}`, fault, seed);
    const child = spawn(line[0], line.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
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
    const connected = () => connectBus({ servers: [url], nkey: requester.seed }, { name: 'faults', isLasting: true });
    bus = await connected();
    const names = Array.from({ length: members }, (_, i) => `gw${i}`);
    for (let round = 0; round < rounds; round++) {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)];
      const { text, isGrouped } = QUERIES[Math.floor(random() * QUERIES.length)];
      const victim = Math.floor(random() * members);
      tried[fault]++;
      if (fault === 'slow') {
        await end(victim);
        await start(victim, 'slow');
      } else if (fault === 'old version' || fault === 'absent') await end(victim);
      else if (fault === 'wrong key') {
        await end(victim);
        await start(victim, '', stranger);
      }
      if (fault === 'old version') serveOld(bus, `gw${victim}`, random() < 0.5);
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
        if (!/^fleet-(missing|none)$/.test(result.code)) wrong.push(`${fault}: ${result.message}`);
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
        const reason = named.find(({ gateway }) => gateway === `gw${victim}`)?.reason ?? 'not named';
        if (REASONS[fault]?.test(reason) === false) wrong.push(`${fault}: gw${victim}: ${reason}`);
      }
      if (fault === 'stop') processes.get(victim)?.kill('SIGCONT');
      if (fault !== 'none' && fault !== 'cut' && fault !== 'stop') {
        await end(victim);
        if (fault === 'old version') {
          await bus.close();
          bus = await connected();
        }
        await start(victim);
      }
      await whole(bus, names);
      tell(round + 1, wrong);
    }
    return { tried, missing, wrong };
  } finally {
    for (const member of [...processes.keys()]) await end(member);
    await bus?.close();
    await server.close();
  }
}

/** An agent of another version answers: it understands the question in another way, or says that it does not understand it. */
function serveOld(bus: Bus, name: string, understands: boolean): void {
  const text = JSON.stringify(
    understands
      ? { kind: 'begin', version: '0.0.1', shape: 'groups', time: 0 }
      : { kind: 'error', error: otherVersion().asData },
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  bus.serve(`ctq.v1.query.${name}`, async () => Buffer.concat([length, Buffer.from(text)]));
}

/** Waits until all members answer again. */
async function whole(bus: Bus, names: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const result = await ask('select count(*) from conntrack in fleet where mark = 1', fleetOf(bus, names)).catch(
      () => undefined,
    );
    if (result?.missing.length === 0) return;
    await pause(100);
  }
  throw new Error('members do not come back');
}
