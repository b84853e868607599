/** Which pager is started, and with which options. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pagerOf, withHeader } from '../../../src/shell/interactive/pager.js';

const test = suite('pager');

test('the setting, then PAGER, then less', () => {
  assert.is(pagerOf('off', {}), undefined);
  assert.is(pagerOf('', {}), undefined);
  assert.equal(pagerOf('auto', {}), { argv: ['less', '-RS'], scrollsSideways: true });
  assert.equal(pagerOf('auto', { PAGER: 'less' }), { argv: ['less', '-RS'], scrollsSideways: true });
  assert.equal(pagerOf('auto', { PAGER: '/bin/less -R' }), { argv: ['/bin/less', '-R'], scrollsSideways: false });
  assert.equal(pagerOf('auto', { PAGER: 'less -R', LESS: 'FRS' }), { argv: ['less', '-R'], scrollsSideways: true });
  assert.equal(pagerOf('less -RSX', { PAGER: 'more' }), { argv: ['less', '-RSX'], scrollsSideways: true });
  assert.equal(pagerOf('auto', { PAGER: 'more' }), { argv: ['more'], scrollsSideways: false });
});

test('lines stay at the top where less can do that', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-less-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [version, more] of [
    [643, ['--header=2']],
    [590, []],
  ] as const) {
    mkdirSync(join(folder, String(version)));
    const less = join(folder, String(version), 'less');
    writeFileSync(less, `#!/bin/sh\necho "less ${version} (GNU regular expressions)"\n`, { mode: 0o755 });
    assert.equal(withHeader({ argv: [less, '-RS'], scrollsSideways: true }, 0), [less, '-RS']);
    assert.equal(withHeader({ argv: [less, '-RS'], scrollsSideways: true }, 2), [less, '-RS', ...more]);
  }
  assert.equal(withHeader({ argv: ['more'], scrollsSideways: false }, 2), ['more']);
  assert.equal(withHeader({ argv: [join(folder, 'none/less')], scrollsSideways: true }, 2), [
    join(folder, 'none/less'),
  ]);
});

test.run();
