// timeout: 240
/** How the programs start: what the system calls them, what of the environment reaches them, and where little is allowed. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { must, run } from '../kit/command.js';
import { install } from '../kit/installed.js';
import { setSysctl } from '../kit/namespace.js';
import { subscribed } from '../kit/oracle.js';
import { Program } from '../kit/program.js';

const test = suite('start');
const installed = install();
const { conntrack, ctq } = installed;

const entry = (port: number): string[] => [
  ...['-p', 'udp', '-s', '192.0.2.1', '-d', '198.51.100.1', '--sport', String(port), '--dport', '53'],
];
const insert = (port: number): string => must(['conntrack', '-I', ...entry(port), '-t', '60']);
const read = (path: string): string => readFileSync(path, 'utf8');

test.before(() => setSysctl('net/netfilter/nf_conntrack_events', 1));
test.after.each(() => void run(['conntrack', '-F']));

test('the process is named as the link', async () => {
  const lines = [
    [conntrack, ['-E', '-e', 'NEW']],
    [ctq, ['watch from conntrack on new']],
    [ctq, ['conntrack', '-E']],
  ] as const;
  for (const [link, args] of lines) {
    const program = new Program([link, ...args]);
    await subscribed([1]);
    const name = link.replace(/.*\//, '');
    assert.is(read(`/proc/${program.pid}/comm`), `${name}\n`);
    assert.is(read(`/proc/${program.pid}/cmdline`).replace(/\0+$/, ''), [name, ...args].join(' '));
    assert.ok(must(['pgrep', '-x', name]).split('\n').includes(String(program.pid)));
    await program.stop();
  }
});

test('SIGUSR1 ends the programs, and opens no debugger', async () => {
  for (const argv of [
    [conntrack, '-E'],
    [ctq, 'watch from conntrack'],
  ]) {
    const program = new Program(argv);
    await subscribed([1]);
    program.kill('SIGUSR1');
    assert.is(await program.exit(), null);
    assert.not.match(program.stderr, /Debugger/);
  }
});

const STRANGE: Readonly<Record<string, string>> = {
  NODE_OPTIONS: '--no-such-option',
  NODE_CHANNEL_FD: '7',
  NODE_V8_COVERAGE: join(installed.prefix, 'coverage'),
  NODE_EXTRA_CA_CERTS: '/nowhere',
  NODE_DEBUG: 'module,net',
  NODE_DEBUG_NATIVE: 'worker',
  NODE_UNIQUE_ID: '1',
  NODE_PATH: "it's\nnowhere",
  NODE_ICU_DATA: '/nowhere',
  OPENSSL_CONF: '/nowhere',
  UV_THREADPOOL_SIZE: '0',
  WATCH_REPORT_DEPENDENCIES: '1',
};
const STRANGE_ARGS = Object.entries(STRANGE).map(([name, value]) => `${name}=${value}`);

test('what the environment tells node changes nothing', async () => {
  for (const argv of [
    [conntrack, '-C'],
    [ctq, 'count conntrack'],
  ])
    assert.equal(run(['env', ...STRANGE_ARGS, ...argv]), run(argv));
  assert.not(existsSync(STRANGE.NODE_V8_COVERAGE));
  // The thread that receives events as well.
  const watch = new Program([conntrack, '-E', '-e', 'NEW'], { env: STRANGE });
  await subscribed([1]);
  insert(1);
  await watch.waitFor(/sport=1 /, 20_000);
  await watch.stop();
});

test('and children get it as it was', () => {
  const bin = join(installed.prefix, 'fake');
  must(['mkdir', bin]);
  writeFileSync(join(bin, 'ssh'), '#!/bin/sh\nenv -0 >"$CTQ_TEST_ENVIRONMENT"\nexit 1\n');
  chmodSync(join(bin, 'ssh'), 0o755);
  const file = join(installed.prefix, 'environment');
  const path = `PATH=${bin}:${process.env.PATH}`;
  run(['env', ...STRANGE_ARGS, path, `CTQ_TEST_ENVIRONMENT=${file}`, ctq, "count conntrack in ssh 'host'"]);
  const seen = read(file).split('\0');
  for (const variable of STRANGE_ARGS) assert.ok(seen.includes(variable), variable);
  assert.not(seen.some(variable => variable.includes('CTQ_KEPT') || variable.startsWith('_ctq')));
});

test('a link finds node where PATH has none', () => {
  const other = install('/nowhere/node');
  symlinkSync(process.execPath, join(other.prefix, 'bin/node'));
  assert.is(run(['env', '-i', 'PATH=/nowhere', conntrack, '-C']).code, 0);
  assert.is(run(['env', '-i', 'PATH=/usr/bin:/bin', other.conntrack, '-C']).code, 0);
});

test('a large file is read where node cannot run WebAssembly, or has no address space for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-limited-'));
  try {
    const file = join(folder, 'flows');
    const line = (n: number): string =>
      `udp 17 30 src=10.0.0.1 dst=10.0.0.2 sport=${n % 65_536} dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=${n % 65_536} use=1\n`;
    writeFileSync(file, Array.from({ length: 60_000 }, (_, n) => line(n)).join(''));
    const query = `select count(*), sum(sport) from '${file}' output jsonl`;
    const expected = { stdout: `{"count(*)":60000,"sum(sport)":${(60_000 * 59_999) / 2}}\n`, stderr: '', code: 0 };
    assert.equal(run([process.execPath, '--jitless', '--no-expose-wasm', ctq, query]), expected);
    // V8 reserves 10 GiB for each memory of WebAssembly.
    for (const limit of [2_000_000, 12_000_000])
      assert.equal(run(['sh', '-c', `ulimit -v ${limit}; exec "$@"`, 'sh', process.execPath, ctq, query]), expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('where node may compile nothing it interprets', () => {
  const limited = (limit: string, ...argv: string[]) => run(['sh', '-c', `ulimit ${limit}; exec "$@"`, 'sh', ...argv]);
  assert.is(limited('-v 300000', conntrack, '-C').stdout, '0\n');
  assert.is(limited('-v 300000', ctq, 'count conntrack').code, 0);
  assert.equal(limited('-v 100000', conntrack, '-C'), {
    stdout: '',
    stderr: 'ctq: node needs 250000 KiB of address space, 100000 are allowed (see ulimit -v)\n',
    code: 1,
  });
  for (const files of [13, 20]) {
    const stderr = `ctq: node needs 32 open files, ${files} are allowed (see ulimit -n)\n`;
    assert.equal(limited(`-n ${files}`, conntrack, '-C'), { stdout: '', stderr, code: 1 });
  }
  // With fewer, the shell cannot go as far: the line is its own.
  const { code: failed, stderr: line } = limited('-n 12', conntrack, '-C');
  assert.ok(failed !== 0 && /^[^\n]+\n$/.test(line), line);
  // PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN: linux/prctl.h.
  const refusing = ['perl', '-e', 'syscall(shift() + 0, 65, 1, 0, 0, 0) == 0 or exit 77; exec @ARGV'];
  const prctl = process.arch === 'arm64' ? '167' : '157';
  const { code, stdout, stderr } = run([...refusing, prctl, conntrack, '-C']);
  // The kernel may be older than 6.3.
  if (code !== 77) assert.equal([code, stdout, stderr], [0, '0\n', '']);
});

/** Runs what needs none of some scripts of the programs. @param numbers of the scripts */
function without(numbers: string, work: () => void): void {
  const scripts = ['program', 'conntrack'].flatMap(name =>
    [...numbers].map(number => installed.file(new RegExp(`^${name}-[0-9a-f]+-${number}\\.cjs$`))),
  );
  for (const path of scripts) renameSync(path, `${path}.kept`);
  try {
    work();
  } finally {
    for (const path of scripts) renameSync(`${path}.kept`, path);
  }
}

