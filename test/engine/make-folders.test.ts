import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeFolders } from '../../src/engine/make-folders.js';

const test = suite('folders');
const root = mkdtempSync(join(tmpdir(), 'ctq-folders-'));
test.after(() => rmSync(root, { recursive: true, force: true }));

const codeOf = (path: string): string | undefined => {
  try {
    makeFolders(path, 0o750);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

test('those that are missing are made, with their mode', () => {
  assert.is(codeOf(join(root, 'a/b/c')), undefined);
  assert.is(codeOf(join(root, 'a/b/c')), undefined);
  assert.is(statSync(join(root, 'a')).mode & 0o777, 0o750);
  symlinkSync('a', join(root, 'link'));
  assert.is(codeOf(join(root, 'link')), undefined);
  assert.is(codeOf(join(root, 'link/d/')), undefined);
  assert.equal(readdirSync(join(root, 'a')).sort(), ['b', 'd']);
});

test('what is in the way is an error, and nothing waits for ever', () => {
  writeFileSync(join(root, 'file'), '');
  assert.is(codeOf(join(root, 'file')), 'EEXIST');
  assert.is(codeOf(join(root, 'file/x')), 'ENOTDIR');
  // The folder exists, and there it cannot be.
  assert.is(codeOf('/proc/ctq'), 'ENOENT');
  assert.is(codeOf('/proc/ctq/folder'), 'ENOENT');
  assert.is(codeOf(''), 'ENOENT');
});

test.run();
