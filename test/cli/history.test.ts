// timeout: 180
/** Two gateways that translate, each with a recorder: who was behind an address and port at a time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Recorder } from '../../src/engine/sources/history/files/recording/recorder.js';
import { readPieces } from '../../src/engine/watch/record.js';
import type { CheckedWatch } from '../../src/lang/checked/statements.js';
import { testSession } from '../engine/change/support.js';
import { ctq, PROGRAM } from '../kit/cli.js';
import { must } from '../kit/command.js';
import { ENVIRONMENT } from '../kit/environment.js';
import { ctqHere } from '../kit/here.js';
import { subscribed } from '../kit/oracle.js';
import type { Program } from '../kit/program.js';
import { flowAt, ns } from '../kit/recorded.js';
import { until } from '../kit/until.js';
import { checkedStatement } from '../kit/watching.js';
import { ADDRESS, createWorld, type World } from '../kit/world.js';

const test = suite('history: two gateways');

const PROGRAMS = fileURLToPath(new URL('../kit/programs', import.meta.url));
const CLIENTS = ['10.0.1.11', '10.0.1.12', '10.0.1.13', '10.0.1.14', '10.0.1.15'];
/** Of each protocol, for each client: those that end, and those that stay open. */
const SOCKETS = 20;
const LONG = 200;
const MINUTE = 60_000;

/** A connection as the server saw it: its gateway, address and port; and the client behind it. */
type Sights = Map<string, string>;

let folder = '';
const worlds: World[] = [];
const sights: Sights = new Map();
/** When all connections were open, ms. */
let moment = 0;

const openRecorder = (gateway: string, now: () => number): Promise<Recorder> =>
  Recorder.open({
    folder,
    gateway,
    netns: '',
    keep: { age: 24 * 60 * MINUTE },
    now: () => ns(now()),
    warn: message => assert.unreachable(message),
  });

/** A router with a host name and a recorder, its clients, and the server that they call. */
class Gateway {
  readonly #recorder: Program;
  readonly #witness: Program;

  constructor(
    readonly name: string,
    readonly world: World,
  ) {
    world.client.ip(...CLIENTS.map(address => `addr add ${address}/24 dev eth0`));
    const statement = `watch from conntrack on destroy into '${folder}' keep 30d`;
    const script = 'echo "$0" > /proc/sys/kernel/hostname && exec "$@"';
    const command = [process.execPath, PROGRAM, statement];
    this.#recorder = world.start(world.router, ['unshare', '--uts', 'sh', '-c', script, name, ...command]);
    this.#witness = world.start(world.server, [process.execPath, join(PROGRAMS, 'witness.js'), '53', '80']);
  }

  async call(firstPort: number): Promise<void> {
    const numbers = ['53', '80', firstPort, SOCKETS].map(String);
    const program = [process.execPath, join(PROGRAMS, 'callers.js'), ADDRESS.server, ...numbers, ...CLIENTS];
    await this.world.start(this.world.client, program).waitFor(/^ready\n/m, 30_000);
  }

