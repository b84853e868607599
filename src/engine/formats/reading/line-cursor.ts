import { ipv6In, wordEnd } from './byte-scan.js';

const SPACE = 0x20;
const ZERO = 0x30;
const DOT = 0x2e;
/** Digits that a number has without losing any. */
const SAFE_DIGITS = 15;

/**
 * A place in a line, which stands in a file's bytes. What is read moves it on, to the space behind or to the line's end, over each
 * byte once; what is not as usual leaves it where it is.
 */
export class LineCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;

  /** @param end where the line feed is, or another byte that is part of no value */
  set(bytes: Uint8Array, from: number, end: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  skipSpaces(): void {
    const { bytes, end } = this;
    let { at } = this;
    while (at < end && bytes[at] === SPACE) at++;
    this.at = at;
  }

  /** Where the word that begins here ends. */
  wordEnd(): number {
    return wordEnd(this.bytes, this.at, this.end, SPACE);
  }

  /** Whether these bytes stand here, and the delimiter, or the line's end, behind them. */
  isAt(word: Uint8Array, delimiter: number): boolean {
    const { bytes, at } = this;
    const { length } = word;
    const stop = at + length;
    if (stop > this.end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== word[i]) return false;
    return bytes[stop] === delimiter || stop === this.end;
  }

  /** A number in decimal digits; -1 */
  decimal(max: number): number {
    const { bytes, at: from } = this;
    let at = from;
    let n = 0;
    for (let digit = bytes[at] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at] - ZERO) n = n * 10 + digit;
    const length = at - from;
    if (length === 0 || length > SAFE_DIGITS || n > max || !this.#isStop(at)) return -1;
    this.at = at;
    return n;
  }

  /**
   * An address, as the words that it has on the wire.
   * @returns 4 or 16: how many bytes it has; -1
   */
  address(into: Uint32Array, to: number): number {
    const { bytes } = this;
    let { at } = this;
    let address = 0;
    for (let shift = 0; ; shift += 8) {
      let part = bytes[at] - ZERO;
      if (part < 0 || part > 9) return this.#longer(shift, into, to);
      let digit = bytes[++at] - ZERO;
      if (digit >= 0 && digit <= 9) {
        // No number of an address begins with a zero.
        if (part === 0) return this.#longer(shift, into, to);
        part = part * 10 + digit;
        digit = bytes[++at] - ZERO;
        if (digit >= 0 && digit <= 9) {
          part = part * 10 + digit;
          at++;
          if (part > 255) return this.#longer(shift, into, to);
        }
      }
      address |= part << shift;
      if (shift === 24) break;
      if (bytes[at] !== DOT) return this.#longer(shift, into, to);
      at++;
    }
    if (!this.#isStop(at)) return -1;
    into[to] = address;
    this.at = at;
    return 4;
  }

  /** An IPv6 address, if not even the first number is one of IPv4. */
  #longer(shift: number, into: Uint32Array, to: number): number {
    if (shift > 0) return -1;
    const stop = this.wordEnd();
    const size = ipv6In(this.bytes, this.at, stop, into, to);
    if (size > 0) this.at = stop;
    return size;
  }

  #isStop(at: number): boolean {
    return this.bytes[at] === SPACE || at === this.end;
  }
}
