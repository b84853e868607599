/** delete, flush and get, against the kernel and conntrack(8). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FoundEntries } from '../../src/engine/change/finding/found-entries.js';
import { IPCTNL_MSG_CT_DELETE } from '../../src/engine/ctnetlink/constants.js';
import { dumpFlows } from '../../src/engine/ctnetlink/requests/requests.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { host16 } from '../../src/engine/netlink/messages/framing.js';
import type { QueryContext } from '../../src/engine/query/context.js';
import { summaryLine } from '../../src/shell/statements/changes/change-report.js';
import { change, Entries, failure, get, noting, type TestSession, testSession } from '../engine/change/support.js';
import { bulk } from '../kit/bulk.js';
import { encodeExpectation, encodeFlow, type Flow, PROTOCOL } from '../kit/flow.js';
import { allExpectations, allFlows } from '../kit/flows.js';
import { assertPrivateNamespace, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { listConntrack, sortedLines } from '../kit/oracle.js';
import { encodeZonedExpectation } from '../kit/zoned-expectation.js';

assertPrivateNamespace();
const test = suite('delete, flush, get');
let session: TestSession;

const list = (...options: string[]): string[] => sortedLines(listConntrack(['-L', ...options]));
const count = (): number => list('-f', 'ipv4').length + list('-f', 'ipv6').length;
const fill = (flows: readonly Flow[]): void => mustRequest(flows.map(encodeFlow));

test.before(() => {
  session = testSession();
  useConntrack();
});
test.before.each(async () => {
  await change('flush conntrack', session);
  await change('flush expect', session);
});
test.after(async () => session.close());

/** Fills both tables; the rules exist already. */
function fillAll(): number {
  fill(allFlows());
  mustRequest(allExpectations().map(encodeExpectation));
  return allFlows().length;
}

/** The delete requests that a statement sends: whether each has a tuple, an id, a filter. */
async function deletes(text: string, over: Partial<QueryContext> = {}) {
  const noted = noting(session.source({ kind: 'kernel' }));
  const summary = await change(text, { ...session, source: () => noted.source, ...over });
  const view = new MessageView();
  const requests = noted.sent
    .filter(request => host16(request, 4) === IPCTNL_MSG_CT_DELETE)
    .map(request => {
      view.set(request, 0);
      return { tuple: view.at(1) >= 0 || view.at(2) >= 0, id: view.at(12) >= 0, filter: view.at(25) >= 0 };
    });
  return { summary, requests };
}

test('every entry of a table of everything can be deleted by its own tuple, zone and id', async () => {
  const all = fillAll();
  assert.is(count(), all);
  const { summary, requests } = await deletes('delete from conntrack where true');
  assert.is(summary.deleted, all);
  assert.is(summary.refused, 0);
  assert.is(requests.length, all);
  assert.ok(requests.every(({ tuple, id, filter }) => tuple && id && !filter));
  assert.equal(list(), []);
});

test('a condition takes its entries and leaves the others, of each protocol and family', async () => {
  for (const [condition, option] of [
    ['proto = tcp', ['-p', 'tcp']],
    ['proto = udp', ['-p', 'udp']],
    ['proto = udplite', ['-p', 'udplite']],
    ['proto = sctp', ['-p', 'sctp']],
    ['proto = gre', ['-p', 'gre']],
    ['proto = icmp', ['-p', 'icmp']],
    ['proto = icmpv6', ['-p', 'icmpv6']],
    ['proto = 50', ['-p', '50']],
    ['proto = sctp and dport = 3868', ['-p', 'sctp']],
    ['family = ipv6', ['-f', 'ipv6']],
    ['src = 10.1.0.0/16', ['-s', '10.1.0.0/16']],
    ['src = fd00:1::1 and family = ipv6', ['-f', 'ipv6', '-s', 'fd00:1::1']],
    ['zone = 11', ['--zone', '11']],
    ['mark = 1', ['-m', '1']],
  ] as const) {
    await change('flush conntrack', session);
    const all = fillAll();
    const families =
      option[0] === '-f' || option[0] === '-s'
        ? [[]]
        : [
            ['-f', 'ipv4'],
            ['-f', 'ipv6'],
          ];
    const wanted = families.reduce((sum, family) => sum + list(...family, ...option).length, 0);
    assert.ok(wanted > 0, condition);
    const summary = await change(`delete from conntrack where ${condition}`, session);
    assert.is(summary.deleted, wanted, condition);
    assert.is(count(), all - wanted, condition);
    assert.is(
      families.reduce((sum, family) => sum + list(...family, ...option).length, 0),
      0,
      condition,
    );
  }
});

