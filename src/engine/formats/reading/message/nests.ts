/** The attributes of a flow that hold others: tuples, the state of the protocol, counters, times, translations. */
import {
  CTA,
  CTA_COUNTERS,
  CTA_IP,
  CTA_NAT,
  CTA_PROTO,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  CTA_PROTONAT,
  CTA_TIMESTAMP,
  CTA_TUPLE,
  IPPROTO,
} from '../../../ctnetlink/constants.js';
import { NLA_F_NESTED } from '../../../netlink/constants.js';
import { encodedWords } from '../encoded.js';
import { type AttributeWords, bigEndian16 } from './attribute-words.js';
import { type FlowValues, ORIG, ORIG_SRC, REPLY, REPLY_SRC } from './flow-values.js';

/** The translation of a new flow. */
export interface CreatedTranslation {
  /** The address is at `at`, in network byte order. */
  readonly addresses: Uint32Array;
  readonly at: number;
  /** Or the id of ICMP; -1: none. */
  readonly port: number;
}

/** @param size bytes of the addresses */
export function writeTuple(out: AttributeWords, type: number, flow: FlowValues, side: number, size: number): void {
  const src = side === ORIG ? ORIG_SRC : REPLY_SRC;
  if (size === 4 && flow.sport[side] >= 0 && flow.zones[side] < 0) writeShortTuple(out, type, flow, src, side);
  else writeAnyTuple(out, type, flow, src, side, size);
}

/** The usual one, of IPv4 and ports, in one piece. */
function writeShortTuple(out: AttributeWords, type: number, flow: FlowValues, src: number, side: number): void {
  const { addresses } = flow;
  const { words, length: to } = out;
  words[to] = 52 | ((type | NLA_F_NESTED) << 16);
  words[to + 1] = 20 | ((CTA_TUPLE.IP | NLA_F_NESTED) << 16);
  words[to + 2] = 8 | (CTA_IP.V4_SRC << 16);
  words[to + 3] = addresses[src];
  words[to + 4] = 8 | (CTA_IP.V4_DST << 16);
  words[to + 5] = addresses[src + 4];
  words[to + 6] = 28 | ((CTA_TUPLE.PROTO | NLA_F_NESTED) << 16);
  words[to + 7] = 5 | (CTA_PROTO.NUM << 16);
  words[to + 8] = flow.proto;
  words[to + 9] = 6 | (CTA_PROTO.SRC_PORT << 16);
  words[to + 10] = bigEndian16(flow.sport[side]);
  words[to + 11] = 6 | (CTA_PROTO.DST_PORT << 16);
  words[to + 12] = bigEndian16(flow.dport[side]);
  out.length = to + 13;
}

function writeAnyTuple(
  out: AttributeWords,
  type: number,
  flow: FlowValues,
  src: number,
  side: number,
  size: number,
): void {
  const tuple = out.open(type);
  writeAddresses(out, flow, src, size);
  writeKeys(out, flow, side);
  out.close(tuple);
}

/** A tuple with its addresses only, or without them. */
export function writePart(
  out: AttributeWords,
  type: number,
  flow: FlowValues,
  side: number,
  size: number,
  hasAddresses: boolean,
): void {
  const tuple = out.open(type);
  if (hasAddresses) writeAddresses(out, flow, side === ORIG ? ORIG_SRC : REPLY_SRC, size);
  else writeKeys(out, flow, side);
  out.close(tuple);
}

function writeAddresses(out: AttributeWords, { addresses }: FlowValues, src: number, size: number): void {
  const { words } = out;
  const ip = out.open(CTA_TUPLE.IP);
  let to = out.length;
  words[to++] = (size + 4) | ((size === 4 ? CTA_IP.V4_SRC : CTA_IP.V6_SRC) << 16);
  for (let i = 0; i < size >> 2; i++) words[to++] = addresses[src + i];
  words[to++] = (size + 4) | ((size === 4 ? CTA_IP.V4_DST : CTA_IP.V6_DST) << 16);
  for (let i = 0; i < size >> 2; i++) words[to++] = addresses[src + 4 + i];
  out.length = to;
  out.close(ip);
}

