/**
 * The values of a flow of a file, as numbers at fixed places: for files of a million lines, where allocating an object per entry would
 * take longer than reading. One is reused for all entries.
 */
import { AF_INET, IPPROTO, keysOf } from '../../../ctnetlink/constants.js';
import { ParseError } from '../report/parse-error.js';
import type { EventName } from '../text/event.js';
import { completeStatus } from '../text/status.js';
import { SLOT } from './slots.js';

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

/** Numbers are -1 where they are not given. */
export class FlowValues {
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

  /** To be added to. */
  get extras(): Extras {
    this.#hasExtras = true;
    return this.#extras;
  }

  /** Those that were added. */
  get givenExtras(): Readonly<Extras> {
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

  /** Sets all values of another flow to those of this one. */
  protected copyTo(copy: FlowValues): void {
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
  }

  #counter(index: number, n: number | bigint): number {
    if (typeof n === 'number') return n;
    this.#wide[index] = n;
    return WIDE;
  }

  packetsOf(side: number): number | bigint {
    return this.packets[side] === WIDE ? this.#wide[side] : this.packets[side];
  }

  bytesOf(side: number): number | bigint {
    return this.bytes[side] === WIDE ? this.#wide[side + 2] : this.bytes[side];
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
  fault(): ParseError {
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

  /** The status with what follows from the tuples. @param size bytes of the addresses */
  completeStatus(size: number): number {
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
}