test('the first script is enough for the first prompt', () => {
  without('234', () => {
    assert.match(run([ctq, '--version']).stdout, /^ctq /);
    assert.match(run([ctq, '--help']).stdout, /ctq/);
    const terminal = ['script', '-qec', `${ctq} --no-config`, '/dev/null'];
    assert.match(run(['sh', '-c', 'sleep 3 | "$@"', 'sh', ...terminal]).stdout, /ctq> /);
    assert.is(run([ctq, 'count conntrack']).code, 1, 'it is not there');
  });
});

test('the third script is not needed for selects from the tables of the kernel', () => {
  without('34', () => {
    insert(6);
    for (const statement of [
      'count conntrack',
      'select src, count(*) from conntrack where dport = 53 group by src order by 2 desc limit 3',
      ...['csv', 'json', 'jsonl', 'extended', 'plain', 'vertical', 'table'].map(
        format => `select from conntrack output ${format}`,
      ),
      'select from expect',
      'select from stats',
    ]) {
      const { code, stderr } = run([ctq, statement]);
      assert.is(code, 0, `${statement}: ${stderr}`);
    }
    for (const args of [['-C'], ['-L'], ['-L', '-o', 'extended']])
      assert.is(run([conntrack, ...args]).code, 0, args.join(' '));
    assert.is(run([ctq, 'delete from conntrack where sport = 6']).code, 1, 'it is not there');
  });
});

