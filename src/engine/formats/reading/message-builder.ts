import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
/**
 * A flow of a file, as numbers at fixed places: for files of a million lines, where allocating an object per entry would take longer
 * than reading. One is reused for all entries. It becomes the message that the kernel would send.
 */
import {
  AF_INET,
  AF_INET6,
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
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  IPPROTO,
  keysOf,
} from '../../ctnetlink/constants.js';
import { SETTABLE_STATUS } from '../../ctnetlink/flow.js';
import type { Writer } from '../../ctnetlink/writer.js';
import { NFGEN_END, NLA_F_NESTED, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../../netlink/constants.js';
import { wordsOf } from './encoded.js';
import { ParseError } from './parse-error.js';
import {
  ALL_PARTS,
  COUNTERS,
  ID,
  MARK,
  ORIG_TUPLE,
  OTHERS,
  REPLY_TUPLE,
  STATE,
  STATUS,
  TIMEOUT,
  TIMES,
  USE,
  ZONE,
} from './parts.js';
import { SLOT } from './slots.js';
import { type EventName, eventFlags } from './text/event.js';
import { completeStatus } from './text/status.js';

/** Places of addresses, in words. */
export const ORIG_SRC = 0;
export const ORIG_DST = 4;
export const REPLY_SRC = 8;
export const REPLY_DST = 12;
/** Places of ports, and what else is twice. */
export const ORIG = 0;
export const REPLY = 1;

/** In place of a counter that needs more than the 53 bits of a number. */
const WIDE = -2;

/** Attributes that are kept as they are written: words of a message. */
export interface Extras {
  secmark?: Uint32Array;
  secctx?: Uint32Array;
  helper?: Uint32Array;
  labels?: Uint32Array;
  seqadj?: Uint32Array;
  synproxy?: Uint32Array;
  master?: Uint32Array;
  /** Simple fields that have no member of their own here. */
  others?: Uint32Array;
  /** What follows the state inside of the nest of TCP. */
  tcp?: Uint32Array;
}

/** The translation of a new flow. */
export interface CreatedTranslation {
  /** The address is at `at`, in network byte order. */
  readonly addresses: Uint32Array;
  readonly at: number;
  /** Or the id of ICMP; -1: none. */
  readonly port: number;
}

export interface CreationOptions {
  /** -1: not in the request. */
  readonly status: number;
  readonly snat?: CreatedTranslation;
  readonly dnat?: CreatedTranslation;
}

/** Numbers are -1 where they are not given. */
export class MessageBuilder {
  event: EventName | undefined = undefined;
  portid = 0;
  /** ns since the epoch; whole numbers that fit into 64 bits. */
  eventTime: number | bigint = -1;
  /** The family, where it is given. */
  family = 0;
  /** Bytes of each address: 4 or 16; 0 where it is not given. */
  readonly sizes = new Uint8Array(16);
  readonly addresses = new Uint32Array(16);
  readonly addressBytes = new Uint8Array(this.addresses.buffer);
  proto = -1;
  readonly sport = new Int32Array(2);
  readonly dport = new Int32Array(2);
  readonly icmpType = new Int32Array(2);
  readonly icmpCode = new Int32Array(2);
  readonly icmpId = new Int32Array(2);
  /** Of one direction. */
  readonly zones = new Int32Array(2);
  zone = -1;
  /** As far as it is given; the rest follows from the tuples, unless `isWholeStatus`. */
  status = 0;
  isWholeStatus = false;
  mark = -1;
  id = -1;
  use = -1;
  timeout = -1;
  /** Of TCP, SCTP or DCCP, as the protocol is. */
  state = -1;
  /** SCTP's verification tags. */
  readonly vtags = new Float64Array(2);
  dccpRole = -1;
  handshakeSeq: number | bigint = -1;
  readonly packets = new Float64Array(2);
  readonly bytes = new Float64Array(2);
  readonly #wide = new BigUint64Array(4);
  start: number | bigint = -1;
  stop: number | bigint = -1;
  /** Seconds since the start, where the format has them; not in the message. */
  age: number | bigint = -1;
  /** ICMP's numbers may be missing: the format has none. */
  isLoose = false;
  #extras: Extras = {};
  #hasExtras = false;

  /** Of all messages, and where this one ends as yet. */
  #words: Uint32Array = new Uint32Array(0);
  #length = 0;

  /** To be added to. */
  get extras(): Extras {
    this.#hasExtras = true;
    return this.#extras;
  }

  clear(): void {
    this.event = undefined;
    this.portid = 0;
    this.eventTime = -1;
    this.family = 0;
    this.sizes[ORIG_SRC] = 0;
    this.sizes[ORIG_DST] = 0;
    this.sizes[REPLY_SRC] = 0;
    this.sizes[REPLY_DST] = 0;
    this.proto = -1;
    for (let side = ORIG; side <= REPLY; side++) {
      this.sport[side] = -1;
      this.dport[side] = -1;
      this.icmpType[side] = -1;
      this.icmpCode[side] = -1;
      this.icmpId[side] = -1;
      this.zones[side] = -1;
      this.packets[side] = -1;
      this.bytes[side] = -1;
      this.vtags[side] = -1;
    }
    this.zone = -1;
    this.status = 0;
    this.isWholeStatus = false;
    this.mark = -1;
    this.id = -1;
    this.use = -1;
    this.timeout = -1;
    this.state = -1;
    this.dccpRole = -1;
    this.handshakeSeq = -1;
    this.start = -1;
    this.stop = -1;
    this.age = -1;
    this.isLoose = false;
    // Most flows have none.
    if (this.#hasExtras) this.#extras = {};
    this.#hasExtras = false;
  }

  /** A counter, of which there may be 2^64. */
  setPackets(side: number, n: number | bigint): void {
    this.packets[side] = this.#counter(side, n);
  }

  setBytes(side: number, n: number | bigint): void {
    this.bytes[side] = this.#counter(side + 2, n);
    // Formats with bytes have packets before them.
    if (this.packets[side] === -1) this.packets[side] = 0;
  }

  /** Sets the value of a slot (`slots.ts`), addresses excepted. */
  set(slot: number, n: number | bigint): void {
    switch (slot) {
      case SLOT.sport:
      case SLOT.sport + 1:
        this.sport[slot - SLOT.sport] = n as number;
        return;
      case SLOT.dport:
      case SLOT.dport + 1:
        this.dport[slot - SLOT.dport] = n as number;
        return;
      case SLOT.icmpType:
      case SLOT.icmpType + 1:
        this.icmpType[slot - SLOT.icmpType] = n as number;
        return;
      case SLOT.icmpCode:
      case SLOT.icmpCode + 1:
        this.icmpCode[slot - SLOT.icmpCode] = n as number;
        return;
      case SLOT.icmpId:
      case SLOT.icmpId + 1:
        this.icmpId[slot - SLOT.icmpId] = n as number;
        return;
      case SLOT.zones:
      case SLOT.zones + 1:
        this.zones[slot - SLOT.zones] = n as number;
        return;
      case SLOT.packets:
      case SLOT.packets + 1:
        this.packets[slot - SLOT.packets] = this.#counter(slot - SLOT.packets, n);
        return;
      case SLOT.bytes:
      case SLOT.bytes + 1:
        this.setBytes(slot - SLOT.bytes, n);
        return;
      case SLOT.zone:
        this.zone = n as number;
        return;
      case SLOT.mark:
        this.mark = n as number;
        return;
      case SLOT.id:
        this.id = n as number;
        return;
      case SLOT.use:
        this.use = n as number;
        return;
      case SLOT.timeout:
        this.timeout = n as number;
        return;
      case SLOT.portid:
        this.portid = n as number;
        return;
      case SLOT.age:
        this.age = n;
        return;
      case SLOT.start:
        this.start = n;
        return;
      case SLOT.stop:
        this.stop = n;
        return;
      case SLOT.eventTime:
        this.eventTime = n;
    }
  }

  /** A port, or a number of ICMP: the value of one of the slots before `zones`. */
  key(slot: number): number {
    return [this.sport, this.dport, this.icmpType, this.icmpCode, this.icmpId][slot >> 1][slot & 1];
  }

  copy(): MessageBuilder {
    const copy = new MessageBuilder();
    const { event, portid, eventTime, family, proto, zone, status, isWholeStatus, mark, id, use, timeout } = this;
    const { state, dccpRole, handshakeSeq, start, stop, age, isLoose } = this;
    Object.assign(copy, { event, portid, eventTime, family, proto, zone, status, isWholeStatus, mark, id, use });
    Object.assign(copy, { timeout, state, dccpRole, handshakeSeq, start, stop, age, isLoose });
    copy.addressBytes.set(this.addressBytes);
    for (const part of [
      'sizes',
      'sport',
      'dport',
      'icmpType',
      'icmpCode',
      'icmpId',
      'zones',
      'vtags',
      'packets',
      'bytes',
    ] as const)
      copy[part].set(this[part]);
    copy.#wide.set(this.#wide);
    copy.#extras = { ...this.#extras };
    copy.#hasExtras = this.#hasExtras;
    return copy;
  }

  #counter(index: number, n: number | bigint): number {
    if (typeof n === 'number') return n;
    this.#wide[index] = n;
    return WIDE;
  }

  /**
   * Appends the message.
   * @param parts those that it is to have (`parts.ts`)
   * @param isComplete whether the flow is known to be
   * @throws ParseError for an incomplete or contradictory flow
   */
  encode(writer: Writer, parts = ALL_PARTS, isComplete = this.isComplete): void {
    const { sizes, proto } = this;
    const size = sizes[ORIG_SRC];
    if (!isComplete) throw this.#fault();
    const protoinfo = proto === IPPROTO.TCP || (parts & STATE) === 0 ? undefined : this.#otherProtoinfo();
    const extras = this.#extras;
    const begin = writer.length >> 2;
    const words = writer.room(MOST_WORDS + lengthOf(extras) + (protoinfo?.length ?? 0));
    this.#words = words;
    this.#length = begin + (NFGEN_END >> 2);
    const type = this.event === 'destroy' ? IPCTNL_MSG_CT_DELETE : IPCTNL_MSG_CT_NEW;
    words[begin + 1] = type | (eventFlags(this.event) << 16);
    words[begin + 2] = 0;
    words[begin + 3] = this.portid;
    words[begin + 4] = size === 4 ? AF_INET : AF_INET6;
    if ((parts & ORIG_TUPLE) !== 0) this.#tuple(CTA.TUPLE_ORIG, ORIG, size);
    if ((parts & REPLY_TUPLE) !== 0) this.#tuple(CTA.TUPLE_REPLY, REPLY, size);
    if ((parts & ~(ORIG_TUPLE | REPLY_TUPLE)) !== 0) this.#attributes(parts, size, protoinfo);
    const length = this.#length - begin;
    words[begin] = length * 4;
    writer.advance(length);
  }

  /** What follows the tuples. */
  #attributes(parts: number, size: number, protoinfo: Uint32Array | undefined): void {
    const extras = this.#extras;
    const hasOthers = (parts & OTHERS) !== 0;
    // The kernel sends no zone 0.
    if (
      (parts & ZONE) !== 0 &&
      (this.zone > 0 || (this.zone === 0 && (this.zones[ORIG] >= 0 || this.zones[REPLY] >= 0)))
    )
      this.#be16(CTA.ZONE, this.zone);
    if ((parts & STATUS) !== 0) this.#be32(CTA.STATUS, this.isWholeStatus ? this.status : this.#completeStatus(size));
    if ((parts & MARK) !== 0 && this.mark >= 0) this.#be32(CTA.MARK, this.mark);
    if (hasOthers) {
      this.#as(extras.secmark);
      this.#as(extras.secctx);
      this.#as(extras.others);
    }
    if ((parts & ID) !== 0 && this.id >= 0) this.#be32(CTA.ID, this.id);
    if ((parts & USE) !== 0 && this.use >= 0) this.#be32(CTA.USE, this.use);
    if (hasOthers) this.#as(extras.master);
    if ((parts & TIMEOUT) !== 0 && this.timeout >= 0) this.#be32(CTA.TIMEOUT, this.timeout);
    if ((parts & STATE) !== 0) {
      if (protoinfo !== undefined) this.#as(protoinfo);
      else if (this.proto === IPPROTO.TCP) this.#tcp();
    }
    if ((parts & COUNTERS) !== 0) {
      this.#counters(CTA.COUNTERS_ORIG, ORIG);
      this.#counters(CTA.COUNTERS_REPLY, REPLY);
    }
    if ((parts & TIMES) !== 0 && (this.start >= 0 || this.stop >= 0)) {
      const nest = this.#open(CTA.TIMESTAMP);
      if (this.start >= 0) this.#be64(CTA_TIMESTAMP.START, this.start);
      if (this.stop >= 0) this.#be64(CTA_TIMESTAMP.STOP, this.stop);
      this.#close(nest);
    }
    if (hasOthers) {
      this.#as(extras.helper);
      this.#as(extras.labels);
      this.#as(extras.seqadj);
      this.#as(extras.synproxy);
    }
    if ((parts & TIMES) !== 0 && this.eventTime >= 0) this.#be64(CTA.TIMESTAMP_EVENT, this.eventTime);
  }

  /**
   * Appends the request that creates the flow: the reply tuple is that before NAT, and translations are attributes of their own.
   * Addresses and ports must be complete, extras those of a request. What the kernel assigns (ids, counters, times) is left out.
   * @throws ParseError where something is missing, or does not fit together
   */
  encodeCreation(writer: Writer, { status, snat, dnat }: CreationOptions): void {
    const { proto } = this;
    const size = this.sizes[ORIG_SRC];
    if (!this.isComplete) throw this.#fault();
    const protoinfo = proto === IPPROTO.TCP ? undefined : this.#otherProtoinfo();
    const extras = this.#extras;
    const begin = writer.length >> 2;
    const words = writer.room(MOST_WORDS + lengthOf(extras) + (protoinfo?.length ?? 0));
    this.#words = words;
    this.#length = begin + (NFGEN_END >> 2);
    words[begin + 1] = IPCTNL_MSG_CT_NEW | (CREATE << 16);
    words[begin + 2] = 0;
    words[begin + 3] = 0;
    words[begin + 4] = size === 4 ? AF_INET : AF_INET6;
    this.#tuple(CTA.TUPLE_ORIG, ORIG, size);
    this.#tuple(CTA.TUPLE_REPLY, REPLY, size);
    if (this.zone > 0) this.#be16(CTA.ZONE, this.zone);
    // A new entry is CONFIRMED, and the kernel answers EBUSY where it is not said to be.
    if (status >= 0) this.#be32(CTA.STATUS, (status & SETTABLE_STATUS) | STATUS_FLAGS.CONFIRMED);
    if (this.mark >= 0) this.#be32(CTA.MARK, this.mark);
    this.#as(extras.master);
    if (this.timeout >= 0) this.#be32(CTA.TIMEOUT, this.timeout);
    if (protoinfo !== undefined) this.#as(protoinfo);
    else if (proto === IPPROTO.TCP) this.#tcp();
    this.#as(extras.helper);
    this.#as(extras.labels);
    this.#as(extras.seqadj);
    this.#as(extras.synproxy);
    if (snat !== undefined) this.#translation(CTA.NAT_SRC, snat, size);
    if (dnat !== undefined) this.#translation(CTA.NAT_DST, dnat, size);
    const length = this.#length - begin;
    words[begin] = length * 4;
    writer.advance(length);
  }

  #translation(type: number, { addresses, at, port }: CreatedTranslation, size: number): void {
    const nest = this.#open(type);
    const words = this.#words;
    let to = this.#length;
    words[to++] = (size + 4) | ((size === 4 ? CTA_NAT.V4_MINIP : CTA_NAT.V6_MINIP) << 16);
    for (let i = 0; i < size >> 2; i++) words[to++] = addresses[at + i];
    this.#length = to;
    if (port >= 0) {
      const ports = this.#open(CTA_NAT.PROTO);
      this.#be16(CTA_PROTONAT.PORT_MIN, port);
      this.#close(ports);
    }
    this.#close(nest);
  }

  /** Whether nothing is missing that a message requires, and all fits together. */
  get isComplete(): boolean {
    const { sizes } = this;
    const size = sizes[ORIG_SRC];
    return (
      size !== 0 &&
      this.proto >= 0 &&
      sizes[ORIG_DST] === size &&
      sizes[REPLY_SRC] === size &&
      sizes[REPLY_DST] === size &&
      (this.family === 0 || (this.family === AF_INET) === (size === 4)) &&
      this.#isWhole(ORIG) &&
      this.#isWhole(REPLY)
    );
  }

  /** What is missing. */
  #fault(): ParseError {
    const { sizes, proto } = this;
    if (sizes[ORIG_SRC] === 0 || sizes[ORIG_DST] === 0) return new ParseError('the original addresses are missing');
    if (sizes[REPLY_SRC] === 0 && sizes[REPLY_DST] === 0) return new ParseError('the reply direction is missing');
    if (sizes[REPLY_SRC] === 0 || sizes[REPLY_DST] === 0) return new ParseError('a reply address is missing');
    if (proto < 0) return new ParseError('the protocol is missing');
    if (this.#isWhole(ORIG) && this.#isWhole(REPLY)) return new ParseError('addresses of different families');
    const isIcmp = proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;
    return new ParseError(isIcmp ? 'incomplete ICMP type, code and id' : 'incomplete ports');
  }

  /** Whether the tuple has the keys of its protocol; keys of other protocols are dropped. */
  #isWhole(side: number): boolean {
    const { proto, sport, dport, icmpType, icmpCode, icmpId } = this;
    const keys = keysOf(proto);
    if (keys === 'ports' || keys === 'none') {
      if (icmpType[side] >= 0 || icmpCode[side] >= 0 || icmpId[side] >= 0) this.#dropIcmp(side);
      const has = sport[side] >= 0 ? dport[side] >= 0 : dport[side] < 0;
      // The trackers of TCP and UDP are in every kernel, that of DCCP is not.
      return has && (sport[side] >= 0 || (proto !== IPPROTO.TCP && proto !== IPPROTO.UDP));
    }
    sport[side] = -1;
    dport[side] = -1;
    if (this.isLoose && icmpType[side] < 0 && icmpCode[side] < 0 && icmpId[side] < 0) return true;
    return icmpType[side] >= 0 && icmpCode[side] >= 0 && icmpId[side] >= 0;
  }

  #dropIcmp(side: number): void {
    this.icmpType[side] = -1;
    this.icmpCode[side] = -1;
    this.icmpId[side] = -1;
  }

  #completeStatus(size: number): number {
    const { sport, dport, icmpId } = this;
    const isSourceTranslated =
      dport[REPLY] !== sport[ORIG] || icmpId[REPLY] !== icmpId[ORIG] || !this.#isSame(REPLY_DST, ORIG_SRC, size);
    const isDestinationTranslated = sport[REPLY] !== dport[ORIG] || !this.#isSame(REPLY_SRC, ORIG_DST, size);
    return completeStatus(this.status, this.event, isSourceTranslated, isDestinationTranslated);
  }

  #isSame(one: number, other: number, size: number): boolean {
    const { addresses } = this;
    for (let i = 0; i < size >> 2; i++) if (addresses[one + i] !== addresses[other + i]) return false;
    return true;
  }

  /** The usual one, of IPv4 and ports, in one piece. */
  #shortTuple(type: number, src: number, side: number): void {
    const { addresses } = this;
    const words = this.#words;
    const to = this.#length;
    words[to] = 52 | ((type | NLA_F_NESTED) << 16);
    words[to + 1] = 20 | ((CTA_TUPLE.IP | NLA_F_NESTED) << 16);
    words[to + 2] = 8 | (CTA_IP.V4_SRC << 16);
    words[to + 3] = addresses[src];
    words[to + 4] = 8 | (CTA_IP.V4_DST << 16);
    words[to + 5] = addresses[src + 4];
    words[to + 6] = 28 | ((CTA_TUPLE.PROTO | NLA_F_NESTED) << 16);
    words[to + 7] = 5 | (CTA_PROTO.NUM << 16);
    words[to + 8] = this.proto;
    words[to + 9] = 6 | (CTA_PROTO.SRC_PORT << 16);
    words[to + 10] = bigEndian16(this.sport[side]);
    words[to + 11] = 6 | (CTA_PROTO.DST_PORT << 16);
    words[to + 12] = bigEndian16(this.dport[side]);
    this.#length = to + 13;
  }

  #tuple(type: number, side: number, size: number): void {
    const { addresses } = this;
    const words = this.#words;
    const src = side === ORIG ? ORIG_SRC : REPLY_SRC;
    if (size === 4 && this.sport[side] >= 0 && this.zones[side] < 0) {
      this.#shortTuple(type, src, side);
      return;
    }
    const tuple = this.#open(type);
    const ip = this.#open(CTA_TUPLE.IP);
    let to = this.#length;
    words[to++] = (size + 4) | ((size === 4 ? CTA_IP.V4_SRC : CTA_IP.V6_SRC) << 16);
    for (let i = 0; i < size >> 2; i++) words[to++] = addresses[src + i];
    words[to++] = (size + 4) | ((size === 4 ? CTA_IP.V4_DST : CTA_IP.V6_DST) << 16);
    for (let i = 0; i < size >> 2; i++) words[to++] = addresses[src + 4 + i];
    this.#length = to;
    this.#close(ip);
    const keys = this.#open(CTA_TUPLE.PROTO);
    const { proto } = this;
    this.#u8(CTA_PROTO.NUM, proto);
    if (this.sport[side] >= 0) {
      this.#be16(CTA_PROTO.SRC_PORT, this.sport[side]);
      this.#be16(CTA_PROTO.DST_PORT, this.dport[side]);
    } else if (this.icmpId[side] >= 0) {
      const isV6 = proto === IPPROTO.ICMPV6;
      this.#be16(isV6 ? CTA_PROTO.ICMPV6_ID : CTA_PROTO.ICMP_ID, this.icmpId[side]);
      this.#u8(isV6 ? CTA_PROTO.ICMPV6_TYPE : CTA_PROTO.ICMP_TYPE, this.icmpType[side]);
      this.#u8(isV6 ? CTA_PROTO.ICMPV6_CODE : CTA_PROTO.ICMP_CODE, this.icmpCode[side]);
    }
    this.#close(keys);
    if (this.zones[side] >= 0) this.#be16(CTA_TUPLE.ZONE, this.zones[side]);
    this.#close(tuple);
  }

  #tcp(): void {
    const { tcp } = this.#extras;
    if (this.state < 0 && tcp === undefined) return;
    const outer = this.#open(CTA.PROTOINFO);
    const nest = this.#open(CTA_PROTOINFO.TCP);
    if (this.state >= 0) this.#u8(CTA_PROTOINFO_TCP.STATE, this.state);
    this.#as(tcp);
    this.#close(nest);
    this.#close(outer);
  }

  /** Of protocols that are rare. */
  #otherProtoinfo(): Uint32Array | undefined {
    const { proto, vtags, dccpRole, handshakeSeq } = this;
    const state = this.state < 0 ? undefined : this.state;
    if (proto === IPPROTO.SCTP && (state !== undefined || vtags[ORIG] >= 0 || vtags[REPLY] >= 0)) {
      const [origVtag, replyVtag] = [...vtags].map(tag => (tag < 0 ? undefined : tag));
      return wordsOf({ protoinfo: { protocol: 'sctp', state, origVtag, replyVtag } });
    }
    if (proto === IPPROTO.DCCP && (state !== undefined || dccpRole >= 0 || handshakeSeq >= 0)) {
      const role = dccpRole < 0 ? undefined : dccpRole;
      const seq = handshakeSeq < 0 ? undefined : handshakeSeq;
      return wordsOf({ protoinfo: { protocol: 'dccp', state, role, handshakeSeq: seq } });
    }
    return undefined;
  }

  #counters(type: number, side: number): void {
    const packets = this.packets[side];
    const bytes = this.bytes[side];
    if (packets === -1 || bytes === -1) return;
    const nest = this.#open(type);
    this.#be64(CTA_COUNTERS.PACKETS, packets === WIDE ? this.#wide[side] : packets);
    this.#be64(CTA_COUNTERS.BYTES, bytes === WIDE ? this.#wide[side + 2] : bytes);
    this.#close(nest);
  }

  #open(type: number): number {
    this.#words[this.#length] = (type | NLA_F_NESTED) << 16;
    return this.#length++;
  }

  #close(nest: number): void {
    this.#words[nest] |= (this.#length - nest) * 4;
  }

  #as(attributes: Uint32Array | undefined): void {
    if (attributes === undefined) return;
    const words = this.#words;
    let to = this.#length;
    for (let i = 0; i < attributes.length; i++) words[to++] = attributes[i];
    this.#length = to;
  }

  #u8(type: number, n: number): void {
    this.#words[this.#length++] = 5 | (type << 16);
    this.#words[this.#length++] = n;
  }

  #be16(type: number, n: number): void {
    this.#words[this.#length++] = 6 | (type << 16);
    this.#words[this.#length++] = bigEndian16(n);
  }

  #be32(type: number, n: number): void {
    this.#words[this.#length++] = 8 | (type << 16);
    this.#words[this.#length++] = bigEndian(n);
  }

  #be64(type: number, n: number | bigint): void {
    this.#words[this.#length++] = 12 | (type << 16);
    const high = typeof n === 'number' ? Math.floor(n / 0x100000000) : Number(n >> 32n);
    const low = typeof n === 'number' ? n % 0x100000000 : Number(n & 0xffffffffn);
    this.#words[this.#length++] = bigEndian(high);
    this.#words[this.#length++] = bigEndian(low);
  }
}

/** Words of the largest message without extras. */
const MOST_WORDS = 96;

const lengthOf = ({ secmark, secctx, helper, labels, seqadj, synproxy, master, others, tcp }: Extras): number =>
  (secmark?.length ?? 0) +
  (secctx?.length ?? 0) +
  (others?.length ?? 0) +
  (helper?.length ?? 0) +
  (labels?.length ?? 0) +
  (seqadj?.length ?? 0) +
  (synproxy?.length ?? 0) +
  (master?.length ?? 0) +
  (tcp?.length ?? 0);

const CREATE = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;

const bigEndian16 = (n: number): number => ((n & 0xff) << 8) | (n >>> 8);
const bigEndian = (n: number): number => ((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24);
