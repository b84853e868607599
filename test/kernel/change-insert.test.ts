// fills
/** insert, update and zero, against the kernel and conntrack(8). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChangeOptions } from '../../src/engine/change/change-run.js';
import type { ChangeSummary } from '../../src/engine/change/summary.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { ERRNO } from '../../src/engine/errno.js';
import { kernelError } from '../../src/engine/errors.js';
import type { BatchOptions } from '../../src/engine/netlink/messages/streams.js';
import { openSnapshot } from '../../src/engine/sources/snapshot/open.js';
import { change, Entries, failure, get, noting, type TestSession, testSession } from '../engine/change/support.js';
import { bulk } from '../kit/bulk.js';
import { encodeExpectation, encodeFlow } from '../kit/flow.js';
import { allExpectations, allFlows } from '../kit/flows.js';
import { assertPrivateNamespace, Namespace, setSysctl, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';
import { linesWithoutTimeouts, listConntrack, sortedLines } from '../kit/oracle.js';
import { directory } from '../kit/snapshot.js';

assertPrivateNamespace();
const test = suite('insert, update, zero');
let session: TestSession;

const list = (...options: string[]): string[] => sortedLines(listConntrack(['-L', ...options]));
const extended = (...options: string[]): string => list('-o', 'extended', ...options).join('\n');

test.before(() => {
  session = testSession();
  useConntrack();
});
test.before.each(async () => {
  await change('flush expect', session);
  await change('flush conntrack', session);
  session.warnings.length = 0;
});
test.after(async () => session.close());

/** The table after an insert, as conntrack(8) shows it. */
async function inserted(set: string, ...options: string[]): Promise<string> {
  await change('flush conntrack', session);
  const summary = await change(`insert into conntrack set ${set}`, session);
  assert.is(summary.created, 1, JSON.stringify(summary));
  assert.equal(session.warnings, [], set);
  return extended(...options);
}

const V4 = 'src = 10.0.0.1, dst = 10.0.0.2';
const V6 = 'src = fd00::1, dst = fd00::2';
const TCP = `proto = tcp, ${V4}, sport = 1000, dport = 80, timeout = 1h`;

test('one flow of each protocol and family', async () => {
  assert.match(
    await inserted(`${TCP}, state = ESTABLISHED, status = (SEEN_REPLY, ASSURED)`),
    /tcp +6 3\d{3} ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1000 \[ASSURED\]/,
  );
  assert.match(
    await inserted(`proto = udp, ${V6}, sport = 1000, dport = 53, timeout = 90s`, '-f', 'ipv6'),
    /udp +17 (89|90) src=fd00::1 dst=fd00::2 sport=1000 dport=53 \[UNREPLIED\] src=fd00::2 dst=fd00::1 sport=53 dport=1000/,
  );
  assert.match(
    await inserted(`proto = udplite, ${V4}, sport = 1, dport = 2, timeout = 90s`),
    /udplite.*sport=1 dport=2/,
  );
  assert.match(
    await inserted(
      `proto = sctp, ${V4}, sport = 1, dport = 2, timeout = 90s, state = ESTABLISHED, orig.vtag = 7, reply.vtag = 8`,
    ),
    /sctp.*ESTABLISHED src=10.0.0.1/,
  );
  assert.match(
    await inserted(`proto = gre, ${V4}, srckey = 5, dstkey = 6, timeout = 90s`),
    /gre.*srckey=0x5 dstkey=0x6/,
  );
  assert.match(await inserted(`proto = esp, ${V4}, timeout = 90s`), /esp|unknown +50/);
  assert.match(
    await inserted(`proto = icmp, ${V4}, icmp_type = 8, icmp_id = 77, timeout = 90s`),
    /icmp.*type=8 code=0 id=77 \[UNREPLIED\] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77/,
  );
  assert.match(
    await inserted(`proto = icmpv6, ${V6}, icmp_type = 128, icmp_id = 77, timeout = 90s`, '-f', 'ipv6'),
    /icmpv6.*type=128 code=0 id=77 \[UNREPLIED\] src=fd00::2 dst=fd00::1 type=129 code=0 id=77/,
  );
});

test('the original tuple is the inverse of the reply tuple if only that is given', async () => {
  const line = await inserted(
    'proto = tcp, reply.src = 10.0.0.2, reply.dst = 10.0.0.1, reply.sport = 80, reply.dport = 1000, timeout = 1h',
  );
  assert.match(line, /src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=80 .*src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1000/);
});

