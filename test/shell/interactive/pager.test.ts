/** Which pager is started, and with which options. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  keepsHeader,
  pagerEnvironment,
  pagerOf,
  promptArguments,
} from '../../../src/shell/interactive/viewing/pager.js';
import { RepeatedHeader } from '../../../src/shell/interactive/viewing/repeated-header.js';
import type { Destination } from '../../../src/shell/output/destination.js';

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

test('which versions of less keep lines at the top', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-less-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [version, keeps] of [
    [643, true],
    [590, false],
  ] as const) {
    mkdirSync(join(folder, String(version)));
    const less = join(folder, String(version), 'less');
    writeFileSync(less, `#!/bin/sh\necho "less ${version} (GNU regular expressions)"\n`, { mode: 0o755 });
    const pager = { argv: [less, '-RS'], scrollsSideways: true };
    assert.is(keepsHeader(pager), keeps);
    // It says how to leave it, unless the user has chosen what it says.
    assert.match(promptArguments(pager, {}, 80).join(), /^-P.* q leaves/);
    const [narrow] = promptArguments(pager, {}, 50);
    assert.match(narrow, /^-Plines .* q leaves/);
    // The numbers of lines are longer than their escapes.
    assert.ok(narrow.length <= 40, narrow);
    assert.equal(promptArguments(pager, { LESS: '-RM' }, 80), []);
    assert.equal(promptArguments({ ...pager, argv: [less, '-RPmine'] }, {}, 80), []);
  }
  assert.equal(promptArguments({ argv: ['more'], scrollsSideways: false }, {}, 80), []);
  assert.is(keepsHeader({ argv: ['more'], scrollsSideways: false }), false);
  assert.is(keepsHeader({ argv: [join(folder, 'none/less')], scrollsSideways: true }), false);
});

test('keys in less write no files, unless the user allows it', () => {
  assert.equal(pagerEnvironment({ A: '1' }), { A: '1', LESSSECURE: '1' });
  assert.is(pagerEnvironment({ LESSSECURE: '' }).LESSSECURE, '');
});

test('elsewhere the header begins each page, however the text is cut into chunks', () => {
  const header = 'name\n────\n';
  const rows = Array.from({ length: 7 }, (_, n) => `row ${n}\n`);
  const paged = (count: number, size: number): string => {
    const written: Buffer[] = [];
    const inner = { write: (chunk: Uint8Array) => written.push(Buffer.from(chunk)) } as unknown as Destination;
    const destination = new RepeatedHeader(inner, 2, 5);
    const bytes = Buffer.from(header + rows.slice(0, count).join(''));
    for (let at = 0; at < bytes.length; at += size) destination.write(bytes.subarray(at, at + size), () => {});
    return Buffer.concat(written).toString();
  };
  const pages = [rows.slice(0, 3), rows.slice(3, 6), rows.slice(6)].map(page => header + page.join(''));
  for (const size of [1, 3, 8, 1000]) {
    assert.is(paged(7, size), pages.join(''));
    // No header without rows.
    assert.is(paged(6, size), pages.slice(0, 2).join(''));
  }
});

test.run();
