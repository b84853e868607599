/**
 * How many flows a second are recorded without a loss: by ctq to files, and by ulogd2 to PostgreSQL and SQLite. The same flows for all, at a
 * rate that is doubled until some are lost; then what each costs at the highest rate that all of them manage.
 *
 *   apt-get install ulogd2 ulogd2-pgsql ulogd2-sqlite3 postgresql sqlite3
 *   CTQ_TEST_OUTER_NETNS=$(readlink /proc/self/ns/net) unshare -n -m sh -c \
 *     'mount -t tmpfs tmpfs /run && ip link set lo up && node --import tsx test/bench/history/recording.ts [SECONDS [PROGRAM…]]'
 *
 * Programs are ctq, postgresql and sqlite; those that are not installed are left out. Build ctq first: node scripts/build.js --no-types.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { setSysctl, useConntrack } from '../../kit/namespace.js';
import { until } from '../../kit/until.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/ctq.js', import.meta.url));
const TRAFFIC = fileURLToPath(new URL('traffic.ts', import.meta.url));
const POSTGRES = '/usr/lib/postgresql/15/bin';
const PLUGINS = ['/usr/lib/x86_64-linux-gnu/ulogd', '/usr/lib/aarch64-linux-gnu/ulogd'].find(existsSync) ?? '';
const SCHEMA = '/usr/share/doc/ulogd2-pgsql/pgsql-ulogd2.sql.gz';
/** Flows a second; the last ones are more than the traffic's maker can make. */
const RATES = (process.env.RATES ?? '500,1000,2000,4000,8000,16000,32000,48000,64000').split(',').map(Number);
/** Bytes of the receive buffers, the same for all. */
const BUFFER = 8 << 20;

const root = mkdtempSync(join(tmpdir(), 'ctq-recording-'));
chmodSync(root, 0o755);

interface Recorder {
  start(): Promise<void>;
  /** Everything that was received is stored. */
  stop(): Promise<void>;
  /** Flows that are stored. */
  count(): number;
  /** Those of which the processor time is counted. */
  pids(): readonly number[];
}

const output = (argv: readonly string[], input = ''): string => {
  const { stdout, stderr, status } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
};

/** Programs that listen for netfilter's events here. */
const listeners = (): number =>
  readFileSync('/proc/self/net/netlink', 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/ +/))
    .filter(([, family, , groups]) => family === '12' && Number.parseInt(groups, 16) !== 0).length;

const ended = (child: ChildProcess): Promise<void> => new Promise(resolve => child.on('close', () => resolve()));

function ctqRecorder(): Recorder {
  const folder = join(root, 'history');
  let child: ChildProcess | undefined;
  return {
    async start() {
      rmSync(folder, { recursive: true, force: true });
      const statement = `watch from conntrack on destroy into '${folder}' keep 30d`;
      child = spawn(process.execPath, [PROGRAM, '--buffer', String(BUFFER), statement], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await until('ctq to subscribe', () => listeners() > 0, { within: 30_000 });
      await until('the folder', () => existsSync(folder), { within: 30_000 });
    },
    async stop() {
      child?.kill('SIGTERM');
      if (child) await ended(child);
    },
    count: () =>
      Number(
        output([
          process.execPath,
          PROGRAM,
          '--quiet',
          `select count(*) from conntrack in history '${folder}' since forever output csv, noheader`,
        ]),
      ),
    pids: () => (child?.pid === undefined ? [] : [child.pid]),
  };
}

/** @param plugin ulogd's output plugin @param settings its section */
function ulogdRecorder(
  plugin: string,
  settings: readonly string[],
  prepare: () => void,
  count: () => number,
  others: () => readonly number[],
): Recorder {
  const config = join(root, `${plugin}.conf`);
  const log = join(root, `${plugin}.log`);
  let child: ChildProcess | undefined;
  return {
    async start() {
      prepare();
      const lines = [
        '[global]',
        `logfile="${log}"`,
        'loglevel=5',
        `plugin="${PLUGINS}/ulogd_inpflow_NFCT.so"`,
        `plugin="${PLUGINS}/ulogd_filter_IP2STR.so"`,
        `plugin="${PLUGINS}/ulogd_output_${plugin}.so"`,
        `stack=ct1:NFCT,${plugin === 'PGSQL' ? 'ip2str1:IP2STR,' : ''}out1:${plugin}`,
        '[ct1]',
        'event_mask=0x00000004',
        'hash_enable=0',
        `netlink_socket_buffer_size=${BUFFER}`,
        `netlink_socket_buffer_maxsize=${BUFFER}`,
        '[out1]',
        ...settings,
      ];
      writeFileSync(config, `${lines.join('\n')}\n`);
      child = spawn('ulogd', ['-c', config], { stdio: ['ignore', 'ignore', 'ignore'] });
      await until(`ulogd to subscribe; see ${log}`, () => listeners() > 0, { within: 30_000 });
    },
    async stop() {
      // It stores what it has received before it reads on.
      for (let before = -1, now = 0; before !== now; await pause(2000)) [before, now] = [now, ticks(this.pids())];
      child?.kill('SIGTERM');
      if (child) await ended(child);
    },
    count,
    pids: () => [...(child?.pid === undefined ? [] : [child.pid]), ...others()],
  };
}

/** Processor time of processes so far, in ticks of 10 ms. */
const ticks = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);

