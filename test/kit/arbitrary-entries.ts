/** Flows and expectations of any shape, made by fast-check. */
import fc from 'fast-check';
import type { Expectation } from '../../src/engine/ctnetlink/codec/expectation.js';
import type { Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import type { NatRange } from '../../src/engine/ctnetlink/codec/nat-range.js';
import type { ProtoInfo } from '../../src/engine/ctnetlink/codec/protoinfo.js';
import { SIMPLE_FIELDS, type SimpleField, type SimpleValues } from '../../src/engine/ctnetlink/codec/simple-fields.js';
import type { Tuple } from '../../src/engine/ctnetlink/codec/tuple.js';
import { type Address, type Integer, integer } from '../../src/lang/values/value.js';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64: fc.Arbitrary<Integer> = fc
  .oneof(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }), fc.constantFrom(0n, 2n ** 53n - 1n, 2n ** 53n))
  .map(integer);
const units = fc.array(u16, { minLength: 8, maxLength: 8 }).map(groups => String.fromCharCode(...groups));
const name = fc.string({ unit: 'binary', maxLength: 15 }).filter(text => !text.includes('\0'));

/** Of keys that are all there. */
const all = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });

/** Drops the keys without a value, as decoding leaves them out. */
const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;

/** Every key of the model there or not, but for those that must be. */
const some = <T extends object>(model: { [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>> }, required: (keyof T)[]) =>
  fc
    .record(model, { requiredKeys: required as never, noNullPrototype: true })
    .map(value => present(value as unknown as T));

const address = (family: number): fc.Arbitrary<Address> => (family === 2 ? u32 : units);

export const tuple = (family: number): fc.Arbitrary<Tuple> =>
  some<Tuple>(
    {
      src: address(family),
      dst: address(family),
      proto: fc.oneof(fc.constantFrom(1, 6, 17, 33, 47, 58, 132, 136), u8),
      sport: u16,
      dport: u16,
      icmpId: u16,
      icmpType: u8,
      icmpCode: u8,
      zone: u16,
    },
    ['src', 'dst', 'proto'],
  );

const natRange = (family: number): fc.Arbitrary<NatRange> =>
  some<NatRange>({ minAddress: address(family), maxAddress: address(family), minPort: u16, maxPort: u16 }, []);

const mask = fc.integer({ min: 1, max: 0xff });

const protoinfo: fc.Arbitrary<ProtoInfo> = fc.oneof(
  some<Extract<ProtoInfo, { protocol: 'tcp' }>>(
    {
      protocol: fc.constant('tcp'),
      state: u8,
      origWscale: u8,
      replyWscale: u8,
      origFlags: u8,
      replyFlags: u8,
      origFlagsMask: mask,
      replyFlagsMask: mask,
    },
    ['protocol', 'origFlags', 'replyFlags'],
  ),
  some<Extract<ProtoInfo, { protocol: 'sctp' }>>(
    { protocol: fc.constant('sctp'), state: u8, origVtag: u32, replyVtag: u32 },
    ['protocol'],
  ),
  some<Extract<ProtoInfo, { protocol: 'dccp' }>>(
    { protocol: fc.constant('dccp'), state: u8, role: u8, handshakeSeq: u64 },
    ['protocol'],
  ),
);

const counters = all({ packets: u64, bytes: u64 });
const seqadj = all({ pos: u32, before: u32, after: u32 });

const simple = Object.fromEntries(
  Object.entries(SIMPLE_FIELDS).map(([field, { isU32 }]) => [field, isU32 ? u32 : name]),
) as { readonly [K in SimpleField]-?: fc.Arbitrary<NonNullable<SimpleValues[K]>> };

export const flow: fc.Arbitrary<Flow> = fc.constantFrom(2, 10).chain(family =>
  some<Flow>(
    {
      family: fc.constant(family),
      orig: tuple(family),
      reply: tuple(family),
      zone: u16,
      status: u32,
      ...simple,
      master: tuple(family),
      helper: some({ name, info: fc.uint8Array({ maxLength: 40 }) }, ['name']),
      timeout: u32,
      protoinfo,
      markMask: u32,
      origCounters: counters,
      replyCounters: counters,
      timestamps: fc.oneof(all({ start: u64 }), all({ stop: u64 }), all({ start: u64, stop: u64 })),
      eventTime: u64,
      labels: units,
      labelsMask: units,
      origSeqadj: seqadj,
      replySeqadj: seqadj,
      synproxy: all({ isn: u32, its: u32, tsoff: u32 }),
      snat: natRange(family),
      dnat: natRange(family),
    },
    ['family', 'orig', 'reply'],
  ),
);

export const expectation: fc.Arbitrary<Expectation> = fc.constantFrom(2, 10).chain(family =>
  some<Expectation>(
    {
      family: fc.constant(family),
      master: tuple(family),
      tuple: tuple(family),
      mask: tuple(family),
      timeout: u32,
      id: u32,
      helper: name,
      zone: u16,
      flags: u32,
      class: u32,
      nat: all({ direction: u32, tuple: tuple(family) }),
      fn: name,
    },
    ['family', 'tuple', 'mask'],
  ),
);
