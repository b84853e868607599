import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EncodeError } from '../../../src/engine/ctnetlink/codec/encode-error.js';
import type { Tuple } from '../../../src/engine/ctnetlink/codec/tuple.js';
import * as changes from '../../../src/engine/ctnetlink/requests/changes.js';
import type { KernelFilter } from '../../../src/engine/ctnetlink/requests/kernel-filter.js';
import * as requests from '../../../src/engine/ctnetlink/requests/requests.js';
import { parseAddress } from '../../../src/lang/values/address.js';
import type { Address } from '../../../src/lang/values/value.js';
import * as encode from '../../kit/encode.js';
import { exactMask } from '../../kit/messages.js';

const test = suite('requests');
const address = (text: string): Address => parseAddress(text) as Address;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Against the encoder of the tests, which knows nothing of ours. */
const same = (ours: Uint8Array, theirs: Buffer): void => assert.is(hex(ours), hex(theirs));
const refuses = (make: () => unknown, words: RegExp): void =>
  assert.throws(make, (error: unknown) => error instanceof EncodeError && words.test(error.message), String(words));

const ACK = 4;
const DUMP = 0x300;
const TUPLE: Tuple = { src: address('10.1.0.1'), dst: address('192.0.2.1'), proto: 17, sport: 1025, dport: 53 };
const REPLY: Tuple = { src: address('192.0.2.1'), dst: address('10.1.0.1'), proto: 17, sport: 53, dport: 1025 };
const TUPLE6: Tuple = {
  src: address('fd00::1'),
  dst: address('fd00::2'),
  proto: 58,
  icmpId: 7,
  icmpType: 128,
  icmpCode: 0,
};

const ip = (src?: string, dst?: string) =>
  encode.nest(1, [
    src === undefined ? undefined : encode.blob(1, encode.addressBytes(src)),
    dst === undefined ? undefined : encode.blob(2, encode.addressBytes(dst)),
  ]);
const ports = (proto: number, sport?: number, dport?: number) =>
  encode.nest(2, [
    encode.u8(1, proto),
    sport === undefined ? undefined : encode.be16(2, sport),
    dport === undefined ? undefined : encode.be16(3, dport),
  ]);
const tupleNest = (type: number) => encode.nest(type, [ip('10.1.0.1', '192.0.2.1'), ports(17, 1025, 53)]);
const replyNest = (type: number) => encode.nest(type, [ip('192.0.2.1', '10.1.0.1'), ports(17, 53, 1025)]);
/** Flags of CTA_FILTER are in host order. */
const hostU32 = (type: number, value: number) => encode.blob(type, Uint8Array.of(value & 255, value >> 8, 0, 0));
const filterNest = (orig: number, reply: number) => encode.nest(25, [hostU32(1, orig), hostU32(2, reply)]);

test('dumps ask for a dump, everything else for an ack', () => {
  const dumps: [Uint8Array, number, number][] = [
    [requests.dumpFlows(), 0x101, 0],
    [requests.dumpFlows({ family: 10 }), 0x101, 10],
    [requests.dumpFlows({ family: 2 }, { zero: true }), 0x103, 2],
    [requests.dumpDying(), 0x106, 0],
    [requests.dumpUnconfirmed(10), 0x107, 10],
    [requests.dumpExpectations(2), 0x201, 2],
    [requests.cpuStats(), 0x104, 0],
    [requests.expectCpuStats(), 0x203, 0],
  ];
  for (const [bytes, type, family] of dumps) same(bytes, encode.message(type, DUMP, family, []));
  same(requests.getStats(), encode.message(0x105, ACK, 0, []));
  same(requests.getStats({ ack: false }), encode.message(0x105, 0, 0, []));
});

