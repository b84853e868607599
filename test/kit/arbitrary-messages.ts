/** Messages of every shape, made by fast-check: attributes present or absent, any values. */
import fc from 'fast-check';
import * as encode from './encode.js';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
/** Seconds in which dates have four digits, as ns. */
const time = fc.bigInt({ min: 0n, max: 4_000_000_000_999_999_999n });
/** Bytes of addresses with runs of zeros, where the short forms differ. */
const bytes = (length: number) =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, u8), { minLength: length, maxLength: length })
    .map(list => Uint8Array.from(list));
const mapped = bytes(4).map(low => Uint8Array.from([...Array(10).fill(0), 0xff, 0xff, ...low]));
const address = (family: number) => (family === 2 ? bytes(4) : fc.oneof(bytes(16), mapped));

const be64 = (type: number, value: bigint): Buffer => {
  const payload = Buffer.alloc(8);
  payload.writeBigUInt64BE(value);
  return encode.blob(type, payload);
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const protocol = fc.oneof(fc.constantFrom(1, 6, 17, 33, 47, 58, 132, 136), u8);

function tuple(type: number, family: number, proto: fc.Arbitrary<number>, zone: boolean): fc.Arbitrary<Buffer> {
  return fc
    .record({
      src: address(family),
      dst: address(family),
      proto,
      a: u16,
      b: u16,
      icmp: fc.tuple(u8, u8),
      zone: maybe(u16),
    })
    .map(({ src, dst, proto, a, b, icmp, zone: own }) => {
      const [first, second] = family === 2 ? [1, 2] : [3, 4];
      const isIcmp = proto === 1 || proto === 58;
      const base = proto === 58 ? 7 : 4;
      const hasPorts = [6, 17, 33, 47, 132, 136].includes(proto);
      return encode.nest(type, [
        encode.nest(1, [encode.blob(first, src), encode.blob(second, dst)]),
        encode.nest(2, [
          encode.u8(1, proto),
          ...(hasPorts ? [encode.be16(2, a), encode.be16(3, b)] : []),
          ...(isIcmp ? [encode.be16(base, a), encode.u8(base + 1, icmp[0]), encode.u8(base + 2, icmp[1])] : []),
        ]),
        zone && own !== undefined ? encode.be16(3, own) : undefined,
      ]);
    });
}

const family = fc.constantFrom(2, 10);
const name = fc.stringMatching(/^[a-z][a-z0-9_.:-]{0,13}$/);

const protoinfo = (proto: number): fc.Arbitrary<Buffer | undefined> => {
  const state = fc.integer({ min: 0, max: 12 });
  if (proto === 6) return state.map(n => encode.nest(4, [encode.nest(1, [encode.u8(1, n)])]));
  if (proto === 132) {
    return fc
      .tuple(state, u32, u32)
      .map(([n, a, b]) => encode.nest(4, [encode.nest(3, [encode.u8(1, n), encode.be32(2, a), encode.be32(3, b)])]));
  }
  if (proto === 33) {
    return fc
      .tuple(state, fc.constantFrom(0, 1))
      .map(([n, role]) => encode.nest(4, [encode.nest(2, [encode.u8(1, n), encode.u8(2, role)])]));
  }
  return fc.constant(undefined);
};

const counters = (type: number) =>
  maybe(fc.tuple(u64, u64)).map(pair => pair && encode.nest(type, [be64(1, pair[0]), be64(2, pair[1])]));

/** A flow's message: IPCTNL_MSG_CT_NEW. */
export const flowMessage: fc.Arbitrary<Buffer> = fc.tuple(family, protocol).chain(([af, proto]) =>
  fc
    .tuple(
      tuple(1, af, fc.constant(proto), true),
      tuple(2, af, fc.constant(proto), true),
      maybe(fc.oneof(u32, fc.constantFrom(0, 2, 6, 0xe, 0x4006, 0x8004))).map(n =>
        n === undefined ? n : encode.be32(3, n),
      ),
      maybe(protoinfo(proto).filter(nest => nest !== undefined || proto !== 6)),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(7, n))),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(8, n))),
      counters(9),
      counters(10),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(11, n))),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(12, n))),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(17, n))),
      maybe(u16).map(n => (n === undefined ? n : encode.be16(18, n))),
      maybe(name).map(text => text && encode.nest(19, [encode.text(1, text)])),
      maybe(name).map(text => text && encode.nest(5, [encode.text(1, text)])),
      maybe(fc.tuple(time, maybe(time))).map(
        times => times && encode.nest(20, [be64(1, times[0]), times[1] === undefined ? undefined : be64(2, times[1])]),
      ),
      maybe(bytes(16)).map(bits => bits && encode.blob(22, bits)),
    )
    .map(parts => encode.message(0x100, 0, af, parts as readonly (Buffer | undefined)[])),
);

/** An expectation's message: IPCTNL_MSG_EXP_NEW. */
export const expectationMessage: fc.Arbitrary<Buffer> = fc.tuple(family, protocol).chain(([af, proto]) =>
  fc
    .tuple(
      tuple(1, af, protocol, false),
      tuple(2, af, fc.constant(proto), false),
      tuple(3, af, fc.constant(proto), false),
      u32.map(n => encode.be32(4, n)),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(5, n))),
      maybe(name).map(text => text && encode.text(6, text)),
      maybe(u16).map(n => (n === undefined ? n : encode.be16(7, n))),
      maybe(fc.integer({ min: 0, max: 7 })).map(n => (n === undefined ? n : encode.be32(8, n))),
      maybe(u32).map(n => (n === undefined ? n : encode.be32(9, n))),
    )
    .map(parts => encode.message(0x200, 0, af, parts as readonly (Buffer | undefined)[])),
);