test('an IPv6 address deletes its own flows: the filter that matches inverted is never used', async () => {
  bulk(300);
  const pairs = Array.from({ length: 300 }, (_, n) => ({
    proto: PROTOCOL.tcp,
    orig: { src: n < 250 ? 'fd00::1' : 'fd00::2', dst: 'fd00::9', sport: 1000 + n, dport: 80 },
    tcp: { state: 3 },
  }));
  fill(pairs);
  const { summary, requests } = await deletes('delete from conntrack where src = fd00::1 and proto = tcp');
  assert.is(summary.deleted, 250);
  assert.ok(requests.every(({ tuple, filter }) => tuple && !filter));
  assert.is(count(), 350);
});

test('many entries of a condition that the kernel can evaluate are deleted by one request, and counted exactly', async () => {
  bulk(3000);
  const { summary, requests } = await deletes(
    'delete from conntrack where proto = tcp and dport = 443 and family = ipv4',
  );
  assert.equal(requests, [{ tuple: true, id: false, filter: true }]);
  assert.is(summary.deleted, 1500);
  assert.ok(summary.countedBefore);
  assert.is(list('-p', 'tcp').length, 0);
  assert.is(list('-p', 'udp').length, 1500);
});

test('filters of mark and status bits are honoured, too', async () => {
  bulk(1000);
  const flows = Array.from({ length: 500 }, (_, n) => ({
    proto: PROTOCOL.udp,
    orig: { src: 'fd00::1', dst: 'fd00::9', sport: 1000 + n, dport: 53 },
    mark: 0x1200 + (n & 1),
  }));
  fill(flows);
  const marked = await deletes('delete from conntrack where mark & 0xff00 = 0x1200 and status has UNREPLIED');
  assert.is(marked.summary.deleted, 500);
  assert.is(marked.requests.length, 1);
  assert.is(count(), 1000);
});

test('if the filter is not trusted each entry is deleted by its own request', async () => {
  for (const over of [
    { kernelFilter: false },
    { abilities: { tuple: true, status: true, zone: true, deleteByTuple: false } },
  ]) {
    bulk(1000);
    const { summary, requests } = await deletes('delete from conntrack where proto = tcp', over);
    assert.is(summary.deleted, 500);
    assert.is(requests.length, 500);
    assert.ok(requests.every(({ tuple, id, filter }) => tuple && id && !filter));
    await change('flush conntrack', session);
  }
});

test('a kernel that ignores a filter is detected before it deletes too much', async () => {
  const source = session.source({ kind: 'kernel' });
  for (const [dump, flows] of [
    // Its dumps return everything, which is more than the condition matches …
    [() => source.dump(dumpFlows()), 1000],
    // … or just what matches, as the table has nothing else: then the probe detects it.
    [() => source.dump(dumpFlows({ family: 2, orig: { proto: PROTOCOL.tcp } })), 500],
  ] as const) {
    bulk(1000);
    const noted = noting({ ...noting(source).source, dump });
    const summary = await change('delete from conntrack where proto = tcp and family = ipv4', {
      ...session,
      source: () => noted.source,
    });
    assert.is(summary.read, flows);
    assert.is(summary.deleted, 500);
    const view = new MessageView();
    for (const request of noted.sent) {
      view.set(request, 0);
      assert.ok(view.at(1) >= 0 && view.at(12) >= 0 && view.at(25) < 0);
    }
    assert.is(count(), 500);
    await change('flush conntrack', session);
  }
});

test('ports of SCTP and UDPlite, which the kernel does not compare, and zones are not filtered by it', async () => {
  const flows = [PROTOCOL.sctp, PROTOCOL.udplite].flatMap(proto =>
    Array.from({ length: 600 }, (_, n) => ({
      proto,
      orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000 + n, dport: 2000 + (n & 1) },
      ...(proto === PROTOCOL.sctp ? { sctp: { state: 4, vtags: [1, 2] as const } } : {}),
    })),
  );
  fill(flows);
  for (const proto of ['sctp', 'udplite']) {
    const { summary, requests } = await deletes(`delete from conntrack where proto = ${proto} and dport = 2001`);
    assert.is(summary.deleted, 300);
    assert.ok(requests.every(({ filter }) => !filter));
  }
  assert.is(count(), 600);
});

test('limit deletes that many; output shows them as they were', async () => {
  bulk(1000);
  const entries = new Entries();
  const summary = await change('delete from conntrack where proto = tcp limit 7', session, { sink: entries });
  assert.is(summary.deleted, 7);
  assert.is(entries.names.length, 7);
  assert.ok(entries.names.every(name => /^tcp src=10\.0\.\d+\.\d+ dst=192\.0\.2\.80 sport=\d+ dport=443$/.test(name)));
  assert.is(count(), 993);
  assert.is((await change('delete from conntrack where proto = tcp limit 0', session)).deleted, 0);
  assert.is(count(), 993);
});

