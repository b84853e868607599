/** Where `output to` writes when the name is not that of a file: standard output, what is open, the home folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
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