test('what most command lines need is not in the last script', () => {
  const log = join(installed.prefix, 'log');
  writeFileSync(
    log,
    'udp 17 29 src=192.0.2.1 dst=198.51.100.1 sport=1 dport=53 src=198.51.100.1 dst=192.0.2.1 sport=53 dport=1\n',
  );
  const objects = join(installed.prefix, 'objects');
  without('4', () => {
    insert(7);
    writeFileSync(objects, run([ctq, 'select from conntrack output jsonl']).stdout);
    for (const statement of [
      `select from conntrack in file '${log}'`,
      `select from conntrack in file '${objects}'`,
      'insert into conntrack set proto = udp, src = 192.0.2.1, dst = 198.51.100.1, sport = 8, dport = 53, timeout = 60s',
      'update conntrack set mark = 1 where sport = 8',
      'delete from conntrack where sport = 8',
    ]) {
      const { code, stderr } = run([ctq, statement]);
      assert.is(code, 0, `${statement}: ${stderr}`);
    }
    for (const args of [
      ['-I', ...entry(9), '-t', '60'],
      ['-G', ...entry(9)],
      ['-D', ...entry(9)],
    ])
      assert.is(run([conntrack, ...args]).code, 0, args.join(' '));
    assert.is(run([ctq, 'explain count conntrack']).code, 1, 'it is not there');
  });
  assert.is(run([ctq, 'explain count conntrack']).code, 0);
});

test('a code cache that is damaged is not used', () => {
  const cache = installed.file(/^conntrack-.*\.cache$/);
  const whole = readFileSync(cache);
  for (let n = 0; n < 12; n++) {
    const damaged = Buffer.from(whole);
    damaged[Math.floor((whole.length * n) / 12) + 7] ^= 1 << (n & 7);
    writeFileSync(cache, damaged);
    assert.is(run([conntrack, '-C']).stdout, '0\n', `damaged at ${n}/12`);
  }
  for (const size of [0, 7, 8, whole.length >> 1, whole.length - 1]) {
    writeFileSync(cache, whole.subarray(0, size));
    assert.is(run([conntrack, '-C']).stdout, '0\n', `cut to ${size}`);
  }
  writeFileSync(cache, whole);
});

/** Starts a program that cannot be loaded yet, and loads it when `meanwhile` is done. */
async function whileLoading(name: RegExp, argv: string[], meanwhile: (program: Program) => void): Promise<Program> {
  const path = installed.file(name);
  const kept = `${path}.kept`;
  renameSync(path, kept);
  execFileSync('mkfifo', [path]);
  try {
    const program = new Program(argv);
    await subscribed([1]);
    meanwhile(program);
    // A program that has ended reads nothing.
    must(['timeout', '60', 'sh', '-c', 'cat "$0" >"$1"', kept, path]);
    return program;
  } finally {
    rmSync(path);
    renameSync(kept, path);
  }
}

test('events are subscribed to before anything else is loaded, and none of then is lost', async () => {
  const some = [1, 2, 3];
  const changes = (): void => {
    for (const port of some) insert(port);
    must(['conntrack', '-U', ...entry(2), '-t', '90', '-m', '5']);
    must(['conntrack', '-D', ...entry(3)]);
  };
  const cases = [
    [/^conntrack-[0-9a-f]+\.cjs$/, [conntrack, '-E', '-e', 'NEW'], ['NEW', 'NEW', 'NEW']],
    [/^conntrack-[0-9a-f]+\.cjs$/, [conntrack, '-E', '-e', 'DESTROY'], ['DESTROY']],
    [/^conntrack-[0-9a-f]+\.cjs$/, [conntrack, '-E'], ['NEW', 'NEW', 'NEW', 'UPDATE', 'DESTROY']],
    [/^program-[0-9a-f]+\.cjs$/, [ctq, 'watch from conntrack on update output extended'], ['UPDATE']],
    [
      /^program-[0-9a-f]+\.cjs$/,
      [ctq, 'watch from conntrack output extended'],
      ['NEW', 'NEW', 'NEW', 'UPDATE', 'DESTROY'],
    ],
    [/^program-[0-9a-f]+\.cjs$/, [ctq, 'conntrack', '--event'], ['NEW', 'NEW', 'NEW', 'UPDATE', 'DESTROY']],
  ] as const;
  for (const [name, argv, expected] of cases) {
    const program = await whileLoading(name, [...argv], changes);
    await program.waitFor(new RegExp(Array.from(expected, word => `\\[${word}\\][^]*`).join('')), 20_000);
    await program.stop();
    const events = Array.from(program.stdout.matchAll(/\[(NEW|UPDATE|DESTROY)\]/g), ([, word]) => word);
    assert.equal(events, [...expected], argv.join(' '));
    run(['conntrack', '-F']);
  }
});

test('a signal that comes before the program is loaded ends the watch as one that comes later', async () => {
  const ends = async (name: RegExp, argv: string[], signal: NodeJS.Signals): Promise<number | null> => {
    const program = await whileLoading(name, argv, made => made.kill(signal));
    return program.exit();
  };
  assert.is(await ends(/^conntrack-[0-9a-f]+\.cjs$/, [conntrack, '-E'], 'SIGTERM'), 0);
  assert.is(await ends(/^program-[0-9a-f]+\.cjs$/, [ctq, 'watch from conntrack'], 'SIGTERM'), 143);
});

test.run();
