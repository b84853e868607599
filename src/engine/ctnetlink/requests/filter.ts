import { EncodeError } from '../codec/encode-error.js';
import type { Writer } from '../codec/writer.js';
import {
  AF_INET,
  AF_INET6,
  CTA,
  CTA_FILTER,
  CTA_IP,
  CTA_PROTO,
  CTA_TUPLE,
  FILTER_FLAG,
  IPPROTO,
} from '../constants.js';
import type { KernelFilter, MaskedValue, TupleFilter } from './kernel-filter.js';

/** Whether a filter compares fields of a tuple. */
export const hasTupleFilter = ({ orig, reply }: KernelFilter): boolean => flagsOf(orig) !== 0 || flagsOf(reply) !== 0;

/** Whether a filter matches every entry. */
export const isEmptyFilter = (filter: KernelFilter): boolean =>
  filter.family === undefined &&
  filter.mark === undefined &&
  filter.status === undefined &&
  filter.zone === undefined &&
  !hasTupleFilter(filter);

/** @throws EncodeError for a family other than IPv4 and IPv6 */
export function checkFamily(family: number): void {
  if (family !== AF_INET && family !== AF_INET6) throw new EncodeError(`invalid address family ${family}`);
}

/**
 * Writes the attributes of a filter, for a dump or a delete. The family belongs in the header.
 * @throws EncodeError for what the kernel would reject or misinterpret (ctnetlink_alloc_filter and
 * ctnetlink_filter_match, net/netfilter/nf_conntrack_netlink.c)
 */
export function encodeFilter(writer: Writer, filter: KernelFilter): void {
  const { family, mark, status, zone, orig, reply } = filter;
  if (family !== undefined) checkFamily(family);
  if (mark !== undefined) {
    if (mark.mask === 0) throw new EncodeError('the mask of a mark filter must not be 0');
    encodeMasked(writer, mark, CTA.MARK, CTA.MARK_MASK);
  }
  if (status !== undefined) {
    if (status.mask === 0) throw new EncodeError('the mask of a status filter must not be 0');
    encodeMasked(writer, status, CTA.STATUS, CTA.STATUS_MASK);
  }
  if (zone !== undefined) writer.be16(CTA.ZONE, zone);
  if (!hasTupleFilter(filter)) return;
  if (family === undefined) throw new EncodeError('a tuple filter requires a family');
  encodeTupleFilter(writer, CTA.TUPLE_ORIG, orig, family);
  encodeTupleFilter(writer, CTA.TUPLE_REPLY, reply, family);
  const nest = writer.open(CTA.FILTER);
  writer.hostU32(CTA_FILTER.ORIG_FLAGS, flagsOf(orig));
  writer.hostU32(CTA_FILTER.REPLY_FLAGS, flagsOf(reply));
  writer.close(nest);
}

/** A value with bits outside of the mask would match nothing. */
function encodeMasked(writer: Writer, { value, mask }: MaskedValue, valueType: number, maskType: number): void {
  if ((value & ~mask) !== 0) throw new EncodeError(`filter value 0x${value.toString(16)} has bits outside of its mask`);
  writer.be32(valueType, value);
  writer.be32(maskType, mask);
}

function flagsOf(filter: TupleFilter | undefined): number {
  if (filter === undefined) return 0;
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = filter;
  const isV6 = proto === IPPROTO.ICMPV6;
  return (
    (src === undefined ? 0 : FILTER_FLAG.SRC) |
    (dst === undefined ? 0 : FILTER_FLAG.DST) |
    (proto === undefined ? 0 : FILTER_FLAG.PROTO) |
    (sport === undefined ? 0 : FILTER_FLAG.SRC_PORT) |
    (dport === undefined ? 0 : FILTER_FLAG.DST_PORT) |
    (icmpType === undefined ? 0 : isV6 ? FILTER_FLAG.ICMPV6_TYPE : FILTER_FLAG.ICMP_TYPE) |
    (icmpCode === undefined ? 0 : isV6 ? FILTER_FLAG.ICMPV6_CODE : FILTER_FLAG.ICMP_CODE) |
    (icmpId === undefined ? 0 : isV6 ? FILTER_FLAG.ICMPV6_ID : FILTER_FLAG.ICMP_ID)
  );
}

function checkTupleFilter(filter: TupleFilter, family: number): void {
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = filter;
  if (src !== undefined || dst !== undefined) {
    if (family === AF_INET6) throw new EncodeError('a filter on IPv6 addresses is inverted by the kernel');
    if (typeof (src ?? 0) !== 'number' || typeof (dst ?? 0) !== 'number') {
      throw new EncodeError('IPv6 address in a filter for IPv4');
    }
  }
  if ((sport !== undefined || dport !== undefined) && proto !== IPPROTO.TCP && proto !== IPPROTO.UDP) {
    throw new EncodeError('a filter on ports requires proto TCP or UDP');
  }
  if (icmpType !== undefined || icmpCode !== undefined || icmpId !== undefined) {
    // The kernel checks the protocol only, not the family.
    if (proto !== IPPROTO.ICMP && proto !== IPPROTO.ICMPV6)
      throw new EncodeError('a filter on type, code or id requires proto ICMP or ICMPv6');
  }
}

function encodeTupleFilter(writer: Writer, type: number, filter: TupleFilter | undefined, family: number): void {
  if (filter === undefined || flagsOf(filter) === 0) return;
  checkTupleFilter(filter, family);
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = filter;
  const nest = writer.open(type);
  if (src !== undefined || dst !== undefined) {
    const ip = writer.open(CTA_TUPLE.IP);
    if (src !== undefined) writer.address(CTA_IP.V4_SRC, src);
    if (dst !== undefined) writer.address(CTA_IP.V4_DST, dst);
    writer.close(ip);
  }
  if (proto !== undefined) {
    const isV6 = proto === IPPROTO.ICMPV6;
    const keys = writer.open(CTA_TUPLE.PROTO);
    writer.u8(CTA_PROTO.NUM, proto);
    if (sport !== undefined) writer.be16(CTA_PROTO.SRC_PORT, sport);
    if (dport !== undefined) writer.be16(CTA_PROTO.DST_PORT, dport);
    if (icmpId !== undefined) writer.be16(isV6 ? CTA_PROTO.ICMPV6_ID : CTA_PROTO.ICMP_ID, icmpId);
    if (icmpType !== undefined) writer.u8(isV6 ? CTA_PROTO.ICMPV6_TYPE : CTA_PROTO.ICMP_TYPE, icmpType);
    if (icmpCode !== undefined) writer.u8(isV6 ? CTA_PROTO.ICMPV6_CODE : CTA_PROTO.ICMP_CODE, icmpCode);
    writer.close(keys);
  }
  writer.close(nest);
}
