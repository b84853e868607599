// waits
// timeout: 240
/** Whatever ctq waits for, Ctrl-C and SIGTERM end it at once, and what has no end is refused. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq, PROGRAM, startCtq } from '../kit/cli.js';
import { must } from '../kit/command.js';
import { until } from '../kit/until.js';

const test = suite('waits');
const folder = mkdtempSync(join(tmpdir(), 'ctq-waits-'));
const at = (name: string): string => join(folder, name);

test.before(() => {
  bulk(20_000);
  for (let i = 0; i < 10; i++) must(['mkfifo', at(`pipe${i}`)]);
  must(['mkfifo', pipe]);
  writeFileSync(at('ssh'), '#!/bin/sh\nexec sleep 1000\n');
  writeFileSync(at('deaf'), "#!/bin/sh\ntrap '' TERM INT\nwhile :; do sleep 1; done\n");
  chmodSync(at('ssh'), 0o755);
  chmodSync(at('deaf'), 0o755);
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** Time (ms) for what follows a signal, on a slow machine with other work. What does not end at once never ends: nobody reads. */
const AT_ONCE = 5000;

/** Processor time of a process, in ticks of 10 ms, whether it sleeps, and whether ctq has begun: it names the process. */
function work(pid: number | undefined): {
  readonly ticks: number;
  readonly sleeps: boolean;
  readonly hasBegun: boolean;
} {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.replace(/^.*\) /s, '').split(' ');
  return {
    ticks: Number(fields[11]) + Number(fields[12]),
    sleeps: fields[0] === 'S',
    hasBegun: stat.includes('(ctq)'),
  };
}

/** Waits until a process has started and waits for something itself. */
async function waits(pid: number | undefined): Promise<void> {
  for (let same = 0, last = -1; same < 6; ) {
    await new Promise(resolve => setTimeout(resolve, 50));
    const { ticks, sleeps, hasBegun } = work(pid);
    same = ticks === last && sleeps && hasBegun ? same + 1 : 0;
    last = ticks;
  }
}

/** Waits until a process has worked for a number of ms. */
const works = (pid: number | undefined, ms: number): Promise<unknown> =>
  until('it to work', () => work(pid).ticks * 10 >= ms, { within: 30_000 });

/** Starts ctq with a reader that reads nothing, signals it, and says how it ended and how long that took (ms). */
async function ended(
  args: readonly string[],
  signal: NodeJS.Signals,
  env: NodeJS.ProcessEnv = {},
  ready: (pid: number | undefined) => Promise<unknown> = waits,
): Promise<{ code: number | null; ms: number; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    cwd: folder,
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const closed = new Promise<number | null>(resolve => child.on('exit', resolve));
  await ready(child.pid).catch(() => {});
  assert.is(child.exitCode, null, `${args.join(' ')} has ended already: ${stderr}`);
  const began = performance.now();
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const code = await closed;
  clearTimeout(late);
  child.stdout.destroy();
  return { code, ms: performance.now() - began, stderr };
}

