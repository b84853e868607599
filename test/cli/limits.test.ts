// timeout: 400
/** Texts and files that are larger, longer or deeper than anyone means: handled, or refused with a message, in bounded time and memory. */
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq } from '../kit/cli.js';
import { conntrack } from '../kit/oracle.js';

const test = suite('limits');
const folder = mkdtempSync(join(tmpdir(), 'ctq-limits-'));
const path = join(folder, 'file');
test.before(() => {
  conntrack(['-F']);
  bulk(10);
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a piece a number of times. */
function fill(piece: string, times: number, head = '', tail = ''): void {
  const fd = openSync(path, 'w');
  writeSync(fd, head);
  const block = Math.min(times, Math.ceil((1 << 20) / piece.length));
  const text = piece.repeat(block);
  let left = times;
  for (; left >= block; left -= block) writeSync(fd, text);
  writeSync(fd, piece.repeat(left) + tail);
  closeSync(fd);
}

/** 1.5 GiB of address space for what node itself does not reserve: what needs more fails. */
const BOUNDED = { NODE_OPTIONS: '--max-old-space-size=1400' };
const run = (...args: readonly string[]) => ctq(args, { timeout: 120_000, env: BOUNDED });

async function refused(args: readonly string[], code: number, message: RegExp): Promise<void> {
  const finished = await run(...args);
  assert.is(finished.code, code, finished.stderr.slice(0, 2000));
  assert.match(finished.stderr.slice(0, 5000), message);
  assert.ok(finished.stderr.length < 100_000, `${finished.stderr.length} characters are told`);
}

test('deep nesting is refused', async () => {
  for (const [open, close] of [
    ['(', ')'],
    ['not ', ''],
    ['- ', ''],
    ['abs(', ')'],
  ]) {
    writeFileSync(path, `echo ${open.repeat(200_000)}1${close.repeat(200_000)}`);
    await refused([path], 2, /nested|deep|parenthes/);
  }
  writeFileSync(
    path,
    `select from conntrack where src in ${'(select src from conntrack where src in '.repeat(20_000)}`,
  );
  await refused([path], 2, /error/);
});

test('a million elements in a list are handled', async () => {
  const elements = Array.from({ length: 1_000_000 }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  writeFileSync(path, `select count(*) from conntrack where src in (${elements.join(',')})`);
  const { code, stdout, stderr } = await run(path);
  assert.equal([code, stdout], [0, 'count(*)\n10\n'], stderr.slice(0, 1000));
});

test('a script of 100 MB is refused before it is read, by the standard input too', async () => {
  fill('echo 1;\n', 2_000_000);
  truncateSync(path, 104_000_000);
  await refused([path], 1, /cannot read the script '.*': it is larger than 64 MiB$/m);
  truncateSync(path, 60_000_000);
  await refused([path], 2, /text too large: the limit is 16 MiB/);
  truncateSync(path, 16_000_000);
  await refused([path], 2, /too many statements: the limit is 100000/);
  writeFileSync(join(folder, 'outer.ctq'), "include 'file'");
  fill('-- a comment\n', 2_000_000);
  await refused([join(folder, 'outer.ctq')], 2, /16 MiB/);
  const { code, stderr } = await ctq([], { input: Buffer.alloc(80_000_000, 'x '), timeout: 120_000, env: BOUNDED });
  assert.is(code, 2, stderr.slice(0, 500));
  assert.match(stderr, /16 MiB/);
});

test('lines of 10 MB: in a script, a snapshot, a file to join, a file of command lines', async () => {
  fill('x', 10_000_000, "echo '", "'");
  assert.is((await run(path)).stdout.length, 10_000_001);
  fill('? ', 5_000_000);
  await refused([path], 2, /unexpected '\?'/);
  fill('x', 10_000_000, '', '\n');
  await refused([`select from '${path}'`], 1, /file/);
  const line =
    'udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1\n';
  fill('x', 10_000_000, line, `\n${line}`);
  const snapshot = await run(`select count(*) from '${path}'`);
  assert.equal([snapshot.code, snapshot.stdout], [0, 'count(*)\n2\n'], snapshot.stderr.slice(0, 1000));
  assert.ok(snapshot.stderr.length < 2000);
  fill('x', 10_000_000, 'ip,name\n10.0.0.1,', '\n');
  const joined = await run(`select length(h.name) from conntrack join '${path}' as h on src = h.ip`);
  assert.is(joined.code, 0, joined.stderr.slice(0, 1000));
  fill('x', 10_000_000, '-D -s ', '\n');
  const loaded = await run('conntrack', '-R', path);
  assert.is(loaded.code, 2);
  assert.ok(loaded.stderr.length < 20_000_000);
});

test.run();
