import { integer } from '../../../../lang/values/value.js';
import { attempt } from '../report/parse-error.js';
import { addressEnd, readIPv4, readIPv4At, readIPv6 } from '../text/byte-addresses.js';
import { parseCtime } from '../text/time.js';
import { CTIME, EPOCH_TIME, REST, TEXT, WIDE, WORD } from './values.js';

const CLOSE = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
const MAX_CTIME = 40;
const LONGEST_WORD = 1024;
/** Digits of numbers that fit into 53 bits. */
const SAFE_DIGITS = 15;
const NS = 1_000_000_000;

/** Values of one entry. */
export const MAX_VALUES = 48;

/** The values of an entry, by their order in the text: read by their notations. */
export class FoundValues {
  /** Numbers; of wide ones the part above a milliard, and the rest. */
  readonly numbers = new Float64Array(MAX_VALUES);
  readonly lows = new Float64Array(MAX_VALUES);
  /** Bytes of addresses, and the addresses as they are on the wire. */
  readonly sizes = new Uint8Array(MAX_VALUES);
  readonly words = new Uint32Array(4 * MAX_VALUES);
  readonly #wordBytes = new Uint8Array(this.words.buffer);
  /** Where addresses are in the text. */
  readonly #begins = new Int32Array(MAX_VALUES);
  readonly #lengths = new Int32Array(MAX_VALUES);

  /** A number that is long, or at the end of the bytes. @returns its end; -1 where there is none, or one that needs more than 53 bits */
  number(bytes: Uint8Array, index: number, from: number, end: number): number {
    let at = from;
    let n = 0;
    for (; at < end && isDigit(bytes[at]); at++) n = n * 10 + bytes[at] - ZERO;
    const length = at - from;
    if (length === 0 || length > SAFE_DIGITS || (bytes[from] === ZERO && length > 1)) return -1;
    this.numbers[index] = n;
    return at;
  }