const pipe = at('pipe');
const WAITS: readonly (readonly [what: string, args: readonly string[], env?: NodeJS.ProcessEnv])[] = [
  ['output to a pipe without a reader', [`select from conntrack output csv to '${at('pipe0')}'`]],
  ['--to a pipe without a reader', ['--to', at('pipe1'), 'select from conntrack']],
  ['a small result to it', ['--to', at('pipe2'), 'echo 1']],
  ['from a pipe without a writer', [`select from '${at('pipe3')}'`]],
  ['--file', ['--file', at('pipe4'), 'count conntrack']],
  ['join', [`select src, x.a from conntrack join '${at('pipe5')}' as x on x.a = src`]],
  ['-f', ['-f', at('pipe6')]],
  ['a script', [at('pipe7')]],
  ['include', [`include '${at('pipe8')}'`]],
  ['insert from', [`insert into conntrack from '${at('pipe9')}'`]],
  ['a slow reader of the output', ['select from conntrack']],
  ['a slow reader of a watch', ['watch from conntrack with existing']],
  ['a slow reader of results every second', ['select from conntrack every 100ms']],
  ['a slow reader of sorted rows', ['select src, sport from conntrack order by sport output jsonl']],
  ['a slow reader of what is deleted', ['--dry-run', 'delete from conntrack where true output jsonl']],
  ['standard input', ["count '-'"]],
  ['statements from standard input', ['-f', '-']],
  ['ssh', ["select from conntrack in ssh 'gw'"], { PATH: `${folder}:${process.env.PATH}` }],
  ['count in ssh', ["count conntrack in ssh 'gw'"], { PATH: `${folder}:${process.env.PATH}` }],
  ['a watch in ssh', ["watch from conntrack in ssh 'gw'"], { PATH: `${folder}:${process.env.PATH}` }],
];

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends every wait`, async () => {
    // While they wait, they take no processor.
    for (let i = 0; i < WAITS.length; i += 10) {
      await Promise.all(
        WAITS.slice(i, i + 10).map(async ([what, args, env]) => {
          const { code, ms, stderr } = await ended(args, signal, env);
          assert.ok(ms < AT_ONCE, `${what}: ${ms} ms`);
          const isWatch = args[0].startsWith('watch') || args[0].includes('every');
          const right = signal === 'SIGTERM' ? [143] : isWatch ? [0, 130] : [130];
          assert.ok(right.includes(code ?? -1), `${what}: ${code} ${stderr}`);
          assert.not.match(stderr, /internal|error/, what);
        }),
      );
    }
  });
}

test('a pipe is written to when its reader comes, and read when its writer does', async () => {
  const writing = startCtq([`select src from conntrack order by src limit 3 output csv to '${pipe}'`]);
  await new Promise(resolve => setTimeout(resolve, 300));
  assert.match(must(['cat', pipe]), /^src\n10\.\S+\n10\.\S+\n10\.\S+\n$/);
  assert.is(await writing.exit(), 0, writing.stderr);
  const reading = startCtq(['--file', pipe, 'count conntrack', '-o', 'tsv,noheader']);
  await new Promise(resolve => setTimeout(resolve, 300));
  must(['sh', '-c', `"$0" "$1" "select from conntrack" > ${pipe}`, process.execPath, PROGRAM]);
  assert.is(await reading.exit(), 0, reading.stderr);
  assert.is(reading.stdout, '20000\n');
  const script = startCtq([`include '${pipe}'; echo 'after'`]);
  await new Promise(resolve => setTimeout(resolve, 300));
  must(['sh', '-c', `echo "echo 'inside';" > ${pipe}`]);
  assert.is(await script.exit(), 0, script.stderr);
  assert.is(script.stdout, 'inside\nafter\n');
  const large = startCtq([`select from conntrack output csv to '${pipe}'`]);
  assert.is(must(['sh', '-c', `sleep 0.5; wc -l < ${pipe}`]).trim(), '20001');
  assert.is(await large.exit(), 0);
});

test('names are not waited for', async () => {
  const silent = createSocket('udp4');
  must(['ip', 'link', 'set', 'lo', 'up']);
  await new Promise<void>(resolve => silent.bind(53, '127.0.0.1', resolve));
  writeFileSync(at('resolv.conf'), 'nameserver 127.0.0.1\n');
  must(['mount', '--bind', at('resolv.conf'), '/etc/resolv.conf']);
  const { code, ms } = await ended(['select src from conntrack output csv, resolve'], 'SIGINT');
  assert.equal([code, ms < AT_ONCE], [130, true]);
  silent.close();
});

test('devices without an end are refused', async () => {
  const refused = async (args: readonly string[], pattern: RegExp, code: number): Promise<void> => {
    const finished = await ctq(args);
    assert.match(finished.stderr, pattern, args.join(' '));
    assert.is(finished.code, code, args.join(' '));
  };
  await refused(['-f', '/dev/zero'], /larger than 64 MiB/, 1);
  await refused(['/dev/zero'], /larger than 64 MiB/, 1);
  await refused(["include '/dev/zero'"], /larger than 64 MiB/, 2);
  await refused(["select src, x.a from conntrack join '/dev/zero' as x on x.a = src"], /larger than 256 MiB/, 1);
  await refused(["select from '/dev/zero'"], /binary file/, 1);
  await refused(['conntrack', '-R', '/dev/zero'], /larger than 512 MiB/, 2);
});

test('what includes itself is refused, by any name', async () => {
  const include = (name: string, ...files: readonly string[]): void =>
    writeFileSync(at(name), files.map(file => `include '${file}';\n`).join(''));
  include('self.ctq', 'link.ctq', 'link.ctq');
  symlinkSync('self.ctq', at('link.ctq'));
  const self = await ctq([at('self.ctq')]);
  assert.is(self.code, 2);
  assert.match(self.stderr, /being included already/);
  for (let i = 1; i <= 20; i++) include(`${i}.ctq`, `${i + 1}.ctq`, `${i + 1}.ctq`);
  writeFileSync(at('21.ctq'), 'echo 1;');
  const twice = await ctq([at('1.ctq')]);
  assert.is(twice.code, 2);
  assert.match(twice.stderr, /may include 1000 files/);
  assert.is(twice.stderr.match(/error/g)?.length, 1);
  for (let i = 1; i <= 60; i++) include(`d${i}.ctq`, `d${i + 1}.ctq`);
  writeFileSync(at('d61.ctq'), 'echo 1;');
  const deep = await ctq([at('d1.ctq')]);
  assert.is(deep.code, 2);
  assert.match(deep.stderr, /50 deep/);
  writeFileSync(at('large.ctq'), `-- ${'x'.repeat(1 << 20)}\n`);
  include('many.ctq', ...Array.from({ length: 20 }, () => 'large.ctq'));
  const large = await ctq([at('many.ctq')]);
  assert.is(large.code, 2);
  assert.match(large.stderr, /all that a run includes may have 16 MiB/);
});

test('many statements take time by their number, and are ended', async () => {
  const script = (name: string, statement: (n: number) => string, count: number): string => {
    writeFileSync(at(name), Array.from({ length: count }, (_, n) => statement(n)).join('\n'));
    return at(name);
  };
  // In quadratic time neither would end before it is killed.
  assert.is((await ctq([script('same.ctq', () => 'let a = 1;', 40_000)])).code, 0);
  assert.is((await ctq([script('other.ctq', n => `let a${n} = 1;`, 40_000)])).code, 0);
  const endless = script('long.ctq', () => "echo 'x';", 99_000);
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const { code, ms } = await ended(['--to', at('echoed'), endless], signal, {}, pid => works(pid, 700));
    assert.equal([code, ms < AT_ONCE], [status, true], `${ms} ms`);
  }
});

test('a disk that is full: what is written and what is not', async () => {
  const disk = '/run/small';
  must(['mkdir', disk]);
  must(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  for (const limit of [100, 20_000]) {
    const fd = openSync(`${disk}/out`, 'w');
    if (limit === 100) writeFileSync(`${disk}/rest`, Buffer.alloc(56 << 10));
    else rmSync(`${disk}/rest`);
    const child = spawn(process.execPath, [PROGRAM, `select from conntrack limit ${limit}`], {
      stdio: ['ignore', fd, 'pipe'],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    assert.is(await new Promise(resolve => child.on('close', resolve)), 1, stderr);
    closeSync(fd);
    const size = must(['stat', '-c', '%s', `${disk}/out`]).trim();
    assert.match(stderr, /cannot write to the standard output \(ENOSPC\)/);
    assert.match(stderr, new RegExp(`the first ${size} bytes are written, the rest is not`));
  }
});

test.run();
