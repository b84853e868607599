/** What the launchers decide before a program is loaded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileOf, readCodeCache } from '../../../src/shell/cli/start/code/code-cache.js';
import { isOfKernel } from '../../../src/shell/cli/start/early-watch.js';
import { mayWatch } from '../../../src/shell/cli/start/may-watch.js';
import { programName, restoreEnvironment } from '../../../src/shell/cli/start/prepare-process.js';

const test = suite('start');

test('command lines that may watch this network namespace', () => {
  for (const args of [['-E'], ['-E', 'expect'], ['-Ee', 'NEW'], ['--event'], ['-p', 'tcp', '-E']])
    assert.ok(mayWatch('conntrack', args), args.join(' '));
  for (const args of [[], ['-L'], ['-I', '-s', '192.0.2.1'], ['-D', '--src', '::1']])
    assert.not(mayWatch('conntrack', args), args.join(' '));
  for (const args of [
    ['watch from conntrack'],
    ['--no-config', '-e', 'let a = 1; WATCH src from conntrack'],
    ['conntrack', '-E'],
  ])
    assert.ok(mayWatch('ctq', args), args.join(' '));
  for (const args of [['select from conntrack'], []]) assert.not(mayWatch('ctq', args), args.join(' '));
  assert.ok(isOfKernel('ctq', ['watch from conntrack']));
  for (const args of [
    ['--netns', 'blue', 'watch from conntrack'],
    ['watch from conntrack in ssh x'],
    ["watch from 'nat.log'"],
  ])
    assert.not(isOfKernel('ctq', args), args.join(' '));
  // No word of these command lines is a place.
  assert.ok(isOfKernel('conntrack', ['-E', '--file']));
  assert.ok(isOfKernel('ctq', ['conntrack', '-E', 'netns']));
});

test('names of processes', () => {
  for (const [path, name] of [
    ['/usr/bin/conntrack', 'conntrack'],
    ['/a/dist/ctq-conntrack.js', 'conntrack'],
    ['/usr/bin/ctq-conntrack', 'conntrack'],
    ['/a/dist/ctq.js', 'ctq'],
    ['/usr/bin/ctq', 'ctq'],
  ])
    assert.is(programName(path), name);
});

test('the environment is put back', () => {
  const env = {
    CTQ_KEPT: 'NODE_OPTIONS NODE_DEBUG',
    CTQ_KEPT_NODE_OPTIONS: '--x y',
    CTQ_KEPT_NODE_DEBUG: '',
    PATH: '/bin',
  };
  restoreEnvironment(env);
  assert.equal(env, { NODE_OPTIONS: '--x y', NODE_DEBUG: '', PATH: '/bin' } as object);
  const none = { CTQ_KEPT: '', PATH: '/bin' };
  restoreEnvironment(none);
  assert.equal(none, { PATH: '/bin' } as object);
});

test('a code cache with any bit flipped, or cut anywhere, is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-cache-'));
  const path = join(folder, 'x.cache');
  const data = Buffer.from('what V8 compiled');
  const whole = fileOf(data);
  try {
    assert.is(readCodeCache(path), undefined);
    writeFileSync(path, whole);
    assert.equal(readCodeCache(path), data);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      writeFileSync(path, damaged);
      assert.is(readCodeCache(path), undefined, `bit ${bit}`);
    }
    for (let size = 0; size < whole.length; size++) {
      writeFileSync(path, whole.subarray(0, size));
      assert.is(readCodeCache(path), undefined, `${size} bytes`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