test('an entry that disappears before the delete counts as gone, and a new flow in its place is kept', async () => {
  const flow = {
    proto: PROTOCOL.tcp,
    orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2 },
    tcp: { state: 3 },
  };
  fill([flow]);
  const source = session.source({ kind: 'kernel' });
  const meddling = {
    ...noting(source).source,
    async batch(...args: Parameters<typeof source.batch>) {
      await change('flush conntrack', session);
      // Other flows take the memory of the old one, so that the new flow gets another id.
      bulk(50);
      fill([flow]);
      return source.batch(...args);
    },
  };
  const summary = await change('delete from conntrack where sport = 1', { ...session, source: () => meddling });
  assert.is(summary.gone, 1);
  assert.is(summary.deleted, 0);
  assert.is(summary.refused, 0);
  assert.is(list('-p', 'tcp', '--sport', '1').length, 1);
});

test('a signal stops between two sends, and what was done is reported', async () => {
  bulk(20_000);
  const controller = new AbortController();
  const summary = await change(
    'delete from conntrack where src = 10.0.0.0/8',
    { ...session, signal: controller.signal },
    {
      progress: ({ done }) => done > 0 && controller.abort(),
    },
  );
  assert.is(summary.stopped, 'signal');
  assert.ok(summary.deleted > 0 && summary.deleted < 20_000);
  assert.is(count(), 20_000 - summary.deleted);
});

test('expectations: deleted by their tuple and id, in any zone; flushed', async () => {
  fill(allFlows());
  mustRequest(allExpectations().map(encodeExpectation));
  const master = { proto: PROTOCOL.tcp, orig: { src: '10.5.0.1', dst: '10.5.0.2', sport: 500, dport: 21 } };
  fill([{ ...master, helper: 'ftp', zone: 7, tcp: { state: 3 } }]);

  mustRequest([encodeZonedExpectation(7, master.orig)]);
  const all = (): string[] => [...list('expect', '-f', 'ipv4'), ...list('expect', '-f', 'ipv6')];
  const before = all().length;
  assert.is(before, allExpectations().length + 1);
  const entries = new Entries();
  const one = await change('delete from expect where dport = 30001', session, { sink: entries });
  assert.is(one.deleted, 1);
  assert.is(entries.names.length, 1);
  assert.is(all().length, before - 1);
  const zoned = await change('delete from expect where master.src = 10.5.0.1', session);
  assert.is(zoned.deleted, 1);
  assert.is(all().length, before - 2);
  const flushed = await change('flush expect', session);
  assert.is(flushed.deleted, before - 2);
  assert.equal(all(), []);
  assert.ok(count() > 0);
});

test('flush empties the table and counts', async () => {
  const all = fillAll();
  assert.is((await change('flush conntrack', session)).deleted, all);
  assert.is(count(), 0);
});

test('get: one entry by its tuple, of each kind, in zone 0 unless another is named', async () => {
  fillAll();
  for (const [text, wanted] of [
    ['get from conntrack where proto = tcp and src = 10.1.0.1 and dst = 192.0.2.1 and sport = 2121 and dport = 21', 1],
    [
      'get from conntrack where proto = tcp and src = fd00:1::1 and dst = 2001:db8::1 and sport = 2121 and dport = 21',
      1,
    ],
    ['get from conntrack where proto = gre and src = 10.1.0.1 and dst = 192.0.2.1', 1],
    [
      'get from conntrack where proto = icmp and src = 10.1.0.1 and dst = 192.0.2.1 and icmp_type = 8 and icmp_code = 0 and icmp_id = 108',
      1,
    ],
    ['get from conntrack where proto = esp and src = fd00:1::1 and dst = 2001:db8::1', 1],
    ['get from conntrack where zone = 11 and family = ipv4', 1],
    ['get mark from conntrack where zone = 65535 and family = ipv6', 0],
    ['get from expect where dport = 30001', 1],
  ] as const) {
    const entries = await get(text, session);
    assert.is(entries.names.length, wanted, text);
    assert.is(entries.rows.length, 1 - wanted, text);
  }
});

test('get: none is an error, and so are several', async () => {
  fillAll();
  const none = await failure(() =>
    get(
      'get from conntrack where proto = tcp and src = 1.2.3.4 and dst = 4.3.2.1 and sport = 1 and dport = 1',
      session,
    ),
  );
  assert.is(none.code, 'get-none');
  assert.is(none.exitCode, 1);
  assert.match(none.hint ?? '', /zone = N/);
  assert.is((await failure(() => get('get from expect where dport = 1', session))).code, 'get-none');
  const many = await failure(() => get('get from conntrack where proto = tcp', session));
  assert.is(many.code, 'get-many');
  assert.match(many.message, /tcp src=/);
});

test('of the entries that were confirmed, those that have ended meanwhile are counted', async () => {
  await change('flush conntrack', session);
  bulk(3);
  for (const text of ['update conntrack set mark = 4 where true', 'delete from conntrack where true']) {
    const found = new FoundEntries();
    await change(text, session, { dryRun: true, found });
    await change('delete from conntrack where true limit 1', session);
    const summary = await change(text, session, { only: found });
    assert.is(summary.missed, 1, text);
    assert.match(summaryLine(summary), /^[12] flows? (updated|deleted), 1 had ended or changed meanwhile$/);
  }
});

test.run();
