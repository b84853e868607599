import type { Integer } from '../../../../lang/values/value.js';
import { addressEnd, readIPv4, readIPv6 } from './byte-addresses.js';
import { address, anyBase, uint64, utf8 } from './text-values.js';

const SPACE = 0x20;
const ZERO = 0x30;
/** Decimal digits that a double holds exactly. */
const SAFE_DIGITS = 15;

/**
 * A position in a line of a file's bytes. Reading moves it over each byte once, to the separator that follows
 * or to the line's end. Separators are spaces and all control characters: tabs, the carriage return of Windows.
 */
export class ByteCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;

  set(bytes: Uint8Array, from: number, end: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  skipSpaces(): void {
    const { bytes, end } = this;
    let { at } = this;
    while (at < end && bytes[at] <= SPACE) at++;
    this.at = at;
  }

  /** The end of the word that begins here. */
  wordEnd(): number {
    const { bytes, end } = this;
    let { at } = this;
    while (at < end && bytes[at] > SPACE) at++;
    return at;
  }

  /** The position of the first such byte, or the end. */
  find(byte: number, from: number, end = this.end): number {
    const { bytes } = this;
    let at = from;
    while (at < end && bytes[at] !== byte) at++;
    return at;
  }

  /** A character a byte. */
  text(from: number, end: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, end - from).toString('latin1');
  }

  /** The word that begins here. */
  word(): string {
    const { at } = this;
    this.at = this.wordEnd();
    return this.text(at, this.at);
  }

  skipWord(): void {
    this.at = this.wordEnd();
  }

  /** Whether these bytes are next, followed by the delimiter, a separator or the line's end. */
  isAt(word: Uint8Array, delimiter: number): boolean {
    const { bytes, at } = this;
    const { length } = word;
    const stop = at + length;
    if (stop > this.end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== word[i]) return false;
    return stop === this.end || bytes[stop] === delimiter || bytes[stop] <= SPACE;
  }

  /** The same, but only the delimiter may follow. */
  isBefore(word: Uint8Array, delimiter: number): boolean {
    const { bytes, at } = this;
    const { length } = word;
    const stop = at + length;
    if (stop >= this.end || bytes[stop] !== delimiter) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== word[i]) return false;
    return true;
  }

  isDigit(): boolean {
    const digit = this.at < this.end ? this.bytes[this.at] - ZERO : -1;
    return digit >= 0 && digit <= 9;
  }

  /** A number, in decimal digits as a rule. @throws ParseError */
  uint(max: number): number {
    const { bytes, at: from, end } = this;
    let at = from;
    let n = 0;
    while (at < end) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      n = n * 10 + digit;
      at++;
    }
    const length = at - from;
    if (length === 0 || length > SAFE_DIGITS || n > max || !this.#isStop(at)) return anyBase(this.word(), max);
    this.at = at;
    return n;
  }

  /** A number up to 2^64-1. @throws ParseError */
  uint64(): Integer {
    const begin = this.at;
    const stop = this.wordEnd();
    if (stop - begin <= SAFE_DIGITS) return this.uint(Number.MAX_SAFE_INTEGER);
    return uint64(this.word());
  }

  /**
   * An address, as the words that it has on the wire.
   * @param into the same memory as `words`
   * @returns 4 or 16: how many bytes it has
   * @throws ParseError
   */
  address(words: Uint32Array, into: Uint8Array, to: number): number {
    const { bytes, at: from, end } = this;
    const short = readIPv4(bytes, from, end);
    if (short >= 0 && this.#isStop(addressEnd())) {
      words[to] = short;
      this.at = addressEnd();
      return 4;
    }
    const stop = this.wordEnd();
    if (!readIPv6(bytes, from, stop, into, to * 4)) return this.#unusual(into, to * 4);
    this.at = stop;
    return 16;
  }

  /** Any other notation, or an invalid address. */
  #unusual(into: Uint8Array, to: number): number {
    const found = address(utf8(this.word()));
    if (typeof found === 'number') {
      for (let i = 0; i < 4; i++) into[to + i] = found >>> (24 - 8 * i);
      return 4;
    }
    for (let i = 0; i < 8; i++) {
      into[to + 2 * i] = found.charCodeAt(i) >> 8;
      into[to + 2 * i + 1] = found.charCodeAt(i);
    }
    return 16;
  }

  #isStop(at: number): boolean {
    return at === this.end || this.bytes[at] <= SPACE;
  }
}
