/** `select from 'FILE'` by the built program: pipes that stay open, and files that two threads read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq } from '../kit/cli.js';

const test = suite('select from a file');

const folder = mkdtempSync(join(tmpdir(), 'ctq-select-file-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const line = (n: number): string =>
  `udp 17 30 src=192.0.2.${n % 250} dst=198.51.100.9 sport=${1 + (n % 60_000)} dport=53 [UNREPLIED] src=198.51.100.9 dst=192.0.2.${n % 250} sport=53 dport=${1 + (n % 60_000)}\n`;

test('limit ends the reading of a pipe that stays open', async () => {
  for (const text of [
    "select src from '-' limit 1 output csv, noheader",
    "select src from '-' where sport = 8 limit 1",
  ]) {
    const program = startCtq([text]);
    program.write(line(7));
    assert.is(await program.exit(), 0, program.stderr);
    assert.match(program.stdout, /192\.0\.2\.7\n$/);
  }
});

test('a large file: its rows in order, and the lines that cannot be read', async () => {
  const path = join(folder, 'large');
  const lines = Array.from({ length: 60_000 }, (_, n) => (n === 59_000 ? 'udp 17 src=\n' : line(n)));
  writeFileSync(path, lines.join(''));
  const { stdout, stderr, code } = await ctq([`select sport from '${path}' output csv, noheader`]);
  assert.is(code, 0, stderr);
  const ports = stdout.trimEnd().split('\n').map(Number);
  assert.equal(
    ports,
    Array.from({ length: 60_000 }, (_, n) => 1 + n).filter(port => port !== 59_001),
  );
  assert.match(stderr, /:59001: skipped/);
  const first = await ctq([`select sport from '${path}' limit 50000 output csv, noheader`]);
  assert.is(first.stdout.trimEnd().split('\n').length, 50_000);
});

test.run();
