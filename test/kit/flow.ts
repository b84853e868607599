/** One flow or expectation, written down as a test thinks of it, and the request that creates it. */
import * as encode from './encode.js';

export const PROTOCOL = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
} as const;

/** Bits of the status (nf_conntrack_common.h) that a flow may be created with; CONFIRMED is always added. */
export const STATUS = { SEEN_REPLY: 0x2, ASSURED: 0x4, CONFIRMED: 0x8, FIXED_TIMEOUT: 0x400, HELPER: 0x2000 } as const;

export interface Tuple {
  readonly src: string;
  readonly dst: string;
  /** Ports; for GRE the call keys. */
  readonly sport?: number;
  readonly dport?: number;
  readonly icmp?: { readonly id: number; readonly type: number; readonly code: number };
  /** The zone of this direction alone. */
  readonly zone?: number;
}

/** An address and port that the kernel translates to. */
export interface Translation {
  readonly address?: string;
  readonly port?: number;
}

export interface Flow {
  readonly proto: number;
  readonly orig: Tuple;
  /** The inverse of `orig` where left out; NAT is written by `snat` and `dnat`, not here. */
  readonly reply?: Tuple;
  /** Seconds; an hour where left out. */
  readonly timeout?: number;
  /** Bits of STATUS. */
  readonly status?: number;
  readonly mark?: number;
  /** The zone of both directions. */
  readonly zone?: number;
  /** TCP: the state's number, window scales, and the flags of each direction. */
  readonly tcp?: {
    readonly state: number;
    readonly wscale?: readonly [orig: number, reply: number];
    readonly flags?: readonly [orig: number, reply: number];
  };
  readonly sctp?: { readonly state: number; readonly vtags: readonly [orig: number, reply: number] };
  /** Name of a helper that the kernel has for the protocol, such as ftp. */
  readonly helper?: string;
  /** Numbers of labels, 0 … 127; they stick only where a rule of the namespace uses labels (`useConntrack`). */
  readonly labels?: readonly number[];
  readonly snat?: Translation;
  readonly dnat?: Translation;
  /** The original tuple of the flow that this one is RELATED to; it must exist. */
  readonly master?: { readonly proto: number; readonly orig: Tuple };
  /** Corrections of TCP sequence numbers, per direction: position, offset before and after it. */
  readonly seqadj?: readonly [orig: SeqAdj, reply: SeqAdj];
  readonly synproxy?: { readonly isn: number; readonly its: number; readonly tsoff: number };
}

export interface SeqAdj {
  readonly position: number;
  readonly before: number;
  readonly after: number;
}

export interface Expectation {
  readonly master: { readonly proto: number; readonly orig: Tuple };
  readonly proto: number;
  readonly tuple: Tuple;
  /** What of the source counts: an address mask, and a port mask (0 any, 0xffff exact); exact address, any port where left out. */
  readonly mask?: { readonly src: string; readonly sport: number };
  /** Bits: 1 PERMANENT, 2 INACTIVE, 4 USERSPACE. */
  readonly flags?: number;
  readonly class?: number;
  readonly nat?: { readonly direction: 0 | 1; readonly tuple: Tuple };
  readonly fn?: string;
}

const isV6 = (address: string): boolean => address.includes(':');
const familyOf = (tuple: Tuple): number => (isV6(tuple.src) ? 10 : 2);

/** Type of the answer to an ICMP query, which the kernel tells the reply by (nf_conntrack_proto_icmp.c, …_icmpv6.c). */
const ICMP_INVERSE: Readonly<Record<number, number>> = {
  8: 0,
  0: 8,
  13: 14,
  14: 13,
  15: 16,
  16: 15,
  17: 18,
  18: 17,
  128: 129,
  129: 128,
  139: 140,
  140: 139,
};

/** The reply's tuple of a flow without NAT. */
export function inverse(tuple: Tuple): Tuple {
  const { src, dst, sport, dport, icmp } = tuple;
  return {
    src: dst,
    dst: src,
    ...(sport === undefined ? {} : { dport: sport }),
    ...(dport === undefined ? {} : { sport: dport }),
    ...(icmp === undefined ? {} : { icmp: { ...icmp, type: ICMP_INVERSE[icmp.type]! } }),
  };
}

/** CTA_TUPLE_*: addresses, protocol, zone of the direction. */
function tupleNest(type: number, proto: number, tuple: Tuple): Buffer {
  const { src, dst, sport, dport, icmp, zone } = tuple;
  const [srcType, dstType] = isV6(src) ? [3, 4] : [1, 2];
  const icmpType = proto === PROTOCOL.icmpv6 ? 7 : 4;
  return encode.nest(type, [
    encode.nest(1, [encode.blob(srcType, encode.addressBytes(src)), encode.blob(dstType, encode.addressBytes(dst))]),
    encode.nest(2, [
      encode.u8(1, proto),
      sport === undefined ? undefined : encode.be16(2, sport),
      dport === undefined ? undefined : encode.be16(3, dport),
      ...(icmp === undefined
        ? []
        : [encode.be16(icmpType, icmp.id), encode.u8(icmpType + 1, icmp.type), encode.u8(icmpType + 2, icmp.code)]),
    ]),
    zone === undefined ? undefined : encode.be16(3, zone),
  ]);
}

