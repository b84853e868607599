import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EncodeError } from '../../../src/engine/ctnetlink/codec/encode-error.js';
import { decodeFlow, type Flow } from '../../../src/engine/ctnetlink/codec/flow.js';
import type { Tuple } from '../../../src/engine/ctnetlink/codec/tuple.js';
import { AF_INET, AF_INET6, CTA, IPCTNL_MSG_CT_NEW } from '../../../src/engine/ctnetlink/constants.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { WireError } from '../../../src/engine/ctnetlink/wire-error.js';
import { STATUS_FLAGS } from '../../../src/lang/schema/constants.js';
import { formatAddress, parseAddress } from '../../../src/lang/values/address.js';
import type { Address } from '../../../src/lang/values/value.js';
import { flow as arbitraryFlow } from '../../kit/arbitrary-entries.js';
import * as encode from '../../kit/encode.js';
import { flowMessage } from '../../kit/messages.js';
import { restorable } from '../../kit/restorable.js';
import { EVENTS, FLOWS } from './fixtures/kernel.js';

const test = suite('flows');
const address = (text: string): Address => parseAddress(text) as Address;

function viewOf(message: Uint8Array): MessageView {
  const view = new MessageView();
  assert.is(view.set(message, 0), message.length);
  return view;
}

const roundTrip = (flow: Flow): Flow => decodeFlow(viewOf(flowMessage(flow, { type: IPCTNL_MSG_CT_NEW })));

const ORIG: Tuple = { src: address('10.1.0.1'), dst: address('192.0.2.1'), proto: 6, sport: 1025, dport: 443 };
const REPLY: Tuple = { src: address('192.0.2.1'), dst: address('10.1.0.1'), proto: 6, sport: 443, dport: 1025 };
const PLAIN: Flow = { family: AF_INET, orig: ORIG, reply: REPLY, timeout: 60 };

test('what the kernel sends is written again byte for byte', () => {
  const seen = new Set<number>();
  for (const message of FLOWS) {
    const view = viewOf(message);
    const { type, flags } = view;
    assert.equal(flowMessage(decodeFlow(view), { type, flags }), message);
    for (let attribute = 0; attribute < 32; attribute++) if (view.at(attribute) >= 0) seen.add(attribute);
  }
  // All that a kernel without security module, events apart, can send.
  const all = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 20, 22, 24];
  assert.equal(
    [...seen].sort((a, b) => a - b),
    all,
  );
});

test('events are read whole', () => {
  const events = EVENTS.filter(message => message[5] === 1).map(viewOf);
  assert.equal(new Set(events.map(view => view.event)), new Set(['new', 'destroy']));
  for (const view of events) {
    assert.ok(view.eventTime > 1_700_000_000_000_000_000n);
    assert.is(decodeFlow(view).eventTime, view.eventTime);
    if (view.event === 'destroy') assert.ok(view.stop >= view.start && view.start > 0);
  }
});

test('any flow is read as it was written', () => {
  fc.assert(
    fc.property(arbitraryFlow, flow => assert.equal(roundTrip(flow), flow)),
    { numRuns: 1000 },
  );
});

test('a message is read the same at any position among others', () => {
  const two = Uint8Array.from([...FLOWS[0], ...FLOWS[1]]);
  const view = new MessageView();
  const next = view.set(two, 0);
  assert.is(next, FLOWS[0].length);
  view.orig; // Indexed: the next message must not show it.
  assert.is(view.set(two, next), two.length);
  assert.equal(decodeFlow(view), decodeFlow(viewOf(FLOWS[1])));
});