  /** All connections at once: half of them end. */
  async serve(): Promise<void> {
    await Promise.all([this.#witness.waitFor(/^ready\n/m, 10_000), subscribed([3], this.world.router.name)]);
    await this.call(20_000);
    await this.call(30_000);
    moment = Date.now();
    await until(
      'what the server saw',
      () => this.#witness.stdout.match(/^udp|^tcp/gm)?.length === 4 * SOCKETS * CLIENTS.length,
    );
    for (const [, proto, address, port, client] of this.#witness.stdout.matchAll(/^(udp|tcp) (\S+) (\d+) (\S+ \d+)$/gm))
      sights.set(`${this.name},${proto},${address},${port}`, client.replace(' ', ','));
  }

  async end(): Promise<void> {
    const { router } = this.world;
    const { code } = await ctq(['--yes', 'delete from conntrack where sport < 30000'], { netns: router.name });
    assert.is(code, 0);
    assert.is(await this.#recorder.stop('SIGTERM'), 143, this.#recorder.stderr);
  }

  /** The connections that are still open, half an hour later. */
  async recordPieces(): Promise<void> {
    const now = (): number => moment + 31 * MINUTE;
    const recorder = await openRecorder(this.name, now);
    const session = testSession({
      environment: { ...ENVIRONMENT, now: () => ns(now()) },
      place: { kind: 'netns', name: this.world.router.name },
    });
    await readPieces(
      checkedStatement('watch from conntrack on destroy where src = 10.0.1.0/24') as CheckedWatch,
      recorder,
      session,
    );
    await session.close();
    await recorder.close();
  }
}

/** Connections of three hours, recorded by a clock of their own. */
async function recordLong(): Promise<void> {
  const [start, end] = [moment - 100 * MINUTE, moment + 80 * MINUTE];
  let now = start;
  const recorder = await openRecorder('gw3', () => now);
  for (; now < end; now += 5 * MINUTE)
    for (let id = 0; id < LONG; id++) recorder.piece(flowAt(id, start, undefined, (now - start) / 1000));
  for (let id = 0; id < LONG; id++) {
    recorder.entry(flowAt(id, start, end, (end - start) / 1000));
    sights.set(`gw3,udp,203.0.113.7,${40_000 + id}`, `10.0.0.1,${1000 + id}`);
  }
  await recorder.close();
}

test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ctq-history-'));
  const gateways = [0, 1].map(index => {
    const world = createWorld(`h${index}`);
    worlds.push(world);
    return new Gateway(`gw${index + 1}`, world);
  });
  for (const gateway of gateways) await gateway.serve();
  for (const gateway of gateways) {
    await gateway.end();
    await gateway.recordPieces();
  }
  await recordLong();
});

test.after(async () => {
  await Promise.all(worlds.map(each => each.destroy()));
  rmSync(folder, { recursive: true, force: true });
});

const asked = async (columns: string, tail: string): Promise<string[]> => {
  const text = `select ${columns} from conntrack in history '${folder}' ${tail} output csv, noheader`;
  const { stdout, stderr, code } = await ctqHere([text]);
  assert.is(code, 0, stderr);
  return stdout.split('\n').slice(0, -1);
};
const at = (ms: number): string => `at '${new Date(ms).toISOString()}'`;

test('the client behind each of a thousand translated connections', async () => {
  assert.is(sights.size, 2 * 4 * SOCKETS * CLIENTS.length + LONG);
  const rows = await asked('gateway, proto, reply.dst, reply.dport, src, sport', `${at(moment)} where nat has src`);
  const found = new Map(rows.map(row => [row.split(',').slice(0, 4).join(), row.split(',').slice(4).join()]));
  assert.is(rows.length, sights.size, 'one row for each');
  for (const [sight, client] of sights) assert.is(found.get(sight), client, sight);
  const translated = [...sights].filter(([sight, client]) => sight.split(',')[3] !== client.split(',')[1]);
  assert.ok(translated.length > sights.size / 2, 'ports are translated, too');
});

test('one of them, as an abuse report names it', async () => {
  for (const [sight, client] of [...sights].filter((_, i) => i % 333 === 7)) {
    const [gateway, proto, address, port] = sight.split(',');
    const where = `where gateway = '${gateway}' and proto = ${proto} and reply.dst = ${address} and reply.dport = ${port}`;
    assert.equal(await asked('src, sport', `${at(moment)} ${where}`), [client], sight);
  }
});

test('a connection of three hours is there at every time, with its bytes counted once', async () => {
  for (const minutes of [-99, -60, -1, 30, 79])
    assert.equal(
      await asked('count(*), count(distinct sport)', `${at(moment + minutes * MINUTE)} where gateway = 'gw3'`),
      [`${LONG},${LONG}`],
    );
  assert.equal(await asked('count(*)', `${at(moment + 81 * MINUTE)} where gateway = 'gw3'`), ['0']);
  assert.equal(await asked('sum(bytes)', "since forever where gateway = 'gw3'"), [String(LONG * 180 * 60)]);
});

test('without DuckDB, what to install; everything else works', async () => {
  const packages = fileURLToPath(new URL('../../node_modules/@duckdb', import.meta.url));
  // In the mount namespace of this test.
  must(['mount', '-t', 'tmpfs', 'tmpfs', packages]);
  try {
    const text = `select src from conntrack in history '${folder}' since forever`;
    const { code, stderr } = await ctq([text]);
    assert.is(code, 1);
    assert.match(stderr, /the history requires the package @duckdb\/node-api/);
    assert.match(stderr, /npm install \S+( \S+)? @duckdb\/node-api/);
    assert.is((await ctq([`watch from conntrack on destroy into '${folder}' keep 30d`])).code, 1);
    assert.is((await ctq(['count conntrack'])).code, 0);
  } finally {
    must(['umount', packages]);
  }
});

test.run();