test('one flow is asked for by its tuple, direction and zone', () => {
  same(requests.getFlow(TUPLE), encode.message(0x101, ACK, 2, [tupleNest(1)]));
  same(requests.getFlow(TUPLE, { zone: 0 }), encode.message(0x101, ACK, 2, [tupleNest(1)]));
  same(
    requests.getFlow(REPLY, { zone: 9, direction: 'reply', zero: true }),
    encode.message(0x103, ACK, 2, [replyNest(2), encode.be16(18, 9)]),
  );
  const zoned = encode.nest(1, [ip('10.1.0.1', '192.0.2.1'), ports(17, 1025, 53), encode.be16(3, 4)]);
  same(requests.getFlow({ ...TUPLE, zone: 4 }), encode.message(0x101, ACK, 2, [zoned]));
  const six = encode.nest(1, [
    encode.nest(1, [encode.blob(3, encode.addressBytes('fd00::1')), encode.blob(4, encode.addressBytes('fd00::2'))]),
    encode.nest(2, [encode.u8(1, 58), encode.be16(7, 7), encode.u8(8, 128), encode.u8(9, 0)]),
  ]);
  same(requests.getFlow(TUPLE6), encode.message(0x101, ACK, 10, [six]));
  refuses(() => requests.getFlow({ ...TUPLE, dport: undefined }), /incomplete/);
  refuses(() => requests.getFlow({ ...TUPLE, zone: 4 }, { zone: 9 }), /zone/);
});

test('the sequence number is written', () => {
  const bytes = requests.getFlow(TUPLE, { seq: 0x89abcdef });
  assert.is(hex(bytes.subarray(8, 12)), 'efcdab89');
});

test('expectations: one, all, those of a master', () => {
  same(
    requests.getExpectation(TUPLE, { zone: 3, id: 0xfedcba98 }),
    encode.message(0x201, ACK, 2, [tupleNest(2), encode.be16(7, 3), encode.be32(5, 0xfedcba98)]),
  );
  refuses(() => requests.getExpectation({ ...TUPLE, zone: 1 }), /zone/);
});

test('filters of mark, status and zone', () => {
  same(
    requests.dumpFlows({ mark: { value: 0x12, mask: 0xff }, status: { value: 0, mask: 4 }, zone: 0 }),
    encode.message(0x101, DUMP, 0, [
      encode.be32(8, 0x12),
      encode.be32(21, 0xff),
      encode.be32(3, 0),
      encode.be32(26, 4),
      encode.be16(18, 0),
    ]),
  );
  const high = requests.dumpFlows({ mark: { value: 0x8000_0001, mask: 0xffff_ffff } });
  same(high, encode.message(0x101, DUMP, 0, [encode.be32(8, 0x8000_0001), encode.be32(21, 0xffff_ffff)]));
});

test('filters of tuples: every bit', () => {
  same(
    requests.dumpFlows({
      family: 2,
      orig: { src: address('10.0.0.1'), proto: 6, dport: 443 },
      reply: { dst: address('10.0.0.9'), proto: 6, sport: 443 },
    }),
    encode.message(0x101, DUMP, 2, [
      encode.nest(1, [ip('10.0.0.1'), ports(6, undefined, 443)]),
      encode.nest(2, [ip(undefined, '10.0.0.9'), ports(6, 443)]),
      filterNest(0x29, 0x1a),
    ]),
  );
  same(
    requests.dumpFlows({ family: 2, orig: { proto: 1, icmpType: 8, icmpCode: 0, icmpId: 3 } }),
    encode.message(0x101, DUMP, 2, [
      encode.nest(1, [encode.nest(2, [encode.u8(1, 1), encode.be16(4, 3), encode.u8(5, 8), encode.u8(6, 0)])]),
      filterNest(0x1c8, 0),
    ]),
  );
  same(
    requests.dumpFlows({ family: 10, reply: { proto: 58, icmpType: 129, icmpCode: 0, icmpId: 3 } }),
    encode.message(0x101, DUMP, 10, [
      encode.nest(2, [encode.nest(2, [encode.u8(1, 58), encode.be16(7, 3), encode.u8(8, 129), encode.u8(9, 0)])]),
      filterNest(0, 0xe08),
    ]),
  );
  // Nothing in a tuple: no filter of tuples at all.
  same(requests.dumpFlows({ family: 2, orig: {} }), encode.message(0x101, DUMP, 2, []));
});

