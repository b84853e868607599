import { isIPv4 } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6, CTA_IP, CTA_PROTO, CTA_TUPLE, IPPROTO, keysOf } from '../constants.js';
import type { TupleView } from '../view/tuple-view.js';
import { WireError } from '../wire-error.js';
import type { Writer } from './writer.js';

/** The tuple of one direction of a flow. */
export interface Tuple {
  readonly src: Address;
  readonly dst: Address;
  /** IPPROTO_* (include/uapi/linux/in.h). */
  readonly proto: number;
  /** Ports, or the call keys of GRE. */
  readonly sport?: number;
  readonly dport?: number;
  /** Of ICMP and ICMPv6. */
  readonly icmpId?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  /** The zone of this direction only. */
  readonly zone?: number;
}

/** The names of a tuple's parts in the language, without their direction. */
export const PART_NAMES = {
  src: 'src',
  dst: 'dst',
  sport: 'sport',
  dport: 'dport',
  icmpType: 'icmp_type',
  icmpCode: 'icmp_code',
  icmpId: 'icmp_id',
} as const satisfies { readonly [K in keyof Tuple]?: string };

/** The family of a tuple's addresses. */
export const familyOf = ({ src }: Tuple): number => (isIPv4(src) ? AF_INET : AF_INET6);

/**
 * Whether a tuple has every attribute that the kernel looks an entry up by: ports, or type, code and id of ICMP, if its protocol has them.
 * A kernel without a protocol's tracker (DCCP since 6.17) reports its flows without ports; one that has it answers EINVAL to such a tuple.
 */
export function isWhole({ src, dst, proto, sport, dport, icmpId, icmpType, icmpCode }: Tuple): boolean {
  if (isIPv4(src) !== isIPv4(dst)) return false;
  switch (keysOf(proto)) {
    case 'ports':
      // The trackers of TCP and UDP are in every kernel.
      if (sport === undefined && dport === undefined) return proto !== IPPROTO.TCP && proto !== IPPROTO.UDP;
      return sport !== undefined && dport !== undefined;
    case 'icmp':
    case 'icmpv6':
      return icmpId !== undefined && icmpType !== undefined && icmpCode !== undefined;
    case 'none':
      return true;
  }
}

/**
 * The tuple of a view; undefined if the message does not have it.
 * @param what name of the tuple in error messages
 * @throws WireError if it lacks an address or the protocol
 */
export function decodeTuple(view: TupleView, what: string): Tuple | undefined {
  if (!view.present) return undefined;
  const src = view.srcAddress();
  const dst = view.dstAddress();
  const { proto } = view;
  if (src === null || dst === null || proto < 0) throw new WireError(`incomplete ${what} tuple`, view.at);
  return {
    src,
    dst,
    proto,
    ...ifPresent('sport', view.sport),
    ...ifPresent('dport', view.dport),
    ...ifPresent('icmpId', view.icmpId),
    ...ifPresent('icmpType', view.icmpType),
    ...ifPresent('icmpCode', view.icmpCode),
    ...ifPresent('zone', view.zone),
  };
}

function ifPresent<K extends string>(key: K, value: number): { [_ in K]?: number } {
  return (value < 0 ? {} : { [key]: value }) as { [_ in K]?: number };
}

/** Writes the nest of a tuple. */
export function encodeTuple(writer: Writer, type: number, tuple: Tuple): void {
  const { src, dst, proto, sport, dport, icmpId, icmpType, icmpCode, zone } = tuple;
  const nest = writer.open(type);
  const ip = writer.open(CTA_TUPLE.IP);
  writer.address(isIPv4(src) ? CTA_IP.V4_SRC : CTA_IP.V6_SRC, src);
  writer.address(isIPv4(dst) ? CTA_IP.V4_DST : CTA_IP.V6_DST, dst);
  writer.close(ip);
  const keys = writer.open(CTA_TUPLE.PROTO);
  writer.u8(CTA_PROTO.NUM, proto);
  if (sport !== undefined) writer.be16(CTA_PROTO.SRC_PORT, sport);
  if (dport !== undefined) writer.be16(CTA_PROTO.DST_PORT, dport);
  // The two ICMPs have attributes of their own for the same three numbers.
  const isV6 = proto === IPPROTO.ICMPV6;
  if (icmpId !== undefined) writer.be16(isV6 ? CTA_PROTO.ICMPV6_ID : CTA_PROTO.ICMP_ID, icmpId);
  if (icmpType !== undefined) writer.u8(isV6 ? CTA_PROTO.ICMPV6_TYPE : CTA_PROTO.ICMP_TYPE, icmpType);
  if (icmpCode !== undefined) writer.u8(isV6 ? CTA_PROTO.ICMPV6_CODE : CTA_PROTO.ICMP_CODE, icmpCode);
  writer.close(keys);
  if (zone !== undefined) writer.be16(CTA_TUPLE.ZONE, zone);
  writer.close(nest);
}

/** Types of queries and replies: `invmap` in net/netfilter/nf_conntrack_proto_icmp.c and …_icmpv6.c. */
const ICMP_PAIRS = [
  [8, 0],
  [13, 14],
  [15, 16],
  [17, 18],
] as const;
const ICMPV6_PAIRS = [
  [128, 129],
  [139, 140],
] as const;

/** The ICMP or ICMPv6 type of the opposite direction; undefined for types that are neither query nor reply. */
export function answerTo(proto: number, type: number): number | undefined {
  for (const [query, answer] of proto === IPPROTO.ICMPV6 ? ICMPV6_PAIRS : ICMP_PAIRS) {
    if (type === query) return answer;
    if (type === answer) return query;
  }
  return undefined;
}

/**
 * The tuple of the opposite direction without NAT; `zone` is omitted.
 * @returns undefined for an ICMP type without an inverse, which the kernel does not track
 */
export function invertTuple(tuple: Tuple): Tuple | undefined {
  const { src, dst, proto, sport, dport, icmpId, icmpType, icmpCode } = tuple;
  const inverse = { src: dst, dst: src, proto };
  const keys = keysOf(proto);
  switch (keys) {
    case 'ports':
      return {
        ...inverse,
        ...(dport === undefined ? {} : { sport: dport }),
        ...(sport === undefined ? {} : { dport: sport }),
      };
    case 'icmp':
    case 'icmpv6': {
      if (icmpType === undefined) return undefined;
      const type = answerTo(proto, icmpType);
      if (type === undefined) return undefined;
      return {
        ...inverse,
        ...(icmpId === undefined ? {} : { icmpId }),
        icmpType: type,
        ...(icmpCode === undefined ? {} : { icmpCode }),
      };
    }
    case 'none':
      return inverse;
  }
}
