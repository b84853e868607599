/** The parts of changes that need no kernel. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChangeRun, executeChange } from '../../../src/engine/change/change-run.js';
import { describeTuple } from '../../../src/engine/change/describe.js';
import { ChangeCounts } from '../../../src/engine/change/summary.js';
import { parseTranslation } from '../../../src/engine/change/values/parse-translation.js';
import { ERRNO } from '../../../src/engine/errno.js';
import { CtqError, kernelError } from '../../../src/engine/errors.js';
import { parseAddress } from '../../../src/lang/values/address.js';
import type { Address } from '../../../src/lang/values/value.js';
import { intention, summaryLine } from '../../../src/shell/statements/changes/change-report.js';
import { progressText } from '../../../src/shell/statements/changes/progress-line.js';
import { testSession } from './support.js';

const test = suite('parts of changes');
const address = (text: string): Address => parseAddress(text) as Address;
/** What a translation sets. */
const parsed = (...args: Parameters<typeof parseTranslation>) =>
  Object.fromEntries(Object.entries(parseTranslation(...args)).filter(([, value]) => value !== undefined));

test('translations: address, port, both, ranges, both families', () => {
  assert.equal(parsed('snat', '10.0.0.1', 'ipv4'), { minAddress: address('10.0.0.1') });
  assert.equal(parsed('snat', '10.0.0.1:80', 'ipv4'), { minAddress: address('10.0.0.1'), minPort: 80 });
  assert.equal(parsed('snat', ':80', 'ipv4'), { minPort: 80 });
  assert.equal(parsed('dnat', '2001:db8::1', 'ipv6'), { minAddress: address('2001:db8::1') });
  assert.equal(parsed('dnat', '[2001:db8::1]:80', 'ipv6'), {
    minAddress: address('2001:db8::1'),
    minPort: 80,
  });
  assert.equal(parsed('dnat', '10.0.0.1-10.0.0.9:1024-2047', 'ipv4'), {
    minAddress: address('10.0.0.1'),
    maxAddress: address('10.0.0.9'),
    minPort: 1024,
    maxPort: 2047,
  });
  for (const text of ['', 'x', '10.0.0.1:', '10.0.0.1:70000', '10.0.0.1:80:90', '2001:db8::1', '10.0.0', '10.0.0.1-'])
    assert.throws(() => parseTranslation('snat', text, 'ipv4'), /snat/, text);
});

test('without rights the statement is named, not what it would have read first', async () => {
  const session = testSession();
  for (const [statement, table, words] of [
    ['flush', 'conntrack', /^cannot delete all conntrack entries: CAP_NET_ADMIN is missing .*\(EPERM\)$/],
    ['delete', 'expect', /^cannot delete expectations: /],
    ['zero', 'conntrack', /^cannot zero the counters of conntrack entries: /],
  ] as const) {
    const run = new ChangeRun(session, {});
    let thrown: unknown;
    await executeChange(statement, table, run, async () => {
      throw kernelError(ERRNO.EPERM, 'read the conntrack statistics');
    }).catch(error => {
      thrown = error;
    });
    assert.ok(thrown instanceof CtqError);
    assert.match((thrown as CtqError).message, words);
    assert.is((thrown as CtqError).kind, 'permission');
    assert.match((thrown as CtqError).hint ?? '', /^run it with sudo/);
  }
});

test('entries described', () => {
  assert.is(
    describeTuple({ proto: 6, sport: 1, dport: 2 }, address('10.0.0.1'), address('10.0.0.2'), 3),
    'tcp src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 zone=3',
  );
  assert.is(
    describeTuple({ proto: 58, icmpType: 128, icmpCode: 0, icmpId: 7 }, address('::1'), address('::2')),
    'icmpv6 src=::1 dst=::2 type=128 code=0 id=7',
  );
  assert.is(
    describeTuple({ proto: 200 }, address('10.0.0.1'), address('10.0.0.2'), -1),
    'proto=200 src=10.0.0.1 dst=10.0.0.2',
  );
});

test('summaries', () => {
  const counts = new ChangeCounts();
  assert.is(summaryLine(counts.summary('delete', 'conntrack')), '0 flows deleted');
  counts.deleted = 1;
  counts.gone = 2;
  assert.is(summaryLine(counts.summary('delete', 'expect')), '1 expectation deleted, 2 no longer existed');
  counts.countedBefore = true;
  counts.stopped = 'signal';
  assert.is(
    summaryLine(counts.summary('flush', 'conntrack')),
    '1 flow deleted, 2 no longer existed (counted just before the kernel deleted them in one step; interrupted)',
  );
  const inserted = new ChangeCounts();
  Object.assign(inserted, { created: 3, updated: 1, ignored: 1, refused: 2, partial: 1, matched: 7 });
  assert.is(
    summaryLine(inserted.summary('insert', 'conntrack')),
    '3 flows inserted, 1 updated, 1 already existed, 2 refused, 1 changed only in part',
  );
  assert.is(
    summaryLine(Object.assign(new ChangeCounts(), { created: 1, updated: 5 }).summary('insert', 'conntrack'), 3),
    '1 flow inserted, 5 updated (2 more than were counted before)',
  );
  assert.is(
    intention(inserted.summary('insert', 'conntrack')),
    'insert 3 flows, update 1 that exists, leave 1 that exists',
  );
  Object.assign(inserted, { updated: 0, ignored: 0, refused: 0, partial: 0, gone: 2 });
  assert.is(summaryLine(inserted.summary('insert', 'conntrack')), '3 flows inserted, 2 had ended');
  assert.is(intention(inserted.summary('update', 'sysctl')), 'update 7 settings');
});

test('a change of the whole table', () => {
  const said = (matched: number): string =>
    intention(Object.assign(new ChangeCounts(), { matched }).summary('delete', 'conntrack'), true);
  assert.is(said(1), 'delete the only flow of the table');
  assert.is(said(2), 'delete both flows of the table');
  assert.is(said(21), 'delete all 21 flows of the table');
});

test('progress: rate, share and time left where the end is known', () => {
  assert.is(progressText({ doing: 'deleting', done: 1000 }, undefined, 2), 'deleting: 1000, 500/s');
  assert.is(progressText({ doing: 'deleting', done: 1000 }, 4000, 2), 'deleting: 1000 of 4000 (25 %), 500/s, 6 s left');
  assert.is(
    progressText({ doing: 'deleting', done: 10 }, 100_000, 1),
    'deleting: 10 of 100000 (0 %), 10/s, 166 min 39 s left',
  );
  assert.is(progressText({ doing: 'reading', done: 10 }, 100, 1), 'reading: 10, 10/s');
});

test.run();