test('bytes of a message that another encoder wrote', () => {
  const tuple = (type: number, src: string, dst: string, sport: number, dport: number) =>
    encode.nest(type, [
      encode.nest(1, [encode.blob(3, encode.addressBytes(src)), encode.blob(4, encode.addressBytes(dst))]),
      encode.nest(2, [encode.u8(1, 17), encode.be16(2, sport), encode.be16(3, dport)]),
      type === 2 ? encode.be16(3, 0xfffe) : undefined,
    ]);
  const view = viewOf(
    encode.message(0x100, 0, 10, [
      tuple(1, 'fd00::1', '2001:db8::53', 40000, 53),
      tuple(2, '2001:db8::53', 'fd00::2', 53, 41000),
      encode.be32(3, 0x80000018),
      encode.be32(7, 0xfffffffe),
      encode.nest(9, [
        encode.blob(1, Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255)),
        encode.blob(2, Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0)),
      ]),
      encode.blob(22, Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80)),
      encode.nest(5, [encode.text(1, 'caf\u00e9')]),
    ]),
  );
  assert.is(view.family, AF_INET6);
  assert.is(formatAddress(view.orig.srcAddress() as Address), 'fd00::1');
  assert.is(formatAddress(view.reply.dstAddress() as Address), 'fd00::2');
  assert.equal([view.orig.sport, view.orig.dport, view.orig.zone], [40000, 53, -1]);
  assert.equal([view.reply.sport, view.reply.dport, view.reply.zone], [53, 41000, 0xfffe]);
  assert.equal(
    [view.status, view.timeout, view.mark, view.number(CTA.USE), view.zone],
    [0x80000018, 0xfffffffe, -1, -1, -1],
  );
  assert.is(view.origPackets, Number.MAX_SAFE_INTEGER);
  assert.is(view.origBytes, 2n ** 53n);
  assert.is(view.replyBytes, -1);
  assert.is(view.labels, '\u0201\u0403\0\0\0\0\0\u8000');
  // The other encoder writes latin1, which is not UTF-8.
  assert.is(view.helper, 'caf\ufffd');
  assert.is(view.innerText(CTA.SECCTX, 1), null);
  assert.is(view.tcpState, -1);
  assert.is(view.start, -1);
  assert.not(view.master.present);
});

test('a tuple of two families has the addresses of the last', () => {
  const mixed = encode.nest(1, [
    encode.nest(1, [encode.blob(1, Uint8Array.of(10, 0, 0, 1)), encode.blob(4, new Uint8Array(16).fill(1))]),
  ]);
  const { orig } = viewOf(encode.message(0x100, 0, 2, [mixed]));
  assert.is(orig.srcAddress(), null);
  assert.is(orig.dstAddress(), '\u0101'.repeat(8));
});

test('a text keeps a byte order mark', () => {
  assert.equal(roundTrip({ ...PLAIN, secctx: '\ufeffx' }).secctx, '\ufeffx');
});

test('an attribute that is longer than its nest is not there', () => {
  // The header in the nest says `length` bytes; the nest ends after its payload, and so does the message.
  const inside = (nest: number, type: number, payload: number, length: number): MessageView => {
    const inner = encode.blob(type, new Uint8Array(payload).fill(0x41));
    inner.writeUInt16LE(length, 0);
    const message = encode.message(0x100, 0, 2, [encode.nest(nest, [inner])]);
    const view = new MessageView();
    view.set(Uint8Array.from([...message, ...new Uint8Array(64).fill(0x42)]), 0);
    return view;
  };
  assert.is(inside(CTA.HELP, 1, 4, 8).helper, 'AAAA');
  assert.is(inside(CTA.HELP, 1, 4, 9).helper, null);
  assert.is(inside(CTA.HELP, 1, 4, 60).helper, null);
  assert.is(inside(CTA.COUNTERS_ORIG, 1, 4, 12).origPackets, -1);
  assert.is(inside(CTA.COUNTERS_ORIG, 1, 8, 12).origPackets, 0x4141414141414141n);
  assert.is(inside(CTA.SYNPROXY, 1, 0, 8).synproxy('ISN'), -1);
});

test('a flow without a whole tuple is reported', () => {
  const noReply = encode.message(0x100, 0, 2, [encode.be32(3, 8)]);
  assert.throws(
    () => decodeFlow(viewOf(noReply)),
    (error: unknown) => error instanceof WireError && /orig/.test(error.message),
  );
  const hollow = encode.message(0x100, 0, 2, [encode.nest(1, [])]);
  assert.throws(
    () => decodeFlow(viewOf(hollow)),
    (error: unknown) => error instanceof WireError && /original/.test(error.message),
  );
});

