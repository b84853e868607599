/** Addresses in the bytes of a text. Each address has one notation that programs write; `lang/values/address.ts` knows the others. */

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COLON = 0x3a;

/** The end of the address that was read last. */
let stop = 0;

export const addressEnd = (): number => stop;

/**
 * Four decimal numbers without leading zeros, which elsewhere are octal.
 * @returns the address in network byte order, its first byte lowest; -1 for anything else. It may end before `end`: see `addressEnd`.
 */
export function readIPv4(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let address = 0;
  for (let shift = 0; ; shift += 8) {
    let part = at < end ? bytes[at] - ZERO : -1;
    if (part < 0 || part > 9) return -1;
    let digit = ++at < end ? bytes[at] - ZERO : -1;
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1;
      part = part * 10 + digit;
      digit = ++at < end ? bytes[at] - ZERO : -1;
      if (digit >= 0 && digit <= 9) {
        part = part * 10 + digit;
        at++;
        if (part > 255) return -1;
      }
    }
    if (shift === 24) {
      stop = at;
      return address + part * 0x1000000;
    }
    address |= part << shift;
    if (at >= end || bytes[at] !== DOT) return -1;
    at++;
  }
}

const groups = new Uint16Array(8);

/**
 * Groups of hexadecimal digits, one run of zeros perhaps left out.
 * @param out 16 bytes are written from `to` on
 * @returns whether the text between `from` and `end` is such an address
 */
export function readIPv6(bytes: Uint8Array, from: number, end: number, out: Uint8Array, to: number): boolean {
  let count = 0;
  let gap = -1;
  let at = from;
  if (end - from < 2 || end - from > 39) return false;
  if (bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON) return false;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return false;
    let group = 0;
    const begin = at;
    for (; at < end; at++) {
      const c = bytes[at];
      const letter = c | 0x20;
      if (c >= ZERO && c <= NINE) group = group * 16 + c - ZERO;
      else if (letter >= 0x61 && letter <= 0x66) group = group * 16 + letter - 0x57;
      else break;
    }
    if (at === begin || at - begin > 4) return false;
    groups[count++] = group;
    if (at === end) break;
    if (bytes[at] !== COLON || ++at === end) return false;
    if (bytes[at] !== COLON) continue;
    if (gap >= 0) return false;
    gap = count;
    at++;
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  const missing = 8 - count;
  for (let i = 0, place = to; i < 8; i++, place += 2) {
    const isLeftOut = gap >= 0 && i >= gap && i < gap + missing;
    const group = isLeftOut ? 0 : groups[gap >= 0 && i >= gap ? i - missing : i];
    out[place] = group >>> 8;
    out[place + 1] = group;
  }
  return true;
}