test('everything that the kernel accepts of a flow', async () => {
  const entry = async (text: string) => {
    await change('flush conntrack', session);
    const entries = new Entries();
    const summary = await change(`insert into conntrack set ${text}`, session, { sink: entries });
    assert.is(summary.created, 1, JSON.stringify(summary.refusals));
    assert.equal(session.warnings, []);
    const view = new MessageView();
    view.set(entries.messages[0], 0);
    return view;
  };
  assert.is((await entry(`${TCP}, mark = 0xffffffff`)).mark, 0xffffffff);
  assert.is((await entry(`${TCP}, zone = 12`)).zone, 12);
  assert.is((await entry(`${TCP}, orig.zone = 12`)).orig.zone, 12);
  assert.is((await entry(`${TCP}, reply.zone = 12`)).reply.zone, 12);
  assert.is((await entry(`${TCP}, labels = (bulk, vip)`)).labels?.charCodeAt(0), 0b1001);
  assert.is((await entry(`${TCP.replace('dport = 80', 'dport = 21')}, helper = 'ftp'`)).helper, 'ftp');
  assert.is((await entry(`${TCP}, status = (SEEN_REPLY, ASSURED, FIXED_TIMEOUT)`)).status & 0x406, 0x406);
  const scaled = await entry(`${TCP}, tcp.state = ESTABLISHED, tcp.orig.wscale = 7, tcp.reply.wscale = 9`);
  assert.equal([scaled.tcpOrigWscale, scaled.tcpReplyWscale, scaled.tcpOrigFlags & 1], [7, 9, 1]);
  const adjusted = await entry(`${TCP}, seqadj.orig.pos = 1, seqadj.orig.before = 2, seqadj.orig.after = 3`);
  assert.equal(
    (['POS', 'BEFORE', 'AFTER'] as const).map(part => adjusted.seqadj(0, part)),
    [1, 2, 3],
  );
  const proxied = await entry(`${TCP}, synproxy.isn = 4, synproxy.its = 5, synproxy.tsoff = 6`);
  assert.equal(
    (['ISN', 'ITS', 'TSOFF'] as const).map(part => proxied.synproxy(part)),
    [4, 5, 6],
  );
});

test('NAT: an address, or an address and a port, of both families and directions', async () => {
  assert.match(await inserted(`${TCP}, snat = '198.51.100.7'`), /src=10.0.0.2 dst=198.51.100.7 sport=80 dport=1000/);
  assert.match(
    await inserted(`${TCP}, snat = '198.51.100.7:61000'`),
    /src=10.0.0.2 dst=198.51.100.7 sport=80 dport=61000/,
  );
  assert.match(await inserted(`${TCP}, dnat = '10.9.9.9:8080'`), /src=10.9.9.9 dst=10.0.0.1 sport=8080 dport=1000/);
  assert.match(
    await inserted(`${TCP}, snat = '198.51.100.7:61000', dnat = '10.9.9.9'`),
    /src=10.9.9.9 dst=198.51.100.7 sport=80 dport=61000/,
  );
  assert.match(
    await inserted(`proto = tcp, ${V6}, sport = 1, dport = 2, timeout = 1h, snat = '[2001:db8::7]:500'`, '-f', 'ipv6'),
    /src=fd00::2 dst=2001:db8::7 sport=2 dport=500/,
  );
});

test('a master, by its tuple', async () => {
  await change(`insert into conntrack set ${TCP}, helper = null, mark = 1`, session);
  const text =
    'proto = tcp, src = 10.0.0.2, dst = 10.0.0.1, sport = 20, dport = 5000, timeout = 1h, master.proto = tcp, master.src = 10.0.0.1, master.dst = 10.0.0.2, master.sport = 1000, master.dport = 80';
  const summary = await change(`insert into conntrack set ${text}`, session);
  assert.is(summary.created, 1);
  const entry = await get(
    'get from conntrack where proto = tcp and src = 10.0.0.2 and dst = 10.0.0.1 and sport = 20 and dport = 5000 and status has EXPECTED and master.sport = 1000',
    session,
  );
  assert.is(entry.names.length, 1);
  const orphan = await change(
    `insert into conntrack set ${text.replace('master.sport = 1000', 'master.sport = 1001').replace('dport = 5000', 'dport = 5001')}`,
    session,
  );
  assert.is(orphan.refused, 1);
  assert.match(
    orphan.refusals[0].error.message,
    /its master, tcp src=10\.0\.0\.1 .*sport=1001.* does not exist \(ENOENT\)/,
  );
});

