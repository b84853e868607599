/**
 * Numbers and addresses in the bytes of a text, for those who read many lines and make no strings of them. Each takes the form
 * that nearly all values have, and says no to any other, which is then looked at by those who know all forms.
 */

const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;

/** A number in decimal digits; -1 where it is another, or larger than `max`. */
export function decimal(text: Uint8Array, from: number, end: number, max: number): number {
  const length = end - from;
  // A 0 in front may mean that the number is octal.
  if (length === 0 || length > 10 || (length > 1 && text[from] === ZERO)) return -1;
  let n = 0;
  for (let at = from; at < end; at++) {
    const digit = text[at] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
  }
  return n > max ? -1 : n;
}

/** A number in decimal or, behind `0x`, in hexadecimal digits; -1 as `decimal`. */
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

/** An IPv4 address of four decimal numbers; -1 for any other form. */
export function ipv4(text: Uint8Array, from: number, end: number): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let at = from; at < end; at++) {
    const code = text[at];
    if (code === DOT) {
      if (part < 0) return -1;
      address = address * 256 + part;
      part = -1;
      dots++;
    } else if (code >= ZERO && code <= 0x39 && part !== 0) {
      part = (part < 0 ? 0 : part * 10) + code - ZERO;
      if (part > 255) return -1;
    } else return -1;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : -1;
}

/** An IPv6 address of hexadecimal groups, written as 16 bytes at `to`; false, with anything written, for any other form. */
export function ipv6(text: Uint8Array, from: number, end: number, out: Uint8Array, to: number): boolean {
  let filled = 0;
  /** Where the zeros of `::` belong. */
  let gap = -1;
  let at = from;
  if (end - from >= 2 && text[from] === COLON && text[from + 1] === COLON) {
    gap = 0;
    at += 2;
  }
  while (at < end) {
    let group = 0;
    const begin = at;
    for (; at < end && text[at] !== COLON; at++) {
      const digit = hexDigit(text[at]);
      if (digit < 0 || at - begin === 4) return false;
      group = group * 16 + digit;
    }
    if (at === begin || filled === 16) return false;
    out[to + filled] = group >>> 8;
    out[to + filled + 1] = group;
    filled += 2;
    if (at === end) break;
    at++;
    if (at === end) return false;
    if (text[at] !== COLON) continue;
    if (gap >= 0) return false;
    gap = filled;
    at++;
  }
  if (gap < 0) return filled === 16;
  if (filled === 16) return false;
  out.copyWithin(to + 16 - (filled - gap), to + gap, to + filled);
  out.fill(0, to + gap, to + 16 - (filled - gap));
  return true;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
