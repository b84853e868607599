import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { installing, loadOptional } from '../../../src/engine/sources/optional-package.js';

const test = suite('optional packages');

test('where each installation finds a package', () => {
  for (const [program, command] of [
    ['/usr/lib/ctq/program-1.cjs', 'npm install --prefix /usr/lib/ctq x'],
    ['/usr/local/bin/ctq', 'npm install --prefix /usr/local/bin x'],
    ['/usr/local/lib/node_modules/ctq/dist/program-1.cjs', 'npm install --global x'],
    ['/home/me/ctq/dist/program-1.cjs', 'npm install --prefix /home/me/ctq x'],
    ['/app/node_modules/ctq/dist/chunks/a.mjs', 'npm install x'],
  ])
    assert.is(installing('x', program), command);
});

test('a missing package is one sentence, with the command', async () => {
  const needed = { name: 'no-such-package', code: 'test', what: 'this', instead: 'that requires none' };
  try {
    await loadOptional(needed, () => Promise.reject(new Error('Cannot find package')));
    assert.unreachable();
  } catch (error) {
    const { message, hint, code } = error as { message: string; hint: string; code: string };
    assert.is(message, 'this requires the package no-such-package');
    assert.match(hint, /^npm install (?:--\S+ (?:\S+ )?)?no-such-package; that requires none$/);
    assert.is(code, 'test');
  }
  assert.is(await loadOptional(needed, async () => 1), 1);
});

test.run();