function writeKeys(out: AttributeWords, flow: FlowValues, side: number): void {
  const { proto } = flow;
  const keys = out.open(CTA_TUPLE.PROTO);
  out.u8(CTA_PROTO.NUM, proto);
  if (flow.sport[side] >= 0) {
    out.be16(CTA_PROTO.SRC_PORT, flow.sport[side]);
    out.be16(CTA_PROTO.DST_PORT, flow.dport[side]);
  } else if (flow.icmpId[side] >= 0) {
    const isV6 = proto === IPPROTO.ICMPV6;
    out.be16(isV6 ? CTA_PROTO.ICMPV6_ID : CTA_PROTO.ICMP_ID, flow.icmpId[side]);
    out.u8(isV6 ? CTA_PROTO.ICMPV6_TYPE : CTA_PROTO.ICMP_TYPE, flow.icmpType[side]);
    out.u8(isV6 ? CTA_PROTO.ICMPV6_CODE : CTA_PROTO.ICMP_CODE, flow.icmpCode[side]);
  }
  out.close(keys);
  if (flow.zones[side] >= 0) out.be16(CTA_TUPLE.ZONE, flow.zones[side]);
}

/** The state of the protocol, where it has one. @param other that of a rare protocol (`otherProtoinfo`) */
export function writeProtoinfo(out: AttributeWords, flow: FlowValues, other: Uint32Array | undefined): void {
  if (other !== undefined) out.copy(other);
  else if (flow.proto === IPPROTO.TCP) writeTcp(out, flow);
}

function writeTcp(out: AttributeWords, flow: FlowValues): void {
  const { tcp } = flow.givenExtras;
  if (flow.state < 0 && tcp === undefined) return;
  const outer = out.open(CTA.PROTOINFO);
  const nest = out.open(CTA_PROTOINFO.TCP);
  if (flow.state >= 0) out.u8(CTA_PROTOINFO_TCP.STATE, flow.state);
  out.copy(tcp);
  out.close(nest);
  out.close(outer);
}

/** The state of a flow whose protocol is rare, as words. */
export function otherProtoinfo(flow: FlowValues): Uint32Array | undefined {
  const { proto, vtags, dccpRole, handshakeSeq } = flow;
  if (proto === IPPROTO.TCP) return undefined;
  const state = flow.state < 0 ? undefined : flow.state;
  if (proto === IPPROTO.SCTP && (state !== undefined || vtags[ORIG] >= 0 || vtags[REPLY] >= 0)) {
    const [origVtag, replyVtag] = [...vtags].map(tag => (tag < 0 ? undefined : tag));
    return encodedWords({ protoinfo: { protocol: 'sctp', state, origVtag, replyVtag } });
  }
  if (proto === IPPROTO.DCCP && (state !== undefined || dccpRole >= 0 || handshakeSeq >= 0)) {
    const role = dccpRole < 0 ? undefined : dccpRole;
    const seq = handshakeSeq < 0 ? undefined : handshakeSeq;
    return encodedWords({ protoinfo: { protocol: 'dccp', state, role, handshakeSeq: seq } });
  }
  return undefined;
}

export function writeCounters(out: AttributeWords, type: number, flow: FlowValues, side: number): void {
  if (flow.packets[side] === -1 || flow.bytes[side] === -1) return;
  const nest = out.open(type);
  out.be64(CTA_COUNTERS.PACKETS, flow.packetsOf(side));
  out.be64(CTA_COUNTERS.BYTES, flow.bytesOf(side));
  out.close(nest);
}

export function writeTimes(out: AttributeWords, { start, stop }: FlowValues): void {
  if (start < 0 && stop < 0) return;
  const nest = out.open(CTA.TIMESTAMP);
  if (start >= 0) out.be64(CTA_TIMESTAMP.START, start);
  if (stop >= 0) out.be64(CTA_TIMESTAMP.STOP, stop);
  out.close(nest);
}

/** @param size bytes of the address */
export function writeTranslation(
  out: AttributeWords,
  type: number,
  { addresses, at, port }: CreatedTranslation,
  size: number,
): void {
  const nest = out.open(type);
  const { words } = out;
  let to = out.length;
  words[to++] = (size + 4) | ((size === 4 ? CTA_NAT.V4_MINIP : CTA_NAT.V6_MINIP) << 16);
  for (let i = 0; i < size >> 2; i++) words[to++] = addresses[at + i];
  out.length = to;
  if (port >= 0) {
    const ports = out.open(CTA_NAT.PROTO);
    out.be16(CTA_PROTONAT.PORT_MIN, port);
    out.close(ports);
  }
  out.close(nest);
}
