/** Entries that are written like an earlier one: what differs in a value is checked, what differs elsewhere is read by itself. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeFlow } from '../../../src/engine/ctnetlink/codec/flow.js';
import { STATUS_FLAGS } from '../../../src/lang/schema/constants.js';
import { formatAddress } from '../../../src/lang/values/address.js';
import { readText } from '../../kit/snapshot.js';

const test = suite('entries that are written alike');

const line = (values: Partial<Record<'timeout' | 'src' | 'sport' | 'bytes' | 'end', string | number>> = {}): string => {
  const { timeout = 30, src = '10.0.0.1', sport = 1000, bytes = 60, end = ' mark=5 use=1' } = values;
  return (
    `udp      17 ${timeout} src=${src} dst=10.0.0.2 sport=${sport} dport=53 packets=1 bytes=${bytes} ` +
    `src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1000 packets=1 bytes=99${end}\n`
  );
};

test('values of later lines', async () => {
  const { views, warnings } = await readText(
    line() + line({ timeout: 4_294_967_295, src: '10.9.8.7', sport: 65_535, bytes: '18446744073709551615' }) + line(),
  );
  assert.equal(warnings, []);
  const [first, second, third] = views.map(decodeFlow);
  assert.equal(third, first);
  assert.is(second.timeout, 4_294_967_295);
  assert.is(second.orig.src, 0x0a090807);
  assert.is(second.orig.sport, 65_535);
  assert.equal(second.origCounters, { packets: 1, bytes: 2n ** 64n - 1n });
});

test('what follows from other values follows from those of each line', async () => {
  const tcp = (reply: string, timeout: number): string =>
    `tcp 6 ${timeout} ESTABLISHED src=10.0.0.1 dst=192.0.2.1 sport=1000 dport=443 ${reply} [ASSURED] use=1\n`;
  const same = 'src=192.0.2.1 dst=10.0.0.1 sport=443 dport=1000';
  const { views, warnings } = await readText(
    [
      tcp(same, 1),
      tcp('src=192.0.2.1 dst=203.0.113.9 sport=443 dport=1000', 2),
      tcp('src=192.0.2.1 dst=10.0.0.1 sport=443 dport=61000', 3),
      tcp('src=10.0.9.9 dst=10.0.0.1 sport=443 dport=1000', 4),
      tcp('src=192.0.2.1 dst=10.0.0.1 sport=8443 dport=1000', 5),
      tcp(same, 6),
    ].join(''),
  );
  assert.equal(warnings, []);
  assert.equal(
    views.map(view => [
      view.timeout,
      ...['SRC_NAT', 'DST_NAT'].filter(name => view.status & STATUS_FLAGS[name as 'SRC_NAT']),
    ]),
    [[1], [2, 'SRC_NAT'], [3, 'SRC_NAT'], [4, 'DST_NAT'], [5, 'DST_NAT'], [6]],
  );
});

test('zone 0, which a message does not have, after another zone and before it', async () => {
  const zones = [0, 5, 0, 7, 7, 0];
  const { views, warnings } = await readText(zones.map(zone => line({ end: ` zone=${zone} use=1` })).join(''));
  assert.equal(warnings, []);
  assert.equal(
    views.map(view => decodeFlow(view).zone ?? 0),
    zones,
  );
});

test('times from ages, and from before the line', async () => {
  const entry = (age: string): string => `${line().trimEnd()} delta-time=${age}\n`;
  const { views } = await readText(entry('10') + entry('20') + entry('99999999999') + entry('30'));
  const [first, second, third, fourth] = views.map(({ start }) => start);
  assert.is(BigInt(first!) - BigInt(second!), 10_000_000_000n);
  assert.is(BigInt(first!) - BigInt(fourth!), 20_000_000_000n);
  // Before 1970: there is none.
  assert.is(third, -1);
  const event = (second: number): string =>
    `2026-11-24T10:00:0${second}+00:00 fw conntrack[7]:     [NEW] ${line({ end: '' })}`;
  const log = await readText([1, 2, 3].map(event).join(''));
  assert.equal(
    log.views.map(view => view.eventTime),
    [1, 2, 3].map(second => BigInt(Date.UTC(2026, 10, 24, 10, 0, second)) * 1_000_000n),
  );
});

test('what cannot be read is reported with its line, as if it were the first', async () => {
  const { views, warnings } = await readText(
    [
      line(),
      line({ sport: 65_536 }),
      line({ src: '10.0.0.256' }),
      line({ timeout: 4_294_967_296 }),
      line({ src: 'fd00::1' }),
      line({ end: ' mark=5 use=' }),
      line(),
    ].join(''),
  );
  assert.is(views.length, 2);
  assert.match(warnings[0], /:2: skipped, invalid number '65536'/);
  assert.match(warnings[1], /:3: skipped, invalid address '10\.0\.0\.256'/);
  assert.match(warnings[2], /:4: skipped, invalid number '4294967296'/);
  assert.match(warnings[3], /5 lines skipped, 2 entries were read/);
});

test('numbers in other notations, and lines that continue in the next piece', async () => {
  const text = line() + line({ sport: '0x10' }) + line({ sport: '007' }) + line({ end: '\tmark=6 use=1\r' });
  for (const size of [1, 13, 65_536]) {
    const { views, warnings } = await readText(text, size);
    assert.equal(warnings, []);
    assert.equal(
      views.map(view => [view.orig.sport, view.mark]),
      [
        [1000, 5],
        [16, 5],
        [7, 5],
        [1000, 6],
      ],
    );
  }
});

test('values of any length, at any place of a piece', async () => {
  const value = fc.record({
    timeout: fc.oneof(fc.nat(), fc.integer({ min: 0, max: 0xffffffff }), fc.nat(100)),
    src: fc.integer({ min: 0, max: 0xffffffff }),
    sport: fc.oneof(fc.nat(0xffff), fc.nat(9)),
    bytes: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat().map(BigInt)),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 40, max: 600 }),
      async (rows, size) => {
        const text = rows
          .map(({ timeout, src, sport, bytes }) =>
            line({ timeout, src: formatAddress(src), sport, bytes: String(bytes) }),
          )
          .join('');
        const { views, warnings } = await readText(text, size);
        assert.equal(warnings, []);
        assert.equal(
          views.map(view => [view.timeout, view.orig.srcAddress(), view.orig.sport, BigInt(view.origBytes)]),
          rows.map(({ timeout, src, sport, bytes }) => [timeout, src, sport, bytes]),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('the reply of a flow that is translated, and of one that is not', async () => {
  const other = (src: string, dst: string): string =>
    line().replace('src=10.0.0.2 dst=10.0.0.1', `src=${src} dst=${dst}`);
  const { views, warnings } = await readText(
    line() + other('10.0.0.22', '10.0.0.1') + other('10.0.0.2', '10.0.0.11') + other('10.0.0.2', '10.0.0') + line(),
  );
  assert.equal(
    views.map(view => [view.reply.srcAddress(), view.reply.dstAddress()]),
    [
      [0x0a000002, 0x0a000001],
      [0x0a000016, 0x0a000001],
      [0x0a000002, 0x0a00000b],
      [0x0a000002, 0x0a000001],
    ],
  );
  assert.match(warnings.join(), /:4: skipped, invalid address '10\.0\.0'/);
});

test('the kind and time of an event are those of its own line', async () => {
  const event = (time: string, kind: string, start: string): string => `[${time}]\t[${kind}] ${line({ end: start })}`;
  const { views } = await readText(
    event('1795521600.5', 'NEW', ' [start=Tue Nov 24 09:27:23 2026]') +
      event('1795521601.25', 'NEW', ' [start=Tue Nov 24 09:27:24 2026]') +
      event('1795521602.0', 'DESTROY', ' delta-time=60') +
      event('1795521603.0', 'DESTROY', ' delta-time=70'),
  );
  assert.equal(
    views.map(view => [view.event, view.eventTime]),
    [
      ['new', 1_795_521_600_500_000_000n],
      ['new', 1_795_521_601_250_000_000n],
      ['destroy', 1_795_521_602_000_000_000n],
      ['destroy', 1_795_521_603_000_000_000n],
    ],
  );
  assert.is(BigInt(views[1].start) - BigInt(views[0].start), 1_000_000_000n);
  assert.is(views[3].start, 1_795_521_533_000_000_000n);
});

const object = (members: string): string =>
  `{"family":"ipv4","proto":"udp","orig":{"src":"10.0.0.1","dst":"10.0.0.2","sport":1,"dport":53},` +
  `"reply":{"src":"10.0.0.2","dst":"10.0.0.1","sport":53,"dport":1},"status":["CONFIRMED"],${members}}\n`;

test('objects: times, numbers that JSON does not have, members that come twice', async () => {
  const { views, warnings } = await readText(
    object('"start":"2026-11-24T11:07:43.745065956Z","mark":1') +
      object('"start":"2026-11-24T11:07:44.000000001Z","mark":2') +
      object('"start":"2026-13-01T11:07:44.000000001Z","mark":3') +
      object('"start":"7026-11-24T11:07:44.000000001Z","mark":3') +
      object('"start":"2026-11-24T11:07:44.000000001Z","mark":04') +
      object('"mark":5,"mark":6') +
      object('"mark":7,"mark":8'),
  );
  assert.equal(
    views.map(view => [view.mark, view.start]),
    [
      [1, 1_795_518_463_745_065_956n],
      [2, 1_795_518_464_000_000_001n],
      [6, -1],
      [8, -1],
    ],
  );
  assert.match(
    warnings.join('\n'),
    /:3: skipped, invalid time.*\n.*:4: skipped, time out of range.*\n.*:5: skipped, invalid JSON/,
  );
});

test('in save, -A means something else once the file is known to be a log', async () => {
  const save = (command: string): string =>
    `${command} -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.2 -q 10.0.0.1 -p udp --sport 1 --dport 53 --reply-port-src 53 --reply-port-dst 1\n`;
  const entries = save('-A').repeat(1000);
  const { views } = await readText(entries + save('-D') + save('-A'), 1000);
  assert.equal(
    views.slice(-2).map(view => view.event),
    ['destroy', 'new'],
  );
});

test.run();
