/** Values in the bytes of a line. -1 stands for all that is written in an unusual way, or wrong: the readers of text know. */

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COLON = 0x3a;
/** Digits that a number has without losing any. */
const SAFE_DIGITS = 15;

/** A number in decimal digits. */
export function decimalIn(bytes: Uint8Array, from: number, end: number, max: number): number {
  const length = end - from;
  if (length <= 0 || length > SAFE_DIGITS) return -1;
  let n = 0;
  for (let at = from; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
  }
  return n > max ? -1 : n;
}

/** Where the word that begins here ends: at a space, or with the line. */
export function wordEnd(bytes: Uint8Array, from: number, end: number, space: number): number {
  let at = from;
  while (at < end && bytes[at] !== space) at++;
  return at;
}

/**
 * An address, as the words that it has on the wire.
 * @returns 4 or 16: how many bytes it has; -1
 */
export function addressIn(bytes: Uint8Array, from: number, end: number, into: Uint32Array, to: number): number {
  // The second group of an IPv6 address begins, or the first part of an IPv4 address ends, within five.
  for (let at = from; at < end && at < from + 5; at++) {
    if (bytes[at] === DOT) return ipv4In(bytes, from, end, into, to);
    if (bytes[at] === COLON) return ipv6In(bytes, from, end, into, to);
  }
  return -1;
}

/** Four numbers without leading zeros. */
function ipv4In(bytes: Uint8Array, from: number, end: number, into: Uint32Array, to: number): number {
  let address = 0;
  let part = 0;
  let digits = 0;
  let shift = 0;
  for (let at = from; at < end; at++) {
    const c = bytes[at];
    if (c === DOT) {
      if (digits === 0 || shift === 24) return -1;
      address |= part << shift;
      shift += 8;
      part = 0;
      digits = 0;
      continue;
    }
    if (c < ZERO || c > NINE || (digits > 0 && part === 0)) return -1;
    part = part * 10 + c - ZERO;
    digits++;
    if (part > 255) return -1;
  }
  if (shift !== 24 || digits === 0) return -1;
  into[to] = address | (part << 24);
  return 4;
}

const groups = new Uint16Array(8);

/** Groups of hex digits, one run of zeros perhaps left out. */
function ipv6In(bytes: Uint8Array, from: number, end: number, into: Uint32Array, to: number): number {
  let count = 0;
  let gap = -1;
  let at = from;
  if (end - from < 2 || end - from > 39) return -1;
  if (bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON) return -1;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return -1;
    let group = 0;
    const begin = at;
    for (; at < end; at++) {
      const c = bytes[at];
      const letter = c | 0x20;
      if (c >= ZERO && c <= NINE) group = group * 16 + c - ZERO;
      else if (letter >= 0x61 && letter <= 0x66) group = group * 16 + letter - 0x57;
      else break;
    }
    if (at === begin || at - begin > 4) return -1;
    groups[count++] = group;
    if (at === end) break;
    if (bytes[at] !== COLON || ++at === end) return -1;
    if (bytes[at] !== COLON) continue;
    if (gap >= 0) return -1;
    gap = count;
    at++;
  }
  if (gap < 0 ? count !== 8 : count > 7) return -1;
  const missing = 8 - count;
  for (let i = 0; i < 4; i++) into[to + i] = wordAt(2 * i, gap, missing) | (wordAt(2 * i + 1, gap, missing) << 16);
  return 16;
}

/** A group of the whole address, its bytes as on the wire. */
function wordAt(index: number, gap: number, missing: number): number {
  const isLeftOut = gap >= 0 && index >= gap && index < gap + missing;
  const group = isLeftOut ? 0 : groups[gap >= 0 && index >= gap ? index - missing : index];
  return ((group & 0xff) << 8) | (group >>> 8);
}
