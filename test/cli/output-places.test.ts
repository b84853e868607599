/** Where `output to` writes when the name is not that of a file: standard output, what is open, the home folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { environment, PROGRAM } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';

const test = suite('places of output');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-output-places-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
writeFileSync(join(cwd, 'n.csv'), 'n\n1\n');

test("'-' and /dev/stdout are standard output", async () => {
  for (const path of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
    const clause = await ctqHere([`select n from 'n.csv' output csv to '${path}'`], { cwd });
    assert.equal(clause, { code: 0, stdout: 'n\n1\n', stderr: '' });
    const option = await ctqHere(['--to', path, '-o', 'csv', "select n from 'n.csv'"], { cwd });
    assert.equal(option, { code: 0, stdout: 'n\n1\n', stderr: '' });
  }
  assert.equal(readdirSync(cwd), ['n.csv']);
});

test('a file that is damaged leaves the file of the result as it was; skipped lines do not', async () => {
  const folder = mkdtempSync(join(cwd, 'damaged-'));
  const entries = Array.from(
    { length: 20_000 },
    (_, i) => `udp 17 9 src=10.0.0.1 dst=10.0.0.2 sport=${i} dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=${i}\n`,
  );
  const packed = gzipSync(entries.join(''));
  const middle = packed.length >> 1;
  packed.fill(7, middle, middle + 2000);
  writeFileSync(join(folder, 'damaged.gz'), packed);
  writeFileSync(join(folder, 'skipped.txt'), `${entries[0]}udp src=10.\n`);
  const kept = (name: string): string => readFileSync(join(folder, name), 'utf8');
  for (const [from, name, args] of [
    ["'damaged.gz'", 'keep.csv', []],
    ["'damaged.gz'", 'keep.csv.gz', []],
    ["'damaged.gz' union select sport from 'skipped.txt'", 'keep.csv', []],
    ["'damaged.gz'", 'keep.csv', ['--to', 'keep.csv']],
  ] as const) {
    writeFileSync(join(folder, name), 'old');
    const to = args.length > 0 ? '' : ` output csv to '${name}'`;
    const { code, stderr } = await ctqHere([...args, `select sport from ${from}${to}`], { cwd: folder });
    assert.is(code, 1, stderr);
    assert.match(stderr, /error: damaged\.gz is damaged/);
    assert.is(kept(name), 'old', from);
  }
  const { code, stdout } = await ctqHere(["select sport from 'damaged.gz' output csv to '-'"], { cwd: folder });
  assert.is(code, 1);
  assert.match(stdout, /^sport\n0\n1\n/);
  const skipped = await ctqHere(["select sport from 'skipped.txt' output csv to 'keep.csv'"], { cwd: folder });
  assert.is(skipped.code, 0);
  assert.is(kept('keep.csv'), 'sport\n0\n');
  rmSync(folder, { recursive: true });
});

test('a file of --to that gets several results has a warning, where its format holds one', async () => {
  const queries = "select n from 'n.csv'; select n from 'n.csv'";
  for (const [name, isOne] of [
    ['two.csv', true],
    ['two.json', true],
    ['two.jsonl', false],
    ['two.txt', false],
  ] as const) {
    const { code, stderr } = await ctqHere(['--to', name, queries], { cwd });
    assert.is(code, 0);
    assert.is(/^warning: two\.\w+ holds several results/.test(stderr), isOne, stderr);
    rmSync(join(cwd, name));
  }
  const { stderr } = await ctqHere(['--to', 'one.csv', "select n from 'n.csv'"], { cwd });
  assert.is(stderr, '');
  rmSync(join(cwd, 'one.csv'));
});

test('a pipe that is open is written to as it is', async () => {
  const pipe = join(cwd, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  // As a pipe of the shell, it has no name then.
  rmSync(pipe);
  for (const path of [`/dev/fd/${fd}`, `/proc/self/fd/${fd}`]) {
    const { code, stderr } = await ctqHere([`select n from 'n.csv' output csv to '${path}'`], { cwd });
    assert.equal([code, stderr], [0, '']);
    const bytes = Buffer.alloc(100);
    assert.is(String(bytes.subarray(0, readSync(fd, bytes))), 'n\n1\n');
  }
  closeSync(fd);
});

test('a comparison that the shell of the system took for a redirection is named', () => {
  const stderrOf = (line: string): string =>
    spawnSync('sh', ['-c', `"$0" "$1" ${line}`, process.execPath, PROGRAM], {
      cwd,
      env: environment(cwd),
      encoding: 'utf8',
    }).stderr;
  assert.match(
    stderrOf('select src from conntrack where bytes > 1M'),
    /^warning: standard output is the file \/.*\/1M: the shell of the system took > from the statement\nhint: quote/m,
  );
  assert.match(stderrOf('select src from conntrack where bytes >= 5'), /standard output is the file \/.*\/=:/);
  assert.not.match(stderrOf('select src from conntrack where > wrong.csv'), /warning/);
  assert.not.match(stderrOf('echo 1 > 1'), /warning/);
});

test('a name that begins with ~/ is said in full', async () => {
  for (const statement of [
    "select n from 'n.csv' output csv to '~/no folder/x.csv'",
    "select n from '~/none.csv'",
    "select count(*) from 'n.csv' join '~/none.csv' as x on n = x.n",
  ]) {
    const { code, stderr } = await ctqHere([statement], { cwd });
    assert.is.not(code, 0);
    assert.ok(stderr.includes(`~ is not expanded in quotes; write '${homedir()}/no`), stderr);
  }
});

test.run();
