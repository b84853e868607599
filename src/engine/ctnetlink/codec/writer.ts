import type { Address, Integer } from '../../../lang/values/value.js';
import { NFGEN_END, NLA_F_NESTED } from '../../netlink/constants.js';
import { align4, host32 } from '../../netlink/messages/framing.js';
import { EncodeError } from './encode-error.js';

/** Bytes of struct nlattr {u16 length, u16 type}. */
const HEADER = 4;
const LONGEST_ATTRIBUTE = 0xffff;
const encoder = new TextEncoder();

export interface MessageHeader {
  /** Subsystem and operation: IPCTNL_MSG_*. */
  readonly type: number;
  /** NLM_F_*. */
  readonly flags?: number;
  /** AF_INET, AF_INET6 or AF_UNSPEC. */
  readonly family?: number;
  /** nfgenmsg.version; 1 in a flush that honours the family. */
  readonly version?: number;
  /** nfgenmsg.res_id: the number of the CPU in statistics. */
  readonly resId?: number;
  readonly seq?: number;
  readonly portid?: number;
}

/**
 * Writes messages back to back into a growing buffer: headers in host order (little-endian), numbers big-endian, everything aligned
 * to four bytes. A number out of the range of its attribute throws an EncodeError.
 */
export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  /** The same memory as words in host order. */
  #words: Uint32Array<ArrayBuffer>;
  #length = 0;
  /** Offset of the open message; -1 between messages. */
  #message = -1;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(align4(capacity));
    this.#words = new Uint32Array(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Discards what was written and keeps the buffer. */
  reset(): void {
    this.#length = 0;
    this.#message = -1;
  }

  /** Discards the last message. @returns false if there is none */
  dropLast(): boolean {
    let last = 0;
    for (let at = 0; at < this.#length; at += align4(host32(this.#bytes, at))) last = at;
    const hasOne = this.#length > 0;
    this.#length = last;
    return hasOne;
  }

  /** What was written, without a copy; valid until the next write. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  begin(header: MessageHeader): void {
    if (this.#message >= 0) throw new EncodeError('the previous message is not finished');
    const at = this.#reserve(NFGEN_END);
    this.#message = at;
    this.#host16(at + 4, unsigned(header.type, 0xffff));
    this.#host16(at + 6, unsigned(header.flags ?? 0, 0xffff));
    this.#host32(at + 8, unsigned(header.seq ?? 0, 0xffffffff));
    this.#host32(at + 12, unsigned(header.portid ?? 0, 0xffffffff));
    const resId = unsigned(header.resId ?? 0, 0xffff);
    this.#bytes[at + 16] = unsigned(header.family ?? 0, 0xff);
    this.#bytes[at + 17] = unsigned(header.version ?? 0, 0xff);
    this.#bytes[at + 18] = resId >> 8;
    this.#bytes[at + 19] = resId & 0xff;
  }

  /** Finishes the message by writing its length. */
  end(): void {
    if (this.#message < 0) throw new EncodeError('there is no open message');
    this.#host32(this.#message, this.#length - this.#message);
    this.#message = -1;
  }

  /** Discards the open message. */
  abandon(): void {
    if (this.#message < 0) return;
    this.#length = this.#message;
    this.#message = -1;
  }

  /**
   * Reserves space for a message that the caller writes as words, starting at `length / 4`; `advance` then takes its length.
   * @returns the whole buffer as words
   */
  room(words: number): Uint32Array {
    if (this.#message >= 0) throw new EncodeError('the previous message is not finished');
    const end = this.#length + words * 4;
    if (end > this.#bytes.length) this.#grow(end);
    return this.#words;
  }

  advance(words: number): void {
    this.#length += words * 4;
  }

  /** Messages that are written already. */
  append(messages: Uint8Array): void {
    if (this.#message >= 0) throw new EncodeError('the previous message is not finished');
    const end = this.#length + messages.length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(messages, this.#length);
    this.#length = end;
  }

  /** Opens a nest. @returns the argument for `close` */
  open(type: number): number {
    const at = this.#reserve(HEADER);
    this.#host16(at + 2, type | NLA_F_NESTED);
    return at;
  }

  close(nest: number): void {
    const length = this.#length - nest;
    if (length > LONGEST_ATTRIBUTE) throw new EncodeError(`attribute too long: ${length} bytes`);
    this.#host16(nest, length);
  }

  u8(type: number, value: number): void {
    unsigned(value, 0xff);
    const at = this.#attribute(type, 1);
    this.#bytes[at] = value;
  }

  be16(type: number, value: number): void {
    unsigned(value, 0xffff);
    const at = this.#attribute(type, 2);
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value & 0xff;
  }

  be32(type: number, value: number): void {
    unsigned(value, 0xffffffff);
    this.#be32(this.#attribute(type, 4), value);
  }

  be64(type: number, value: Integer): void {
    if (value < 0 || value > 0xffff_ffff_ffff_ffffn) throw outOfRange(value);
    const at = this.#attribute(type, 8);
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw outOfRange(value);
    const high = typeof value === 'number' ? Math.floor(value / 0x100000000) : Number(value >> 32n);
    const low = typeof value === 'number' ? value % 0x100000000 : Number(value & 0xffffffffn);
    this.#be32(at, high);
    this.#be32(at + 4, low);
  }

  /** A number in host order, as the flags of CTA_FILTER are. */
  hostU32(type: number, value: number): void {
    unsigned(value, 0xffffffff);
    this.#host32(this.#attribute(type, 4), value);
  }

  /** 4 bytes for an IPv4 address, 16 for IPv6. */
  address(type: number, address: Address): void {
    if (typeof address === 'number') {
      this.be32(type, address);
      return;
    }
    if (address.length !== 8) throw new EncodeError('expected an IPv6 address of eight groups');
    const at = this.#attribute(type, 16);
    for (let i = 0; i < 8; i++) {
      const group = address.charCodeAt(i);
      this.#bytes[at + 2 * i] = group >> 8;
      this.#bytes[at + 2 * i + 1] = group & 0xff;
    }
  }

  /** Labels in the representation of `lang/values/value.ts`; the kernel has them in host order. */
  labels(type: number, labels: string): void {
    if (labels.length !== 8) throw new EncodeError('expected labels of eight groups of 16 bits');
    const at = this.#attribute(type, 16);
    for (let i = 0; i < 8; i++) this.#host16(at + 2 * i, labels.charCodeAt(i));
  }

  /** A text in UTF-8, terminated by NUL. */
  text(type: number, text: string): void {
    if (text.includes('\0')) throw new EncodeError('text contains NUL');
    const bytes = encoder.encode(text);
    const at = this.#attribute(type, bytes.length + 1);
    this.#bytes.set(bytes, at);
  }

  blob(type: number, bytes: Uint8Array): void {
    const at = this.#attribute(type, bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** May replace the buffer. @returns offset of the payload, which is zeroed including the padding */
  #attribute(type: number, length: number): number {
    if (HEADER + length > LONGEST_ATTRIBUTE) throw new EncodeError(`attribute too long: ${HEADER + length} bytes`);
    const at = this.#reserve(HEADER + align4(length));
    this.#host16(at, HEADER + length);
    this.#host16(at + 2, type);
    return at + HEADER;
  }

  #reserve(size: number): number {
    const at = this.#length;
    const end = at + size;
    if (end > this.#bytes.length) this.#grow(end);
    // For a few bytes a loop is faster than `fill`.
    if (size > 32) this.#bytes.fill(0, at, end);
    else for (let i = at; i < end; i++) this.#bytes[i] = 0;
    this.#length = end;
    return at;
  }

  #grow(end: number): void {
    const larger = new Uint8Array(align4(Math.max(end, 2 * this.#bytes.length)));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#words = new Uint32Array(larger.buffer);
  }

  #host16(at: number, value: number): void {
    this.#bytes[at] = value & 0xff;
    this.#bytes[at + 1] = value >> 8;
  }

  #host32(at: number, value: number): void {
    this.#host16(at, value & 0xffff);
    this.#host16(at + 2, value >>> 16);
  }

  #be32(at: number, value: number): void {
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = (value >>> 16) & 0xff;
    this.#bytes[at + 2] = (value >>> 8) & 0xff;
    this.#bytes[at + 3] = value & 0xff;
  }
}

function unsigned(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw outOfRange(value, max);
  return value;
}

const outOfRange = (value: Integer, max?: number): EncodeError =>
  new EncodeError(`${value} is out of range: expected 0 to ${max ?? '2^64-1'}`);