const peakOf = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) => sum + Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
    0,
  ) * 1024;

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);

function sqliteRecorder(): Recorder {
  const db = join(root, 'ulogd.db');
  // The columns that ulogd has for both tuples, as in its documentation's example for packets.
  const columns = [
    ...[
      'orig_ip_saddr',
      'orig_ip_daddr',
      'reply_ip_saddr',
      'reply_ip_daddr',
      'orig_ip_protocol',
      'orig_l4_sport',
      'orig_l4_dport',
    ],
    ...[
      'reply_l4_sport',
      'reply_l4_dport',
      'orig_raw_pktlen',
      'orig_raw_pktcount',
      'reply_raw_pktlen',
      'reply_raw_pktcount',
    ],
    ...['ct_mark', 'ct_id', 'ct_event', 'flow_start_sec', 'flow_start_usec', 'flow_end_sec', 'flow_end_usec'],
  ];
  return ulogdRecorder(
    'SQLITE3',
    ['table="ulog_ct"', `db="${db}"`],
    () => {
      rmSync(db, { force: true });
      output(['sqlite3', db, `CREATE TABLE ulog_ct (${columns.map(name => `${name} INTEGER`).join(', ')});`]);
    },
    () => Number(output(['sqlite3', db, 'SELECT count(*) FROM ulog_ct;'])),
    () => [],
  );
}

function postgresRecorder(): { recorder: Recorder; end: () => void } {
  const data = join(root, 'postgres');
  mkdirSync(data);
  output(['chown', 'postgres', data]);
  const as = (...argv: string[]): string => output(['runuser', '-u', 'postgres', '--', ...argv]);
  as(`${POSTGRES}/initdb`, '-D', data, '-A', 'trust');
  as(`${POSTGRES}/pg_ctl`, '-D', data, '-w', '-l', join(data, 'log'), '-o', `-c listen_addresses= -k ${data}`, 'start');
  const sql = (...args: string[]): string => as('psql', '-h', data, '-q', '-t', '-A', ...args);
  const server = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const recorder = ulogdRecorder(
    'PGSQL',
    [
      `host="${data}"`,
      'user="postgres"',
      'db="ulogd"',
      'schema="public"',
      'table="ulog2_ct"',
      'procedure="INSERT_CT"',
      'pass=""',
    ],
    () => {
      sql('-d', 'postgres', '-c', 'DROP DATABASE IF EXISTS ulogd');
      sql('-d', 'postgres', '-c', 'CREATE DATABASE ulogd');
      output(
        ['runuser', '-u', 'postgres', '--', 'psql', '-h', data, '-q', '-d', 'ulogd'],
        gunzipSync(readFileSync(SCHEMA)).toString('utf8'),
      );
    },
    () => Number(sql('-d', 'ulogd', '-c', 'SELECT count(*) FROM ulog2_ct')),
    () => childrenOf(server),
  );
  return { recorder, end: () => void as(`${POSTGRES}/pg_ctl`, '-D', data, '-m', 'immediate', 'stop') };
}