function translationNest(type: number, { address, port }: Translation): Buffer {
  return encode.nest(type, [
    address === undefined ? undefined : encode.blob(isV6(address) ? 4 : 1, encode.addressBytes(address)),
    port === undefined ? undefined : encode.nest(3, [encode.be16(1, port), encode.be16(2, port)]),
  ]);
}

function protoinfoNest({ tcp, sctp }: Flow): Buffer | undefined {
  if (tcp !== undefined) {
    const flags = (type: number, value: number) => encode.blob(type, Uint8Array.of(value, 0xff));
    return encode.nest(4, [
      encode.nest(1, [
        encode.u8(1, tcp.state),
        ...(tcp.wscale === undefined ? [] : [encode.u8(2, tcp.wscale[0]), encode.u8(3, tcp.wscale[1])]),
        ...(tcp.flags === undefined ? [] : [flags(4, tcp.flags[0]), flags(5, tcp.flags[1])]),
      ]),
    ]);
  }
  return sctp === undefined
    ? undefined
    : encode.nest(4, [
        encode.nest(3, [encode.u8(1, sctp.state), encode.be32(2, sctp.vtags[0]), encode.be32(3, sctp.vtags[1])]),
      ]);
}

/** The 16 bytes of CTA_LABELS: label n is bit n % 8 of byte n / 8 (on a little-endian machine). */
export function labelBits(labels: readonly number[]): Uint8Array {
  const bits = new Uint8Array(16);
  for (const label of labels) {
    bits[label >> 3]! |= 1 << (label & 7);
  }
  return bits;
}

function seqadjNest(type: number, { position, before, after }: SeqAdj): Buffer {
  return encode.nest(type, [encode.be32(1, position), encode.be32(2, before), encode.be32(3, after)]);
}

/** The request that creates a flow, and fails where it exists. */
export function encodeFlow(flow: Flow): Buffer {
  const { proto, orig, reply = inverse(orig), timeout = 3600, status = 0 } = flow;
  return encode.message(encode.IPCTNL_MSG_CT_NEW, encode.NLM_F_CREATE | encode.NLM_F_EXCL, familyOf(orig), [
    tupleNest(1, proto, orig),
    tupleNest(2, proto, reply),
    flow.zone === undefined ? undefined : encode.be16(18, flow.zone),
    encode.be32(3, status | STATUS.CONFIRMED),
    encode.be32(7, timeout),
    flow.mark === undefined ? undefined : encode.be32(8, flow.mark),
    protoinfoNest(flow),
    flow.helper === undefined ? undefined : encode.nest(5, [encode.text(1, flow.helper)]),
    flow.labels === undefined ? undefined : encode.blob(22, labelBits(flow.labels)),
    flow.snat === undefined ? undefined : translationNest(6, flow.snat),
    flow.dnat === undefined ? undefined : translationNest(13, flow.dnat),
    flow.master === undefined ? undefined : tupleNest(14, flow.master.proto, flow.master.orig),
    ...(flow.seqadj === undefined ? [] : [seqadjNest(15, flow.seqadj[0]), seqadjNest(16, flow.seqadj[1])]),
    flow.synproxy === undefined
      ? undefined
      : encode.nest(24, [
          encode.be32(1, flow.synproxy.isn),
          encode.be32(2, flow.synproxy.its),
          encode.be32(3, flow.synproxy.tsoff),
        ]),
  ]);
}

/** The request that creates an expectation, and fails where it exists. */
export function encodeExpectation(expectation: Expectation): Buffer {
  const { master, proto, tuple, flags, nat, fn } = expectation;
  const exact = isV6(tuple.src) ? 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' : '255.255.255.255';
  const { src, sport } = expectation.mask ?? { src: exact, sport: 0 };
  return encode.message(encode.IPCTNL_MSG_EXP_NEW, encode.NLM_F_CREATE | encode.NLM_F_EXCL, familyOf(tuple), [
    tupleNest(1, master.proto, master.orig),
    tupleNest(2, proto, tuple),
    tupleNest(3, proto, { src, dst: exact, sport, dport: 0xffff }),
    encode.be32(4, 300),
    flags === undefined ? undefined : encode.be32(8, flags),
    expectation.class === undefined ? undefined : encode.be32(9, expectation.class),
    nat === undefined ? undefined : encode.nest(10, [encode.be32(1, nat.direction), tupleNest(2, proto, nat.tuple)]),
    fn === undefined ? undefined : encode.text(11, fn),
  ]);
}
