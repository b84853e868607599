// timeout: 300
/** `ctq demo`: the tour of a network that it makes, or of a snapshot where it cannot. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, tty } from '../kit/cli.js';
import { canRead, NOBODY, READABLE_PROGRAM } from '../kit/nobody.js';

const test = suite('demo');

const canMake = spawnSync(NOBODY[0], [...NOBODY.slice(1), 'unshare', '-Urn', 'true']).status === 0;

const SECONDS = 1000;

test('where namespaces can be made: all of the tour', async () => {
  const { code, stdout, stderr } = await ctq(['demo'], { timeout: 120 * SECONDS });
  assert.is(code, 0, stderr);
  assert.match(stdout, /^\$ ctq "select from conntrack"\n\nproto +source/m);
  assert.match(stdout, /^https +\d+ +█/m);
  assert.match(stdout, /10\. [\s\S]*That was ctq\./);
  assert.match(stdout, /^\$ ctq --yes "delete from conntrack where status has UNREPLIED"$/m);
  assert.match(stderr, /unknown field 'bites'/);
  assert.match(stderr, /flows deleted/);
});

(canRead && canMake ? test : test.skip)('without root', () => {
  const { status, stdout, stderr } = spawnSync(
    NOBODY[0],
    [...NOBODY.slice(1), process.execPath, READABLE_PROGRAM, 'demo'],
    {
      encoding: 'utf8',
      timeout: 120 * SECONDS,
      env: { PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8' },
    },
  );
  assert.is(status, 0, stderr);
  assert.match(stdout, /That was ctq\./);
  assert.match(stderr, /flows deleted/);
});

// Without unshare(1) it cannot make any.
const env = { PATH: '/nonexistent' };

test('where it cannot: a snapshot, with a note', async () => {
  const { code, stdout, stderr } = await ctq(['demo'], { env, timeout: 120 * SECONDS });
  assert.is(code, 0, stderr);
  assert.match(stderr, /demo: missing: unshare/);
  assert.match(stderr, /demo: showing a snapshot of its network instead/);
  assert.match(stdout, /^\$ ctq --file snapshot\.jsonl "select from conntrack"\n\nproto +source/m);
  assert.match(stdout, /^https +\d+ +█/m);
  assert.not.match(stdout, /watch event|delete from/);
  assert.not.match(stderr, /permission|kernel/);
  assert.match(stdout, /That was ctq\./);
});

test('on a terminal it ends in the shell', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-demo-'));
  writeFileSync(join(folder, 'unshare'), '#!/bin/sh\necho unshare failed: Operation not permitted >&2; exit 1\n', {
    mode: 0o755,
  });
  const terminal = tty(['demo'], { env: { PATH: `${folder}:${process.env.PATH}` }, rows: 50 });
  await terminal.waitFor('ctq snapshot.jsonl (read-only)> ', 60 * SECONDS);
  terminal.type('count conntrack;');
  terminal.press('Enter');
  await terminal.waitFor(/^ +19$/m, 20 * SECONDS);
  terminal.press('C-d');
  assert.is(await terminal.exit(20 * SECONDS), 0);
  assert.match(terminal.screen({ history: true }), /cannot create a network namespace: .*not permitted/);
  terminal.close();
  rmSync(folder, { recursive: true });
});

test.run();
