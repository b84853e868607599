// timeout: 240
/** What goes wrong around ctq: full disks, readers and namespaces that go away, signals in the middle, clocks that jump. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { History } from '../../src/shell/interactive/line/history/history.js';
import { bulk } from '../kit/bulk.js';
import { ctq, PROGRAM, startCtq } from '../kit/cli.js';
import { must, run } from '../kit/command.js';
import { assertPrivateNamespace, Namespace, setSysctl, useConntrack } from '../kit/namespace.js';
import { conntrack, listConntrack, subscribed } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { until } from '../kit/until.js';
import { Gathered, repeating, watching } from '../kit/watching.js';

assertPrivateNamespace();
const test = suite('faults');
const count = (): number => Number(conntrack(['-C']).stdout);

/** A file system of a number of bytes. */
function smallDisk(name: string, options: string): string {
  const path = `/run/${name}`;
  mkdirSync(path);
  must(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  return path;
}

test.before(() => {
  useConntrack();
  setSysctl('net/netfilter/nf_conntrack_events', 1);
});
test.before.each(() => {
  conntrack(['-F']);
});

test('a disk that fills up: it is reported, the old file is whole, and no other file is left', async () => {
  bulk(5000);
  const disk = smallDisk('full', 'size=256k');
  const file = `${disk}/flows`;
  for (const format of [
    'json',
    'jsonl',
    'xml',
    'save',
    'extended',
    'csv',
    'tsv',
    'table',
    'box',
    'markdown',
    'vertical',
  ]) {
    writeFileSync(file, 'as it was\n');
    const { code, stderr } = await ctq([`select from conntrack output ${format} to '${file}'`]);
    assert.is(code, 1, `${format}: ${stderr}`);
    assert.match(stderr, /cannot write to '.*flows' \(ENOSPC\)/, format);
    assert.match(stderr, /file system is full; the existing file is unchanged/, format);
    assert.is(readFileSync(file, 'utf8'), 'as it was\n', format);
    assert.equal(readdirSync(disk), ['flows'], format);
    if (format !== 'json') continue;
    rmSync(file);
    const fresh = await ctq([`select from conntrack output ${format} to '${file}'`]);
    assert.match(fresh.stderr, /file system is full; no file is left/);
    assert.equal(readdirSync(disk), []);
  }
  const { code, stderr } = await ctq(['--to', file, 'select from conntrack', 'echo 1']);
  assert.is(code, 1, stderr);
  assert.equal([readFileSync(file, 'utf8'), readdirSync(disk)], ['as it was\n', ['flows']]);
});

test('a standard output that cannot be written to', async () => {
  bulk(20_000);
  const child = spawn('sh', ['-c', `"$0" "$@" > /dev/full`, process.execPath, PROGRAM, 'select from conntrack'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  assert.is(code, 1, stderr);
  assert.match(stderr, /ENOSPC/);
  assert.not.match(stderr, /internal|at .*\.js/);
});

test('a pipe whose reader goes away in the middle', async () => {
  bulk(20_000);
  must(['mkfifo', '/run/pipe']);
  const reader = spawn('head', ['-n', '3', '/run/pipe'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { code, stderr } = await ctq([`select from conntrack output extended to '/run/pipe'`]);
  assert.is(code, 1, stderr);
  assert.match(stderr, /cannot write to '\/run\/pipe' \(EPIPE\)/);
  reader.kill();
});

test('a signal in the middle of an insert or a delete: what was done is reported, and no more is done', async () => {
  const file = '/run/many.save';
  bulk(60_000, { sources: 5000 });
  writeFileSync(file, listConntrack(['-L', '-o', 'save']));
  const total = count();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    conntrack(['-F']);
    const insert = startCtq([`insert into conntrack from '${file}'`]);
    await until('the first entries', () => count() > 200, { within: 30_000, every: 1 });
    insert.kill(signal);
    const code = await insert.exit();
    const made = count();
    if (code === 0) {
      // It had come to its end before the signal.
      assert.is(made, total);
      continue;
    }
    assert.ok([130, 143].includes(code ?? -1), `${signal}: ${code} ${insert.stderr}`);
    assert.match(insert.stderr, new RegExp(`${made} flows (created|inserted)`), signal);
    assert.ok(made > 0 && made <= total);
  }
  conntrack(['-F']);
  must(['sh', '-c', `"${process.execPath}" "${PROGRAM}" "insert into conntrack from '${file}'"`], { timeout: 60_000 });
  assert.is(count(), total);
  const removal = startCtq(['delete from conntrack where sport > 0 or sport is null output jsonl']);
  await until('the first deletes', () => count() < total - 200, { within: 30_000, every: 1 });
  removal.kill('SIGTERM');
  const code = await removal.exit();
  const left = count();
  assert.ok(code === 143 || (code === 0 && left === 0), `${code} ${removal.stderr}`);
  // What was reported and what is gone are the same.
  if (code === 143) assert.match(removal.stderr, new RegExp(`${total - left} flows deleted`));
});

test('a namespace that goes away', async () => {
  const gone = new Namespace('gone');
  bulk(100, { netns: 'gone' });
  const repeated = startCtq(['select count(*) from conntrack in netns gone where sport > 0 every 100ms for 30s']);
  await repeated.waitFor(/100\n/);
  gone.destroy();
  // It continues with the one that it holds, or says that there is none any more (or a file of that name only, for a moment).
  const ended = repeated.exit();
  const still = repeated.waitFor(/100\n[\s\S]*100\n/, 20_000).then(() => repeated.kill('SIGINT'));
  const [result] = await Promise.all([ended, still.catch(() => {})]);
  assert.ok(
    result === 0 || /network namespace "?\w+"? does not exist|is not a network namespace/.test(repeated.stderr),
    repeated.stderr,
  );
  const { code, stderr } = await ctq(['select from conntrack in netns gone']);
  assert.is(code, 1);
  assert.match(stderr, /network namespace "gone" does not exist/);
  const sleeper = new Program(['unshare', '--net', 'sleep', 'infinity']);
  await sleeper.stop('SIGKILL');
  const late = await ctq([`select from conntrack in pid ${sleeper.pid}`]);
  assert.is(late.code, 1);
  assert.match(late.stderr, /network namespace of process \d+ does not exist/);
});

test('a clock that jumps: windows and repetitions keep their pace, and no number is out of its mind', async () => {
  const { now } = Date;
  let jump = 0;
  Date.now = () => now() + jump;
  try {
    const output = new Gathered();
    const stop = new AbortController();
    const { signal } = stop;
    const watched = watching('watch count(*), max(age) from conntrack every 100ms output jsonl', { output, signal });
    const rows = new Gathered();
    const repeated = repeating('select count(*), rate(bytes), max(age) from conntrack every 100ms output jsonl', {
      output: rows,
      signal,
    });
    let source = 0x0a00_0000;
    for (const step of [3_600_000, -86_400_000, 1e12, -1e12]) {
      jump += step;
      source += 0x100;
      bulk(10, { source, sources: 10 });
      for (const each of [output, rows]) {
        const { length } = each.lines;
        await until('two more results', () => each.lines.length > length + 1, { within: 20_000 });
      }
    }
    stop.abort(new Error('enough'));
    await Promise.all([watched.ended, repeated.ended]);
    for (const line of [...output.lines, ...rows.lines]) {
      for (const value of Object.values(JSON.parse(line) as object))
        assert.ok(value === null || Number.isFinite(value) || typeof value === 'string', line);
    }
  } finally {
    Date.now = now;
  }
});

test('a history that is read-only, no file, or damaged is not an error', () => {
  const folder = smallDisk('home', 'size=64k');
  const path = `${folder}/ctq/history`;
  const history = new History(path);
  history.add('select 1;');
  assert.is(readFileSync(path, 'utf8'), 'select 1;\n');
  // On a disk that is full.
  writeFileSync(`${folder}/rest`, 'x'.repeat(8192));
  try {
    writeFileSync(`${folder}/more`, Buffer.alloc(1 << 20));
  } catch {
    // It is full now.
  }
  for (let n = 0; n < 2000; n++) history.add(`select ${n} from conntrack where src = 10.0.0.1;`);
  assert.is(history.entries.length, 1000);
  // Where nothing may be written.
  must(['mount', '-o', 'remount,ro', folder]);
  const locked = new History(path);
  locked.add('select 2;');
  assert.is(locked.entries[0], 'select 2;');
  must(['mount', '-o', 'remount,rw', folder]);
  // Where something else is in its place.
  for (const make of [
    (at: string) => mkdirSync(at),
    (at: string) => must(['mkfifo', at]),
    (at: string) => symlinkSync('/run/home/rest', at),
    // A user namespace allows no devices; then nothing is there.
    (at: string) => run(['mknod', at, 'c', '1', '5']),
  ]) {
    const odd = `/run/odd-${Math.random()}`;
    mkdirSync(odd);
    make(`${odd}/history`);
    const other = new History(`${odd}/history`);
    other.add('select 3;');
    assert.equal(other.entries, ['select 3;']);
  }
  assert.is(readFileSync('/run/home/rest', 'utf8').includes('select'), false);
});

test('a recorder whose disk is full reports what it lost; segments are for their group alone', async () => {
  const disk = smallDisk('recorded', 'size=300k');
  for (const name of ['nf_conntrack_acct', 'nf_conntrack_timestamp']) setSysctl(`net/netfilter/${name}`, 1);
  const record = async (before: () => void): Promise<string> => {
    const recorder = startCtq([`watch from conntrack on destroy into '${disk}/history' keep 30d`]);
    await subscribed([3]);
    before();
    bulk(7);
    conntrack(['-D']);
    await recorder.stop('SIGTERM');
    return recorder.stderr;
  };
  assert.match(await record(() => {}), /^7 events in .*, none lost, interrupted$/m);
  const [segment] = must(['find', `${disk}/history`, '-name', '*.parquet'])
    .trim()
    .split('\n');
  assert.is(must(['stat', '-c', '%a', segment]).trim(), '640');
  const report = await record(() => {
    try {
      writeFileSync(`${disk}/rest`, Buffer.alloc(1 << 20));
    } catch {
      // It is full now.
    }
  });
  assert.match(report, /^warning: cannot write to \/run\/recorded\/history: /m);
  assert.match(report, /^7 events in .*, 7 lost, interrupted$/m);
});

test('a recorder reports what the kernel does not keep, and why a folder cannot be made', async () => {
  for (const name of ['nf_conntrack_acct', 'nf_conntrack_timestamp']) setSysctl(`net/netfilter/${name}`, 0);
  const disk = smallDisk('locked', 'size=64k');
  writeFileSync('/run/file', '');
  must(['mount', '-o', 'remount,ro', disk]);
  const of = async (folder: string) =>
    (await ctq([`watch from conntrack on destroy into '${folder}' keep 30d for 1ms`])).stderr;
  const report = await of('/run/kept');
  assert.match(report, /recorded without their start, .*nf_conntrack_timestamp is 0$/m);
  assert.match(report, /recorded without bytes and packets: .*nf_conntrack_acct is 0$/m);
  assert.match(await of('/run/file'), /^error: cannot record to \/run\/file: this is not a folder$/m);
  assert.match(await of('/run/locked/x'), /^error: cannot record to \/run\/locked\/x: the file system is read-only$/m);
  assert.match(await of('/proc/x'), /^error: cannot record to \/proc\/x: the folder cannot be made$/m);
});

test('what is written of entries is for its owner alone', async () => {
  bulk(3);
  mkdirSync('/run/out');
  chmodSync('/run/out', 0o777);
  await ctq(["select from conntrack output save to '/run/out/a.save'"]);
  await ctq(['--to', '/run/out/b.json', '-o', 'json', 'select from conntrack']);
  for (const name of ['a.save', 'b.json']) {
    assert.is(must(['stat', '-c', '%a', `/run/out/${name}`]).trim(), '600', name);
  }
  assert.ok(!existsSync('/run/out/.a.save'));
});

test.run();
