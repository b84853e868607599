/**
 * Numbers in the bytes of a text, for those who read many lines and make no strings of them. Each takes the form that nearly all
 * values have, and says no to any other.
 */

const ZERO = 0x30;

/** A number in decimal digits; -1 where it is another, or larger than `max`. */
export function decimal(text: Uint8Array, from: number, end: number, max: number): number {
  const length = end - from;
  // A leading 0 may mean that the number is octal.
  if (length === 0 || length > 10 || (length > 1 && text[from] === ZERO)) return -1;
  let n = 0;
  for (let at = from; at < end; at++) {
    const digit = text[at] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
  }
  return n > max ? -1 : n;
}

/** A number in decimal or, after `0x`, in hexadecimal digits; -1 as `decimal`. */
export function decimalOrHex(text: Uint8Array, from: number, end: number, max: number): number {
  if (end - from < 3 || text[from] !== ZERO || (text[from + 1] | 0x20) !== 0x78) return decimal(text, from, end, max);
  if (end - from > 10) return -1;
  let n = 0;
  for (let at = from + 2; at < end; at++) {
    const digit = hexDigit(text[at]);
    if (digit < 0) return -1;
    n = n * 16 + digit;
  }
  return n > max ? -1 : n;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