test('filters that the kernel refuses, or gets wrong, are not written', () => {
  const src = address('10.0.0.1');
  const refused: [KernelFilter, RegExp][] = [
    [{ family: 10, orig: { src: address('fd00::1') } }, /inverted/],
    [{ family: 10, reply: { dst: address('fd00::1') } }, /inverted/],
    [{ family: 2, orig: { src: address('fd00::1') } }, /IPv6 address/],
    [{ family: 2, orig: { sport: 1 } }, /ports/],
    [{ family: 2, orig: { proto: 132, sport: 1 } }, /ports/],
    [{ family: 2, reply: { proto: 47, dport: 1 } }, /ports/],
    [{ family: 2, orig: { proto: 6, icmpType: 8 } }, /ICMP/],
    [{ family: 2, orig: { icmpId: 8 } }, /ICMP/],
    [{ orig: { src } }, /family/],
    [{ family: 7 }, /7/],
    [{ status: { value: 0, mask: 0 } }, /status/],
    [{ mark: { value: 0, mask: 0 } }, /mark/],
    [{ mark: { value: 0x100, mask: 0xff } }, /outside/],
    [{ status: { value: 6, mask: 2 } }, /outside/],
    [{ zone: 0x10000 }, /65536/],
    [{ mark: { value: -1, mask: 0xffff_ffff } }, /-1/],
  ];
  for (const [filter, words] of refused) refuses(() => requests.dumpFlows(filter), words);
  // The kernel looks at the protocol only, whatever the family.
  assert.ok(requests.dumpFlows({ family: 10, orig: { proto: 1, icmpType: 8 } }).length > 0);
  assert.ok(requests.dumpFlows({ family: 2, orig: { proto: 58, icmpType: 128 } }).length > 0);
});

test('a new flow, or a changed one', () => {
  const flow = { family: 2, orig: TUPLE, reply: REPLY, timeout: 60, mark: 7, status: 2, zone: 5, id: 1 };
  const attributes = [
    tupleNest(1),
    replyNest(2),
    encode.be16(18, 5),
    encode.be32(3, 0xa),
    encode.be32(8, 7),
    encode.be32(7, 60),
  ];
  same(changes.createFlow(flow), encode.message(0x100, 0x600 | ACK, 2, attributes));
  same(
    changes.updateFlow(TUPLE, { mark: 8, markMask: 0xff, timeout: 5, status: 0x40e }, { zone: 5 }),
    encode.message(0x100, ACK, 2, [
      tupleNest(1),
      encode.be16(18, 5),
      encode.be32(3, 0x40e),
      encode.be32(8, 8),
      encode.be32(21, 0xff),
      encode.be32(7, 5),
    ]),
  );
  // Given a whole flow as the change, what names it is not written twice, nor what an update must not say.
  const whole = { ...flow, master: TUPLE, snat: { minAddress: 1 } };
  same(
    changes.updateFlow(TUPLE, whole),
    encode.message(0x100, ACK, 2, [tupleNest(1), encode.be32(3, 2), encode.be32(8, 7), encode.be32(7, 60)]),
  );
});

test('NAT of a new flow', () => {
  const snat = { minAddress: address('203.0.113.1'), maxAddress: address('203.0.113.9'), minPort: 1000, maxPort: 2000 };
  const bytes = changes.createFlow({ family: 2, orig: TUPLE, reply: REPLY, timeout: 1, snat, dnat: {} });
  const nat = encode.nest(6, [
    encode.blob(1, encode.addressBytes('203.0.113.1')),
    encode.blob(2, encode.addressBytes('203.0.113.9')),
    encode.nest(3, [encode.be16(1, 1000), encode.be16(2, 2000)]),
  ]);
  same(
    bytes,
    encode.message(0x100, 0x600 | ACK, 2, [tupleNest(1), replyNest(2), encode.be32(7, 1), nat, encode.nest(13, [])]),
  );
});

test('a new expectation, and a new timeout for one', () => {
  const expectation = { family: 2, master: TUPLE, tuple: REPLY, mask: exactMask(REPLY), flags: 1, id: 3, timeout: 9 };
  const mask = encode.nest(3, [ip('255.255.255.255', '255.255.255.255'), ports(17, 0xffff, 0xffff)]);
  const key = [replyNest(2), mask, tupleNest(1)];
  same(
    changes.createExpectation(expectation),
    encode.message(0x200, 0x600 | ACK, 2, [...key, encode.be32(4, 9), encode.be32(8, 1)]),
  );
  same(changes.updateExpectation(expectation), encode.message(0x200, ACK, 2, [...key, encode.be32(4, 9)]));
  refuses(() => changes.updateExpectation({ ...expectation, timeout: undefined }), /timeout/);
  refuses(() => changes.createExpectation({ ...expectation, master: undefined }), /master/);
});

test('a request is one whole message', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.boolean(), (port, zero) => {
      const bytes = requests.getFlow({ ...TUPLE, sport: port }, { zero });
      assert.is(new DataView(bytes.buffer).getUint32(0, true), bytes.length);
      assert.is(bytes.length % 4, 0);
    }),
  );
});

test.run();
