import { utimesSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeExpectation } from '../../../../src/engine/ctnetlink/codec/expectation.js';
import { decodeFlow } from '../../../../src/engine/ctnetlink/codec/flow.js';
import { STATUS_FLAGS } from '../../../../src/lang/schema/constants.js';
import { parseAddress } from '../../../../src/lang/values/address.js';
import { file, NOW, readPath, readText } from '../../../kit/snapshot.js';

const test = suite('snapshots of lines');

const LINE =
  'tcp      6 299 ESTABLISHED src=10.0.0.1 dst=192.0.2.1 sport=1234 dport=80 packets=3 bytes=18446744073709551615 ' +
  'src=192.0.2.1 dst=198.51.100.7 sport=80 dport=61000 packets=2 bytes=120 [ASSURED] mark=5 zone=3 delta-time=60 use=1';

test('a flow, with what lines show of its status', async () => {
  const { views, warnings, table } = await readText(`${LINE}\n`);
  assert.equal(warnings, []);
  assert.is(table, 'conntrack');
  const { status, ...flow } = decodeFlow(views[0]);
  assert.equal(flow, {
    family: 2,
    orig: { src: 0x0a000001, dst: 0xc0000201, proto: 6, sport: 1234, dport: 80 },
    reply: { src: 0xc0000201, dst: 0xc6336407, proto: 6, sport: 80, dport: 61000 },
    zone: 3,
    mark: 5,
    use: 1,
    timeout: 299,
    protoinfo: { protocol: 'tcp', state: 3 },
    origCounters: { packets: 3, bytes: 2n ** 64n - 1n },
    replyCounters: { packets: 2, bytes: 120 },
    timestamps: { start: NOW - 60_000_000_000n },
  });
  const { SEEN_REPLY, ASSURED, CONFIRMED, SRC_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;
  assert.is(status, SEEN_REPLY | ASSURED | CONFIRMED | SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE);
  assert.is(views[0].type, 0x100);
  assert.is(views[0].flags, 2, 'as in a dump');
});

test('a name of a protocol with the number of another is not read', async () => {
  const { views, warnings } = await readText(`${LINE}\n${LINE.replace('tcp      6', 'tcp      17')}\n${LINE}\n`);
  assert.is(views.length, 2);
  assert.match(warnings.join(), /:2: skipped, protocol and protocol number differ/);
  const unknown = await readText(`${LINE.replace('tcp      6 299 ESTABLISHED', 'unknown  6 299')}\n`);
  assert.equal([unknown.views.length, unknown.warnings], [1, []]);
});

test('pieces may be cut anywhere', async () => {
  const text = `${LINE}\n`.repeat(5);
  const whole = (await readText(text)).views.map(view => view.copy());
  for (const size of [1, 7, LINE.length, LINE.length + 1]) {
    assert.equal(
      (await readText(text, size)).views.map(view => view.copy()),
      whole,
      String(size),
    );
  }
});

test('events, their times, and who caused them', async () => {
  const { views } = await readText(
    `[1795521600.000001]\t    [NEW] ipv4     2 udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [USERSPACE] portid=4711 progname=a b\n` +
      `[1795521661.500000]\t[DESTROY] ipv4     2 udp      17 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 delta-time=61\n`,
  );
  const [created, destroyed] = views;
  assert.is(created.event, 'new');
  assert.is(created.portid, 4711);
  assert.is(created.eventTime, 1_795_521_600_000_001_000n);
  assert.is(created.status, STATUS_FLAGS.CONFIRMED);
  assert.is(destroyed.event, 'destroy');
  assert.is(destroyed.timeout, -1);
  assert.is(destroyed.stop, 1_795_521_661_500_000_000n);
  assert.is(destroyed.start, 1_795_521_600_500_000_000n);
  assert.is(destroyed.status, STATUS_FLAGS.CONFIRMED | STATUS_FLAGS.DYING);
});

test('an age counts from when the file was written', async () => {
  const path = file(`${LINE}\n`);
  utimesSync(path, 1000, 2000);
  const { views } = await readPath(path);
  assert.is(views[0].start, 1_940_000_000_000);
});

test('times as words are local time', async () => {
  const { views } = await readText(
    `${LINE.replace('delta-time=60', 'delta-time=60 [start=Tue Nov 24 09:27:23 2026] [stop=Wed Nov  4 09:27:24 2026]')}\n`,
  );
  assert.is(views[0].start, BigInt(new Date(2026, 10, 24, 9, 27, 23).getTime()) * 1_000_000n);
  assert.is(views[0].stop, BigInt(new Date(2026, 10, 4, 9, 27, 24).getTime()) * 1_000_000n);
});

test('ICMP has an id of its own besides that of the entry', async () => {
  const { views } = await readText(
    'icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 mark=0 use=1 id=4000000000\n',
  );
  assert.equal([views[0].orig.icmpId, views[0].reply.icmpId, views[0].id], [77, 77, 4_000_000_000]);
});

test('/proc/net/nf_conntrack: addresses in full, the zone always, the timeouts of GRE', async () => {
  const { views, warnings } = await readText(
    'ipv6     10 gre      47 179 timeout=30, stream_timeout=180 src=fd00:0001:0000:0000:0000:0000:0000:0001 dst=2001:0db8:0000:0000:0000:0000:0000:0001 srckey=0x11 dstkey=0xfffe src=2001:0db8:0000:0000:0000:0000:0000:0001 dst=fd00:0001:0000:0000:0000:0000:0000:0001 srckey=0xfffe dstkey=0x11 [ASSURED] mark=0 zone=0 use=2\n',
  );
  assert.equal(warnings, []);
  assert.is(views[0].orig.srcAddress(), parseAddress('fd00:1::1'));
  assert.is(views[0].orig.dport, 0xfffe);
  assert.is(views[0].zone, -1);
  assert.is(views[0].status & STATUS_FLAGS.SRC_NAT, 0);
});

test('IPv6 addresses in all their notations', async () => {
  for (const text of [
    '::',
    '::1',
    '1::',
    'fe80::1:2',
    '1:2:3:4:5:6:7:8',
    '::ffff:1.2.3.4',
    '::1.2.3.4',
    'ABCD::ef',
    '1::8',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
  ]) {
    const { views } = await readText(`unknown  89 9 src=${text} dst=::2 src=::2 dst=${text}\n`);
    assert.is(views[0]?.orig.srcAddress(), parseAddress(text), text);
  }
  for (const text of [
    ':',
    ':::',
    '1:2',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '1:2:3:4:5:6:7:8::',
    ':1::',
    '1:',
  ]) {
    const { views } = await readText(`${LINE}\nunknown  89 9 src=${text} dst=::2 src=::2 dst=::1\n`);
    assert.is(views.length, 1, text);
  }
});

test('an offloaded flow, of which the kernel tells no timeout', async () => {
  const { views } = await readText(
    'ipv4     2 tcp      6 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [HW_OFFLOAD] mark=0 use=2\n',
  );
  assert.is(views[0].timeout, -1);
  assert.is(
    views[0].status & (STATUS_FLAGS.OFFLOAD | STATUS_FLAGS.HW_OFFLOAD),
    STATUS_FLAGS.OFFLOAD | STATUS_FLAGS.HW_OFFLOAD,
  );
});

test('expectations', async () => {
  const { views, table } = await readText(
    '299 proto=6 src=192.0.2.1 dst=10.1.0.1 sport=0 dport=30001 mask-src=255.255.255.0 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.1.0.1 master-dst=192.0.2.1 sport=2122 dport=21 PERMANENT,INACTIVE class=2 helper=ftp\n',
  );
  assert.is(table, 'expect');
  assert.equal(decodeExpectation(views[0]), {
    family: 2,
    tuple: { src: 0xc0000201, dst: 0x0a010001, proto: 6, sport: 0, dport: 30001 },
    mask: { src: 0xffffff00, dst: 0xffffffff, proto: 6, sport: 0, dport: 65535 },
    master: { src: 0x0a010001, dst: 0xc0000201, proto: 6, sport: 2122, dport: 21 },
    timeout: 299,
    flags: 3,
    class: 2,
    helper: 'ftp',
  });
});

test('a line that cannot be read is reported with its number, escaped, and counted', async () => {
  const { views, warnings } = await readText(
    [LINE, 'gar\u001b[31mbage', LINE.replace('sport=1234', 'sport=70000'), LINE, ...Array(9).fill('tcp 6')].join('\n'),
  );
  assert.is(views.length, 2);
  assert.is(warnings.length, 5);
  assert.match(warnings[0], /^standard input:2: skipped, .*'gar\\x1b\[31mbage'$/);
  assert.match(warnings[1], /^standard input:3: skipped, invalid number '70000', expected 0 to 65535/);
  assert.match(warnings[2], /^standard input:5: skipped/);
  assert.match(warnings[3], /cut off/);
  assert.match(warnings[4], /11 lines skipped, 2 entries were read/);
});

test('what a line lacks is reported', async () => {
  for (const [line, reason] of [
    [LINE.replace(' dport=80', ''), 'ports'],
    [LINE.replace(/ src=192.*use/, ' use'), 'reply direction'],
    [LINE.replace('dst=192.0.2.1', 'dst=fe80::1'), 'different families'],
    [LINE.replace('src=10.0.0.1', 'src=10.0.0.01'), "invalid address '10.0.0.01'"],
    [`${LINE} src=1.2.3.4`, 'more than two directions'],
  ]) {
    const { views, warnings } = await readText(`${LINE}\n${line}\n`);
    assert.is(views.length, 1, line);
    assert.ok(warnings[0]?.includes(reason), `${warnings[0]} says ${reason}`);
  }
});

test('unknown words do not cost the entry, and are noted once', async () => {
  const { views, warnings } = await readText(
    `${`${LINE.replace('ESTABLISHED', 'NONSENSE')} future=1 [LATER] strange [active since 5s]\n`.repeat(100)}`,
  );
  assert.is(views.length, 100);
  assert.equal(warnings, [
    'standard input: unknown words are ignored: NONSENSE, future=, [LATER], strange, [active since …]',
  ]);
});

test("empty lines, comments and conntrack(8)'s own count are nothing", async () => {
  const { views, warnings } = await readText(
    `# taken at noon\n\n${LINE}\r\nconntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.\n`,
  );
  assert.is(views.length, 1);
  assert.equal(warnings, []);
});

test('a line of 10 MB is skipped without being kept', async () => {
  const { views, warnings } = await readText(`${LINE}\n${'x'.repeat(10_000_000)}\n${LINE}\n`);
  assert.is(views.length, 2);
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /:2: skipped, longer than 65536 bytes/);
  assert.ok(warnings[0].length < 250);
  // Reported when it is too long, not when it ends.
  const endless = await readText(`${LINE}\n${'x'.repeat(1_000_000)}`);
  assert.equal(endless.warnings.length, 1);
  assert.match(endless.warnings[0], /:2: skipped, longer than 65536 bytes/);
});

test.run();