test('missing and contradictory parts are reported before anything is sent', async () => {
  for (const [set, message] of [
    ['proto = tcp, src = 10.0.0.1, sport = 1, dport = 2, timeout = 1h', /^dst is missing: tcp requires it/],
    ['proto = tcp', /^src, dst, sport and dport are missing: tcp requires them$/],
    ['proto = icmp', /^src and dst are missing: icmp requires them$/],
    [`proto = tcp, ${V4}, dport = 2, timeout = 1h`, /^sport is missing/],
    [`proto = tcp, ${V4}, sport = 1, dport = 2`, /timeout is missing/],
    [`${V4}, sport = 1, dport = 2, timeout = 1h`, /proto is missing/],
    [`proto = icmp, ${V4}, icmp_type = 8, timeout = 1h`, /icmp_id is missing/],
    [`proto = icmp, ${V4}, icmp_type = 3, icmp_id = 1, timeout = 1h`, /has no reply type/],
    [`proto = icmp, ${V6}, icmp_type = 8, icmp_id = 1, timeout = 1h`, /icmpv6/],
    [`proto = esp, ${V4}, sport = 1, timeout = 1h`, /esp has no ports/],
    ['proto = tcp, src = 10.0.0.1, dst = fd00::1, sport = 1, dport = 2, timeout = 1h', /different families/],
    [`${TCP}, timeout = 0s`.replace('timeout = 1h, ', ''), /delete the entry at once/],
    [`${TCP}, state = COOKIE_WAIT`, /invalid state COOKIE_WAIT of tcp/],
    [`${TCP}, sctp.state = ESTABLISHED`, /sctp\.state is a field of sctp, but the flow is tcp/],
    [`${TCP}, status = SRC_NAT`, /status SRC_NAT cannot be set/],
    [`${TCP}, snat = 'nowhere'`, /invalid snat 'nowhere'/],
    [`${TCP}, snat = 'fd00::7'`, /is not ipv4, the flow's family/],
    [`${TCP}, zone = 1, orig.zone = 2`, /only one zone/],
    [`${TCP}, tcp.orig.wscale = 3`, /must be set together/],
    [`${TCP}, seqadj.orig.pos = 3`, /seqadj\.orig\.before is missing/],
    [`${TCP}, helper = 'a-name-that-is-too-long'`, /too long/],
    [`${TCP}, family = ipv6`, /are ipv4, not ipv6/],
  ] as const) {
    const error = await failure(() => change(`insert into conntrack set ${set}`, session));
    assert.match(error.message, message, set);
    assert.is(error.exitCode, 2);
  }
  assert.equal(list(), []);
});

test('what the kernel leaves out of an entry is reported', async () => {
  await change(`insert into conntrack set proto = dccp, ${V4}, sport = 1, dport = 2, timeout = 1h`, session);
  // Kernels since 6.17 have no tracker of DCCP, older ones have.
  if (!/dccp.*sport=1/.test(extended())) {
    assert.match(session.warnings.splice(0).join(), /without sport, dport/);
    await change('insert into conntrack set zone = 9, sport = 3, dport = 4 from conntrack where proto = dccp', session);
    assert.match(session.warnings.join(), /the flows of dccp without sport, dport and state/);
  }
  const summary = await change('delete from conntrack where proto = dccp and zone = 0', session);
  assert.is(summary.deleted, 1);
  const bare = new Namespace('bare');
  await change(`insert into conntrack in netns bare set ${TCP}, labels = vip`, session);
  assert.match(session.warnings.join(), /without labels/);
  bare.destroy();
});

test('an existing entry: error, ignore, update', async () => {
  const text = `insert into conntrack set ${TCP}, mark = 1`;
  await change(text, session);
  const again = await change(text, session);
  assert.is(again.refused, 1);
  assert.match(again.refusals[0].entry, /tcp src=10\.0\.0\.1 dst=10\.0\.0\.2 sport=1000 dport=80/);
  assert.is(again.refusals[0].error.errno?.name, 'EEXIST');
  assert.is((await change(`${text} on conflict ignore`, session)).ignored, 1);
  await change('update conntrack set status += (SEEN_REPLY, ASSURED) where true', session);
  const updated = await change(
    `${text.replace('mark = 1', 'mark = 9, status = SEEN_REPLY')} on conflict update`,
    session,
  );
  assert.is(updated.updated, 1, JSON.stringify(updated));
  assert.match(extended(), /\[ASSURED\] mark=9/);
  // Another flow has the reply tuple: nothing can be ignored or updated.
  for (const how of ['ignore', 'update']) {
    for (const dryRun of [true, false]) {
      const other = await change(
        `insert into conntrack set proto = tcp, src = 10.0.0.3, dst = 10.0.0.2, sport = 1000, dport = 80, reply.dst = 10.0.0.1, timeout = 1h on conflict ${how}`,
        session,
        { dryRun },
      );
      assert.is(other.refused, 1);
      assert.match(other.refusals[0].error.message, /reply tuple/);
    }
    const mirrored = await change(
      `insert into conntrack set proto = tcp, src = 10.0.0.2, dst = 10.0.0.1, sport = 80, dport = 1000, timeout = 1h on conflict ${how}`,
      session,
    );
    assert.match(mirrored.refusals[0].error.message, /other direction/);
  }
});

test('copies of a table of everything, into another namespace, differ in nothing that can be set', async () => {
  setSysctl('net/netfilter/nf_conntrack_acct', 0);
  mustRequest(allFlows().map(encodeFlow));
  mustRequest(allExpectations().map(encodeExpectation));
  const copy = new Namespace('copy');
  copy.nft(
    'table inet t { chain l { type filter hook input priority 0; ct label 127 counter; }; chain n { type nat hook postrouting priority 100; }; }',
  );
  const flows = await change('insert into conntrack in netns copy from conntrack', session);
  assert.is(flows.refused, 0, JSON.stringify(flows.refusals));
  assert.is(flows.created, allFlows().length);
  const expectations = await change('insert into expect in netns copy from expect', session);
  assert.is(expectations.refused, 0, JSON.stringify(expectations.refusals));
  for (const family of ['ipv4', 'ipv6']) {
    for (const args of [
      ['-L', '-f', family, '-o', 'extended,labels'],
      ['-L', 'expect', '-f', family],
    ]) {
      assert.equal(
        linesWithoutTimeouts(listConntrack(args, { netns: 'copy' })).map(untimed),
        linesWithoutTimeouts(listConntrack(args)).map(untimed),
      );
    }
  }
  // Also attributes that conntrack(8) does not show.
  const shownBy = async (place: string) => {
    const entries = new Entries();
    const { runQuery } = await import('../../src/engine/query/exec/select.js');
    const { checked } = await import('../engine/change/support.js');
    await runQuery(checked(`select from conntrack${place}`) as never, entries, session);
    const { decodeFlow } = await import('../../src/engine/ctnetlink/codec/flow.js');
    const view = new MessageView();
    return entries.messages
      .map(message => {
        view.set(message, 0);
        const { id: _, use: __, timeout: ___, timestamps: ____, ...rest } = decodeFlow(view);
        return JSON.stringify(rest);
      })
      .sort();
  };
  assert.equal(await shownBy(' in netns copy'), await shownBy(''));
  copy.destroy();
});

/** The line of an expectation begins with its timeout. */
const untimed = (line: string): string => line.replace(/^\d+ /, 'N ');

test('copies between zones, with fields overridden; a refused entry does not stop the rest', async () => {
  bulk(2000);
  await change(
    `insert into conntrack set proto = tcp, src = 10.0.0.5, dst = 192.0.2.80, sport = 1024, dport = 443, zone = 12, timeout = 1h`,
    session,
  );
  const summary = await change(
    'insert into conntrack set zone = 12, mark = mark | 7 from conntrack where zone = 0',
    session,
  );
  assert.is(summary.matched, 2000);
  assert.is(summary.refused + summary.created, 2000);
  assert.is(summary.refused, 1);
  assert.match(summary.refusals[0].entry, /src=10\.0\.0\.5 .*sport=1024/);
  assert.is(list('--zone', '12', '-m', '7').length, summary.created);
  const twice = await change(
    'insert into conntrack set zone = 12 from conntrack where zone = 0 on conflict ignore',
    session,
  );
  assert.is(twice.ignored, 2000);
  const updated = await change(
    'insert into conntrack set zone = 12, mark = 9 from conntrack where zone = 0 on conflict update',
    session,
  );
  assert.is(updated.updated, 2000, JSON.stringify(updated.refusals));
  const stopped = await change('insert into conntrack set zone = 12 from conntrack where zone = 0', session, {
    stopOnError: true,
  });
  assert.is(stopped.stopped, 'error');
});

test('events of a log are inserted only where a condition chooses among them', async () => {
  const log = join(directory, 'insert-events.log');
  const of = (event: string, port: number, timeout = ' 30'): string =>
    `${event.padStart(9)} udp      17${timeout} src=10.0.0.1 dst=10.0.0.2 sport=${port} dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=${port} id=${port}\n`;
  writeFileSync(log, of('[NEW]', 1) + of('[NEW]', 2) + of('[UPDATE]', 2) + of('[DESTROY]', 1, ''));
  const withLog: TestSession = {
    ...session,
    snapshot: path => openSnapshot(path, { warn: assert.unreachable, labelBit: () => undefined, now: () => 0n }),
  };
  for (const query of [`'${log}'`, `(select * from '${log}' where sport = 2)`]) {
    const error = await failure(() => change(`insert into conntrack from ${query}`, withLog));
    assert.match(error.message, /^events cannot be inserted into conntrack/);
    assert.match(error.hint!, /where event = 'new'/);
  }
  assert.equal(list(), []);
  // A log may have been appended to a list.
  const listed = of('', 3).trimStart();
  writeFileSync(join(directory, 'list-and-events'), listed + of('[DESTROY]', 3, ''));
  const mixed = await failure(() =>
    change(`insert into conntrack from '${join(directory, 'list-and-events')}'`, withLog),
  );
  assert.match(mixed.message, /^events cannot be inserted into conntrack.*; (?:nothing was|1 entry was) inserted/);
  await change('flush conntrack', session);
  const began = await change(`insert into conntrack from '${log}' where event = 'new'`, withLog);
  assert.is(began.created, 2);
  await change('flush conntrack', session);
  const open = await change(
    `insert into conntrack from '${log}' where event = 'new' and id not in (select id from '${log}' where event = 'destroy')`,
    withLog,
  );
  assert.is(open.created, 1);
  assert.match(list().join(), /sport=2 /);
});

test('a signal stops copying between two sends, and requests in progress are counted', async () => {
  // More than are created until progress is reported for the second time.
  bulk(150_000);
  // Copies from a file are sent while the next ones are read; those of the same table are not.
  const file = join(directory, 'insert-signal');
  writeFileSync(
    file,
    list('-o', 'save')
      .map(line => `${line}\n`)
      .join(''),
  );
  await change('flush conntrack', session);
  const controller = new AbortController();
  const summary = await change(
    `insert into conntrack from '${file}'`,
    {
      ...session,
      signal: controller.signal,
      snapshot: path => openSnapshot(path, { warn: assert.unreachable, labelBit: () => undefined, now: () => 0n }),
    },
    { progress: ({ done }) => done > 0 && controller.abort() },
  );
  assert.is(summary.stopped, 'signal');
  assert.ok(summary.created > 0 && summary.created < 150_000, `${summary.created}`);
  assert.is(list().length, summary.created);
});

test('a full table is reported, with the number of entries', async () => {
  bulk(100);
  // The limit is that of the whole machine: the kernel's answer is simulated.
  const source = session.source({ kind: 'kernel' });
  const full = {
    ...noting(source).source,
    async batch(requests: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options: BatchOptions = {}) {
      for (const [index] of [...(requests as Iterable<Uint8Array>)].entries())
        options.onFailure?.(index, ERRNO.ENOMEM, () => kernelError(ERRNO.ENOMEM, 'create a conntrack entry'));
      return { sent: 1, failed: 1 };
    },
  };
  const summary = await change(`insert into conntrack set ${TCP}`, { ...session, source: () => full });
  assert.is(summary.refused, 1);
  assert.is(summary.refusals[0].error.errno?.name, 'ENOMEM');
  assert.match(session.warnings.join(), /full: 100 of \d+ entries/);
});

test('expectations: master, tuple, mask, timeout, class, flags, NAT, zone', async () => {
  const MASTER =
    'master.proto = tcp, master.src = 10.0.0.1, master.dst = 10.0.0.2, master.sport = 1000, master.dport = 21';
  const master = (zone = '') =>
    `insert into conntrack set ${TCP.replace('dport = 80', 'dport = 21')}, helper = 'ftp'${zone}`;
  await change(master(), session);
  const text = `insert into expect set ${MASTER}, proto = tcp, src = 10.0.0.2, dst = 10.0.0.1, dport = 40000, timeout = 100s, class = 0, flags = (PERMANENT)`;
  const entries = new Entries();
  const summary = await change(text, session, { sink: entries });
  assert.is(summary.created, 1, JSON.stringify(summary));
  assert.is(entries.names.length, 1);
  const line = list('expect')[0];
  assert.match(
    line,
    /^(99|100) proto=6 src=10.0.0.2 dst=10.0.0.1 sport=0 dport=40000 mask-src=255.255.255.255 .*master-src=10.0.0.1 .*dport=21 PERMANENT class=0 helper=ftp/,
  );
  assert.is((await change(text, session)).refusals[0].error.errno?.name, 'EEXIST');
  for (const dryRun of [true, false]) {
    assert.is((await change(text, session, { dryRun })).refused, 1);
    assert.is((await change(`${text} on conflict ignore`, session, { dryRun })).ignored, 1);
    const update = `${text.replace('100s', '250s')} on conflict update`;
    assert.is((await change(update, session, { dryRun })).updated, 1);
  }
  assert.match(list('expect')[0], /^(249|250) /);
  await change('delete from expect where true', session);
  await change(`${text}, mask.src = 255.255.255.0, mask.sport = 0`, session);
  assert.match(list('expect')[0], /mask-src=255.255.255.0/);
  await change('flush expect', session);
  await change(`${text}, nat.dir = reply, nat.src = 10.0.0.9, nat.sport = 99`, session);
  const nat = await get('get from expect where nat.src = 10.0.0.9 and nat.sport = 99', session);
  assert.is(nat.names.length, 1);
  await change(master(', zone = 5').replace('insert', 'insert'), session);
  await change('flush expect', session);
  assert.is((await change(`${text}, zone = 5`, session)).created, 1);
  const lost = await change(text.replace('master.sport = 1000', 'master.sport = 1'), session);
  assert.match(lost.refusals[0].error.message, /its master, tcp .*sport=1 .*does not exist/);
  const missing = await failure(() => change(`insert into expect set proto = tcp, src = 10.0.0.2`, session));
  assert.match(missing.message, /master\.src, .*are missing/);
});

test('expectations that the limit of a helper leaves no room for are reported', async () => {
  await change(`insert into conntrack set ${TCP.replace('dport = 80', 'dport = 21')}, helper = 'ftp'`, session);
  const set = (port: number) =>
    `proto = tcp, ${V4}, dport = ${port}, master.proto = tcp, master.src = 10.0.0.1, master.dst = 10.0.0.2, master.sport = 1000, master.dport = 21, timeout = 100s`;
  assert.is((await change(`insert into expect set ${set(1)}`, session)).created, 1);
  assert.equal(session.warnings, []);
  assert.is((await change(`insert into expect set ${set(2)}`, session)).created, 1);
  assert.match(
    session.warnings.splice(0).join(),
    /^1 older expectation is no longer there: the helper of a flow allows/,
  );
  const path = join(directory, 'expectations.txt');
  const line = (port: number) =>
    `300 proto=6 src=10.0.0.1 dst=10.0.0.2 sport=0 dport=${port} mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.0.1 master-dst=10.0.0.2 sport=1000 dport=21 class=0 helper=ftp\n`;
  writeFileSync(path, [3, 4, 5].map(line).join(''));
  const files = testSession({
    snapshot: file => openSnapshot(file, { warn: assert.unreachable, labelBit: () => undefined, now: () => 0n }),
  });
  try {
    assert.is((await change(`insert into expect from '${path}'`, files)).created, 1);
    assert.match(files.warnings.join(), /^2 of 3 new expectations are no longer there: .*1 older expectation is/);
  } finally {
    await files.close();
  }
});

test('update: expressions over the row, timeout, status, labels, helper, state', async () => {
  await change(
    `insert into conntrack set ${TCP.replace('dport = 80', 'dport = 21')}, mark = 0xabcd1234, state = SYN_SENT, helper = 'ftp'`,
    session,
  );
  const update = async (set: string) => {
    const summary = await change(`update conntrack set ${set} where proto = tcp`, session);
    assert.is(summary.updated, 1, `${set}: ${summary.refusals[0]?.error.message}`);
  };
  await update('mark = mark & 0xffff0000 | 7');
  assert.match(extended(), /mark=2882338823/);
  await update('mark = 5');
  assert.match(extended(), /mark=5/);
  await update('timeout = 100s');
  assert.match(extended(), /tcp +6 (99|100) SYN_SENT/);
  await update('state = ESTABLISHED');
  assert.match(extended(), /ESTABLISHED/);
  await update('status += (SEEN_REPLY, ASSURED)');
  assert.match(extended(), /\[ASSURED\]/);
  await update('labels = (bulk, vip)');
  await update("labels += 'eth0-in'");
  await update('labels -= bulk');
  const labelled = await get("get from conntrack where labels has (vip, 'eth0-in') and not labels has bulk", session);
  assert.is(labelled.names.length, 1);
  await update('tcp.orig.flags += BE_LIBERAL');
  assert.is((await get('get from conntrack where tcp.orig.flags has BE_LIBERAL', session)).names.length, 1);
  await update('helper = null');
  assert.not.match(extended(), /helper=/);
  const again = await change("update conntrack set helper = 'ftp' where true", session);
  assert.match(again.refusals[0].error.message, /EBUSY|EOPNOTSUPP/);
});

test('update: what cannot be changed is reported, and what was changed in part', async () => {
  await change(`insert into conntrack set ${TCP}, status = (SEEN_REPLY, ASSURED, FIXED_TIMEOUT), mark = 1`, session);
  const cleared = await change('update conntrack set status = SEEN_REPLY where true', session);
  assert.match(cleared.refusals[0].error.message, /cannot clear status bits: ASSURED/);
  const wrong = await change('update conntrack set sctp.state = ESTABLISHED where true', session);
  assert.match(wrong.refusals[0].error.message, /the flow is tcp/);
  const fixed = await change('update conntrack set timeout = 5s where true', session);
  assert.match(fixed.refusals[0].error.message, /FIXED_TIMEOUT/);
  const bare = new Namespace('bare2');
  await change(`insert into conntrack in netns bare2 set ${TCP}, mark = 1`, session);
  const partial = await change(
    'update conntrack in netns bare2 set mark = 2, timeout = 50s, labels = vip where true',
    session,
  );
  assert.is(partial.refused, 1);
  assert.is(partial.partial, 1);
  assert.match(partial.refusals[0].error.message, /ENOSPC.*; timeout, mark had been changed before that/);
  assert.match(sortedLines(listConntrack(['-L'], { netns: 'bare2' })).join(), /mark=2/);
  bare.destroy();
});

test('update: retried with the current status if a packet changed it meanwhile', async () => {
  await change(`insert into conntrack set ${TCP}`, session);
  const source = session.source({ kind: 'kernel' });
  let first = true;
  const meddling = {
    dump: source.dump.bind(source),
    exchange: source.exchange.bind(source),
    listen: source.listen.bind(source),
    close: source.close.bind(source),
    async batch(...args: Parameters<typeof source.batch>) {
      if (first) {
        first = false;
        await change('update conntrack set status += SEEN_REPLY where true', session);
      }
      return source.batch(...args);
    },
  };
  const summary = await change('update conntrack set status += FIXED_TIMEOUT where true', {
    ...session,
    source: () => meddling,
  });
  assert.is(summary.updated, 1, JSON.stringify(summary.refusals[0]?.error.message));
  assert.is((await get('get from conntrack where status has (SEEN_REPLY, FIXED_TIMEOUT)', session)).names.length, 1);
});

test('update of many, by a limit and an output', async () => {
  bulk(3000);
  assert.is((await change('update conntrack set mark = sport where proto = udp', session)).updated, 1500);
  assert.is(list('-p', 'udp', '-m', '1024').length, 500);
  const entries = new Entries();
  const few = await change('update conntrack set mark = 77 where proto = tcp limit 3', session, { sink: entries });
  assert.is(few.updated, 3);
  const view = new MessageView();
  assert.equal(
    entries.messages.map(message => {
      view.set(message, 0);
      return view.mark;
    }),
    [77, 77, 77],
  );
});

test('update sysctl', async () => {
  const path = '/proc/sys/net/netfilter/nf_conntrack_udp_timeout';
  const before = Number(readFileSync(path, 'utf8'));
  const summary = await change("update sysctl set value = value + 7 where name = 'nf_conntrack_udp_timeout'", session);
  assert.is(summary.updated, 1);
  assert.is(Number(readFileSync(path, 'utf8')), before + 7);
  await change(`update sysctl set value = ${before} where name = 'nf_conntrack_udp_timeout'`, session);
  const refused = await change("update sysctl set value = 99 where name = 'nf_conntrack_acct'", session);
  assert.is(refused.refused, 1);
  assert.match(refused.refusals[0].error.message, /set net\.netfilter\.nf_conntrack_acct to 99 \(EINVAL\)/);
});

/** Flows of which some exist: the same, in the other direction, translated to one that exists, and one twice. */
const SOME_EXIST = [
  'tcp 6 99 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1 [ASSURED] mark=7',
  'tcp 6 99 ESTABLISHED src=10.0.0.2 dst=10.0.0.1 sport=80 dport=2 src=10.0.0.1 dst=10.0.0.2 sport=2 dport=80 [ASSURED] mark=7',
  'tcp 6 99 ESTABLISHED src=10.0.0.9 dst=10.0.0.2 sport=1 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1 [ASSURED] mark=7',
  'tcp 6 99 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=3 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=3 [ASSURED] mark=7',
  'tcp 6 99 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=3 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=3 [ASSURED] mark=8',
  'udp 17 99 src=10.0.0.1 dst=10.0.0.2 sport=4 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=4 mark=7',
];

test('a dry run of an insert, and what is asked of one, have the numbers of the insert', async () => {
  const path = join(directory, 'some-exist.txt');
  writeFileSync(path, `${SOME_EXIST.join('\n')}\n`);
  const files = testSession({
    snapshot: file => openSnapshot(file, { warn: assert.unreachable, labelBit: () => undefined, now: () => 0n }),
  });
  try {
    for (const how of ['', 'on conflict ignore', 'on conflict update']) {
      const prepare = async () => {
        await change('flush conntrack', session);
        for (const port of [1, 2])
          await change(`insert into conntrack set ${TCP.replace('1000', `${port}`)}, mark = 1`, session);
      };
      const text = `insert into conntrack from '${path}' ${how}`;
      const counts = ({ created, updated, ignored, refused }: ChangeSummary) => ({
        created,
        updated,
        ignored,
        refused,
      });
      await prepare();
      const before = linesWithoutTimeouts(extended());
      const expected = counts(await change(text, files, { dryRun: true }));
      const asked: object[] = [];
      const changes: string[] = [];
      const refusing: ChangeOptions = {
        previewed: ({ changes: each }) =>
          changes.push(each.map(({ field, before, value }) => `${field} ${before} ${value}`).join()),
        confirm: async summary => {
          asked.push(counts(summary));
          throw new Error('no');
        },
      };
      const no = await change(text, files, refusing).catch((error: Error) => error.message);
      assert.is(no, 'no');
      assert.equal(linesWithoutTimeouts(extended()), before, how);
      const real = counts(await change(text, files));
      assert.equal(expected, real, how);
      assert.equal(asked, [real], how);
      await prepare();
      assert.equal(counts(await change(text, files, { confirm: async () => {} })), real, how);
      const [updated, ignored] = { '': [0, 0], 'on conflict ignore': [0, 2], 'on conflict update': [2, 0] }[
        how
      ] as number[];
      assert.equal(real, { created: 2, updated, ignored, refused: 4 - updated - ignored }, how);
      if (updated > 0) assert.match(changes[0], /mark 1 7/);
    }
  } finally {
    await files.close();
  }
});

test('a dry run finds, checks, and changes nothing', async () => {
  bulk(100);
  const before = extended();
  for (const text of [
    'delete from conntrack where proto = tcp',
    'update conntrack set mark = 1 where proto = tcp',
    'insert into conntrack set zone = 3 from conntrack where proto = tcp',
  ]) {
    const summary = await change(text, session, { dryRun: true });
    assert.is(summary.matched, 50, text);
    assert.is(summary.deleted + summary.updated + summary.refused, 0, text);
    assert.is(summary.created, text.startsWith('insert') ? 50 : 0, text);
  }
  assert.is((await change('flush conntrack', session, { dryRun: true })).matched, 100);
  assert.equal(linesWithoutTimeouts(extended()), linesWithoutTimeouts(before));
});

test.run();