interface Run {
  readonly made: number;
  readonly rate: number;
  readonly stored: number;
  /** Microseconds of processor time a flow. */
  readonly cost: number;
  readonly peak: number;
}

/** The goals: times the flows a second of PostgreSQL, and bytes of memory of the recorder. */
const GOALS = { times: 10, memory: 200 * 2 ** 20 } as const;

/** Each program's runs without a loss, next to the goals. */
function compare(runs: ReadonlyMap<string, readonly Run[]>): string[] {
  const best = (name: string): number => Math.max(0, ...(runs.get(name) ?? []).map(({ rate }) => rate));
  const verdict = (isReached: boolean, goal: string): string => `[goal ${goal}: ${isReached ? 'reached' : 'MISSED'}]`;
  const lines = [...runs].map(([name]) => `${name}: ${best(name).toFixed(0)} flows/s without a loss`);
  const own = runs.get('ctq') ?? [];
  if (own.length > 0) {
    const peak = Math.max(...own.map(each => each.peak));
    lines.push(`ctq: ${(peak / 2 ** 20).toFixed(0)} MiB ${verdict(peak <= GOALS.memory, '200 MiB')}`);
  }
  if (best('postgresql') > 0 && own.length > 0) {
    const times = best('ctq') / best('postgresql');
    lines.push(`ctq : PostgreSQL = ${times.toFixed(1)} ${verdict(times >= GOALS.times, '10')}`);
  }
  return lines;
}

let first = 0;
async function record(recorder: Recorder, rate: number, seconds: number): Promise<Run> {
  await recorder.start();
  // It has started when it does not use the processor any more.
  for (let quiet = 0, last = -1; quiet < 5; await pause(200)) {
    const now = ticks(recorder.pids());
    quiet = now === last ? quiet + 1 : 0;
    last = now;
  }
  const before = ticks(recorder.pids());
  const [made, took] = output([
    process.execPath,
    '--import',
    'tsx',
    TRAFFIC,
    String(rate),
    String(seconds),
    String(first),
  ])
    .split(' ')
    .map(Number);
  first += made;
  await pause(1000);
  const pids = recorder.pids();
  const used = ticks(pids) - before;
  const peak = peakOf(pids);
  await recorder.stop();
  return { made, rate: made / took, stored: recorder.count(), cost: (used * 10_000) / made, peak };
}

const [seconds = 10] = process.argv.slice(2, 3).map(Number);
const wanted = process.argv.length > 3 ? process.argv.slice(3) : ['ctq', 'sqlite', 'postgresql'];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
useConntrack();
for (const name of ['acct', 'timestamp', 'events']) setSysctl(`net/netfilter/nf_conntrack_${name}`, 1);
const ends: (() => void)[] = [() => rmSync(root, { recursive: true, force: true })];
const runs = new Map<string, Run[]>();
try {
  for (const name of wanted) {
    const isThere =
      name === 'ctq' ||
      (PLUGINS !== '' && (name === 'sqlite' || (existsSync(`${POSTGRES}/initdb`) && existsSync(SCHEMA))));
    if (!isThere) {
      print(`${name}: not installed`);
      continue;
    }
    let recorder: Recorder;
    if (name === 'ctq') recorder = ctqRecorder();
    else if (name === 'sqlite') recorder = sqliteRecorder();
    else {
      const postgres = postgresRecorder();
      ends.unshift(postgres.end);
      recorder = postgres.recorder;
    }
    const lossless: Run[] = [];
    runs.set(name, lossless);
    for (const rate of RATES) {
      const run = await record(recorder, rate, seconds);
      const lost = run.made - run.stored;
      print(
        `${name}: ${run.rate.toFixed(0)} flows/s for ${seconds} s: ${run.made} made, ${run.stored} stored, ${lost} lost; ${run.cost.toFixed(1)} µs of processor a flow, ${(run.peak / 2 ** 20).toFixed(0)} MiB`,
      );
      if (lost === 0) lossless.push(run);
      if (lost > 0 || run.rate < 0.9 * rate) break;
    }
  }
  for (const line of compare(runs)) print(line);
} finally {
  for (const end of ends) end();
}
