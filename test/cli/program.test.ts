/** The built program: exit statuses, pipes that close, signals, scripts that are programs. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, PROGRAM, startCtq, tty } from '../kit/cli.js';

const program = suite('program');

program('results, mistakes and failures have their exit statuses and streams', async () => {
  assert.equal(await ctq(['count conntrack']), { code: 0, stdout: 'count(*)\n0\n', stderr: '' });
  const wrong = await ctq(['select scr from conntrack']);
  assert.equal([wrong.code, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /did you mean src\?/);
  assert.is((await ctq(['assert 1 = 2'])).code, 1);
  assert.is((await ctq(['--netns', 'nowhere', 'count conntrack'])).code, 1);
  assert.is((await ctq([], { input: 'echo 5' })).stdout, '5\n');
});

program('characters that are not ASCII are what they are in the source', async () => {
  assert.is((await ctq(["echo 5µs = 5us, 'é日😀'"])).stdout, 'true é日😀\n');
  assert.match((await ctq(['echo ‘x’'])).stderr, /hint: quotes are ' or "/);
  assert.match((await ctq(['echo 5 ≠ 6'])).stderr, /hint: comparisons are/);
});

program('a reader that goes away ends it quietly', () => {
  const line = 'set -o pipefail; "$0" "$1" "help; help; show settings; describe conntrack; help" | head -n 1; echo $?';
  const { stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath, PROGRAM], { encoding: 'utf8' });
  assert.equal([stdout, stderr], ['To begin\n0\n', '']);
});

program('a full disk is reported', () => {
  for (const statement of ['echo 1', 'show tables', 'help']) {
    const line = '"$0" "$1" "$2" > /dev/full';
    const { status, stderr } = spawnSync('bash', ['-c', line, process.execPath, PROGRAM, statement], {
      encoding: 'utf8',
    });
    assert.is(status, 1, statement);
    assert.match(stderr, /cannot write to the standard output \(ENOSPC\)/, statement);
  }
});

program('a closed standard output is reported, if anything is written to it', () => {
  for (const [statement, wanted] of [
    ['echo 1', 1],
    ['help', 1],
    ['let x = 1', 0],
  ] as const) {
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$1" >&-', PROGRAM, statement], { encoding: 'utf8' });
    assert.is(status, wanted, statement);
    assert.match(stderr, wanted === 0 ? /^$/ : /cannot write to the output \(EBADF\)/, statement);
  }
});

program('SIGTERM ends a watch with 143, and nothing follows it', async () => {
  const watch = startCtq(['-o', 'json', 'echo 1; watch from conntrack for 20s; echo 2']);
  await watch.waitFor(/^1\n/);
  watch.kill('SIGTERM');
  assert.is(await watch.exit(), 143);
  assert.not.match(watch.stdout, /^2$/m);
});

program('Ctrl-C ends a watch with its summary, and what follows runs', async () => {
  const terminal = tty(['--no-config', 'watch from conntrack for 20s; echo 1 + 1']);
  try {
    await terminal.waitFor('hint: sysctl');
    terminal.press('C-c');
    assert.is(await terminal.exit(), 0);
    assert.match(terminal.screen(), /0 events[\s\S]*\n2$/);
  } finally {
    terminal.close();
  }
});

program('many results, each to a file of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-results-'));
  try {
    const statements = Array.from({ length: 12 }, (_, n) => `select cpu from stats output csv to '${folder}/${n}.csv'`);
    const { code, stderr } = await ctq(statements);
    assert.equal([code, stderr], [0, '']);
    assert.is(readdirSync(folder).length, 12);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

program('a file may be a program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-program-'));
  try {
    symlinkSync(PROGRAM, join(folder, 'ctq'));
    const script = join(folder, 'answer');
    writeFileSync(script, '#!/usr/bin/env ctq\necho 6 * 7;\n');
    chmodSync(script, 0o755);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const { stdout, stderr, status } = spawnSync(script, { encoding: 'utf8', env });
    assert.equal([status, stdout, stderr], [0, '42\n', '']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

program.run();
