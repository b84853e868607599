/** Bytes that have a meaning in JSON. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_ARRAY = 0x5d;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;
export const LINE_FEED = 0x0a;
export const SPACE = 0x20;

/** Where a string ends whose quotation mark is at `from`, after its closing one; at most `end`, if it is not closed there. */
export function stringEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, end);
}

/** Whether a place in a text that comes in pieces is inside of a string. */
export class StringState {
  isInside = false;
  #isEscaped = false;

  begin(): void {
    this.isInside = true;
  }

  /** Takes a character inside of the string. */
  take(c: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (c === BACKSLASH) this.#isEscaped = true;
    else if (c === QUOTE) this.isInside = false;
  }

  /** Forgets the string. */
  clear(): void {
    this.isInside = false;
    this.#isEscaped = false;
  }
}