  /**
   * @param view the bytes, where sixteen of them can be looked at from `from` on
   * @returns the end of the address; -1 where there is none
   */
  address(view: DataView | undefined, bytes: Uint8Array, index: number, from: number, end: number): number {
    let stop =
      view === undefined ? this.#shortAddress(bytes, index, from, end) : readIPv4At(view, from, this.words, 4 * index);
    if (stop >= 0) this.sizes[index] = 4;
    else {
      stop = from;
      while (stop < end && isOfIPv6(bytes[stop])) stop++;
      if (!readIPv6(bytes, from, stop, this.#wordBytes, 16 * index)) return -1;
      this.sizes[index] = 16;
    }
    this.#begins[index] = from;
    this.#lengths[index] = stop - from;
    return stop;
  }

  #shortAddress(bytes: Uint8Array, index: number, from: number, end: number): number {
    const address = readIPv4(bytes, from, end);
    if (address < 0) return -1;
    this.words[4 * index] = address;
    return addressEnd();
  }

  /** An address that is written as an earlier one of the entry. @returns its end; -1 for another one */
  repeated(view: DataView, bytes: Uint8Array, index: number, earlier: number, from: number, end: number): number {
    const length = this.#lengths[earlier];
    const stop = from + length;
    if (stop >= end) return -1;
    let other = this.#begins[earlier];
    let at = from;
    for (; at + 4 <= stop; at += 4, other += 4) if (view.getInt32(at, true) !== view.getInt32(other, true)) return -1;
    for (; at < stop; at++, other++) if (bytes[at] !== bytes[other]) return -1;
    const next = bytes[stop];
    if (next === DOT || isOfIPv6(next)) return -1;
    const { words } = this;
    words[4 * index] = words[4 * earlier];
    const size = this.sizes[earlier];
    this.sizes[index] = size;
    if (size === 16) for (let i = 1; i < 4; i++) words[4 * index + i] = words[4 * earlier + i];
    return stop;
  }

  /** Values that are rare. @returns where they end; -1 for another notation */
  other(bytes: Uint8Array, kind: number, index: number, from: number, end: number): number {
    let at = from;
    switch (kind) {
      case WORD:
        while (at < end && bytes[at] > SPACE) at++;
        return at - from > LONGEST_WORD ? -1 : at;
      case REST:
        while (at < end && bytes[at] !== LINE_FEED) at++;
        return at - from > LONGEST_WORD ? -1 : at;
      case TEXT:
        while (at < end && bytes[at] !== QUOTE && bytes[at] >= SPACE && bytes[at] !== BACKSLASH) at++;
        return at - from > LONGEST_WORD ? -1 : at;
      case WIDE: {
        while (at < end && isDigit(bytes[at])) at++;
        const split = Math.max(from, at - 9);
        if (at === from || at - from > 19 || (at - from > 1 && bytes[from] === ZERO)) return -1;
        this.numbers[index] = digits(bytes, from, split);
        this.lows[index] = digits(bytes, split, at);
        return at;
      }
      case CTIME:
        return this.#ctime(bytes, index, from, end);
      case EPOCH_TIME:
        while (at < end && isDigit(bytes[at])) at++;
        if (at === from || at - from > 10 || bytes[at] !== DOT) return -1;
        this.numbers[index] = digits(bytes, from, at);
        return this.#fraction(bytes, index, at + 1, end);
      default:
        return this.#isoTime(bytes, index, from, end);
    }
  }

  #isoTime(bytes: Uint8Array, index: number, from: number, end: number): number {
    if (from + ISO.length >= end) return -1;
    for (let i = 0; i < ISO.length; i++) {
      const c = bytes[from + i];
      if (ISO.charCodeAt(i) === ZERO ? !isDigit(c) : c !== ISO.charCodeAt(i)) return -1;
    }
    const number = (place: number, length: number): number => digits(bytes, from + place, from + place + length);
    const year = number(0, 4);
    const month = number(5, 2);
    const day = number(8, 2);
    const hour = number(11, 2);
    const minute = number(14, 2);
    const second = number(17, 2);
    // Of other days the format's reader knows whether they exist.
    // 64 bits of nanoseconds end in 2554.
    if (year < 1970 || year > 2500 || month < 1 || month > 12 || day < 1 || day > 28) return -1;
    if (hour > 23 || minute > 59 || second > 59) return -1;
    this.numbers[index] = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
    const at = this.#fraction(bytes, index, from + ISO.length, end);
    return at >= 0 && at < end && bytes[at] === 0x5a ? at + 1 : -1;
  }

  #ctime(bytes: Uint8Array, index: number, from: number, end: number): number {
    let at = from;
    while (at < end && bytes[at] !== CLOSE && at - from < MAX_CTIME) at++;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, at - from).toString('latin1');
    const time = attempt(() => parseCtime(text));
    if (time === undefined) return -1;
    this.numbers[index] = Number(BigInt(time) / BigInt(NS));
    this.lows[index] = 0;
    return at;
  }

  /** One to nine digits after the dot of a second. */
  #fraction(bytes: Uint8Array, index: number, from: number, end: number): number {
    let at = from;
    while (at < end && isDigit(bytes[at])) at++;
    const length = at - from;
    if (length === 0 || length > 9) return -1;
    this.lows[index] = digits(bytes, from, at) * 10 ** (9 - length);
    return at;
  }
}

/** A number of two parts, as `FoundValues` has them. */
export const wide = (high: number, low: number): number | bigint => {
  const n = high * NS + low;
  return Number.isSafeInteger(n) ? n : integer(BigInt(high) * BigInt(NS) + BigInt(low));
};

const ISO = '0000-00-00T00:00:00.';

const isDigit = (c: number): boolean => c >= ZERO && c <= 0x39;

const isOfIPv6 = (c: number): boolean => isDigit(c) || c === COLON || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);

function digits(bytes: Uint8Array, from: number, end: number): number {
  let n = 0;
  for (let at = from; at < end; at++) n = n * 10 + bytes[at] - ZERO;
  return n;
}