test('a new flow has only what the kernel accepts', () => {
  fc.assert(
    fc.property(arbitraryFlow, flow => {
      const view = viewOf(flowMessage({ ...flow, timeout: 1 }, { type: IPCTNL_MSG_CT_NEW }, 'create'));
      for (const name of [
        'ID',
        'USE',
        'COUNTERS_ORIG',
        'COUNTERS_REPLY',
        'TIMESTAMP',
        'TIMESTAMP_EVENT',
        'SECCTX',
        'SECMARK',
      ] as const) {
        assert.is(view.at(CTA[name]), -1, name);
      }
      assert.is(view.master.present, flow.master !== undefined);
      assert.is(view.mark, flow.mark ?? -1);
      if (flow.status === undefined) assert.is(view.status, -1);
      else assert.is(view.status, (flow.status & 0x2406) | STATUS_FLAGS.CONFIRMED);
    }),
  );
  assert.throws(
    () => flowMessage({ ...PLAIN, timeout: undefined }, { type: IPCTNL_MSG_CT_NEW }, 'create'),
    EncodeErrorOf(/timeout/),
  );
});

test('flags of TCP are all set by a request that names no mask, and reported without one', () => {
  const flow: Flow = {
    ...PLAIN,
    protoinfo: { protocol: 'tcp', state: 3, origFlags: 8, replyFlags: 3, replyFlagsMask: 1 },
  };
  const asked = viewOf(flowMessage(flow, { type: IPCTNL_MSG_CT_NEW }, 'create'));
  assert.equal([asked.tcpOrigFlags, asked.tcpFlagsMask(0)], [8, 0xff]);
  assert.equal([asked.tcpReplyFlags, asked.tcpFlagsMask(1)], [3, 1]);
  assert.is(viewOf(flowMessage(flow, { type: IPCTNL_MSG_CT_NEW })).tcpFlagsMask(0), 0);
});

const EncodeErrorOf = (words: RegExp) => (error: unknown) => error instanceof EncodeError && words.test(error.message);

test('what no message can say is refused', () => {
  const refused: [Partial<Flow>, RegExp][] = [
    [{ mark: 2 ** 32 }, /4294967296/],
    [{ mark: -1 }, /-1/],
    [{ timeout: 1.5 }, /1.5/],
    [{ zone: 0x10000 }, /65536/],
    [{ helper: { name: 'f\0tp' } }, /NUL/],
    [{ labels: 'short' }, /eight/],
    [{ secctx: 'x'.repeat(70_000) }, /bytes/],
    [{ origCounters: { packets: 2n ** 64n, bytes: 0 } }, /18446744073709551616/],
    [{ origCounters: { packets: 2 ** 60, bytes: 0 } }, /1152921504606847000/],
    [{ orig: { ...ORIG, sport: 70_000 } }, /70000/],
    [{ orig: { ...ORIG, src: 'abc' } }, /groups/],
  ];
  for (const [part, words] of refused) assert.throws(() => roundTrip({ ...PLAIN, ...part }), EncodeErrorOf(words));
});

test('a translated flow is restored by what it was translated to, and the reply as if it were not', () => {
  const { SRC_NAT, DST_NAT, CONFIRMED } = STATUS_FLAGS;
  const masqueraded = { ...REPLY, dst: address('203.0.113.9'), dport: 60000 };
  assert.equal(restorable({ ...PLAIN, reply: masqueraded, status: SRC_NAT | CONFIRMED }), {
    ...PLAIN,
    status: SRC_NAT | CONFIRMED,
    reply: REPLY,
    snat: { minAddress: address('203.0.113.9'), maxAddress: address('203.0.113.9'), minPort: 60000, maxPort: 60000 },
  });
  const forwarded = { ...REPLY, src: address('10.9.9.9'), sport: 8443, zone: 7 };
  assert.equal(restorable({ ...PLAIN, reply: forwarded, status: DST_NAT }), {
    ...PLAIN,
    status: DST_NAT,
    reply: { ...REPLY, zone: 7 },
    dnat: { minAddress: address('10.9.9.9'), maxAddress: address('10.9.9.9'), minPort: 8443, maxPort: 8443 },
  });
  const ping = { ...PLAIN, orig: { src: 1, dst: 2, proto: 1, icmpId: 5, icmpType: 8, icmpCode: 0 } };
  const pong = { src: 2, dst: 3, proto: 1, icmpId: 6, icmpType: 0, icmpCode: 0 };
  const restored = restorable({ ...ping, reply: pong, status: SRC_NAT });
  assert.equal(restored.reply, { ...pong, dst: 1, icmpId: 5 });
  assert.equal(restored.snat, { minAddress: 3, maxAddress: 3, minPort: 6, maxPort: 6 });
  const unchanged = { ...PLAIN, status: CONFIRMED };
  assert.is(restorable(unchanged), unchanged);
});

test.run();
