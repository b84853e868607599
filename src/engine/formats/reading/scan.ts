/** Numbers, addresses and texts of snapshots, each with what it may be. All throw Unreadable. */

import { PROTOCOL_NUMBERS } from '../../../lang/schema/constants.js';
import { parseAddress } from '../../../lang/values/address.js';
import { type Address, type Integer, integer } from '../../../lang/values/value.js';
import { Unreadable } from './parse-error.js';

export const UINT8 = 0xff;
export const UINT16 = 0xffff;
export const UINT32 = 0xffff_ffff;
const UINT64 = 0xffff_ffff_ffff_ffffn;

/** Digits that a number has without losing any. */
const SAFE_DIGITS = 15;
const ZERO = 0x30;

/** A number in decimal digits. */
export function uint(text: string, max: number): number {
  const { length } = text;
  if (length === 0 || length > SAFE_DIGITS) throw notUint(text, max);
  let n = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) throw notUint(text, max);
    n = n * 10 + digit;
  }
  if (n > max) throw notUint(text, max);
  return n;
}

const notUint = (text: string, max: number | bigint): Unreadable =>
  new Unreadable(`'${text}' is no number from 0 to ${max}`);

/** A number up to 2^64-1. */
export function uint64(text: string): Integer {
  if (text.length <= SAFE_DIGITS) return uint(text, Number.MAX_SAFE_INTEGER);
  const n = /^[0-9]{1,24}$/.test(text) ? BigInt(text) : UINT64 + 1n;
  if (n > UINT64) throw notUint(text, UINT64);
  return integer(n);
}

/** A number, decimal or `0x…`. */
export function anyBase(text: string, max: number): number {
  if (!/^0x[0-9a-f]{1,8}$/i.test(text)) return uint(text, max);
  const n = Number.parseInt(text.slice(2), 16);
  if (n > max) throw notUint(text, max);
  return n;
}

/** An address as conntrack(8) and the kernel write it. */
export function address(text: string): Address {
  const found = ipv4(text) ?? ipv6(text) ?? parseAddress(text);
  if (found === undefined) throw new Unreadable(`'${text}' is no address`);
  return found;
}

/** Four numbers without leading zeros, which elsewhere are octal. */
function ipv4(text: string): number | undefined {
  let all = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  if (text.length > 15) return undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x2e) {
      if (digits === 0 || ++dots > 3) return undefined;
      all = all * 256 + part;
      part = 0;
      digits = 0;
      continue;
    }
    if (c < ZERO || c > 0x39 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + c - ZERO;
    digits++;
    if (part > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? all * 256 + part : undefined;
}

const groups = new Uint16Array(8);

/** Groups of hex digits, one run of zeros perhaps left out; undefined for all other notations, even if they are good. */
function ipv6(text: string): string | undefined {
  let count = 0;
  let gap = -1;
  let i = 0;
  const { length } = text;
  if (length < 2 || length > 39) return undefined;
  if (text.charCodeAt(0) === 0x3a) {
    if (text.charCodeAt(1) !== 0x3a) return undefined;
    gap = 0;
    i = 2;
  }
  while (i < length) {
    if (count === 8) return undefined;
    let group = 0;
    const begin = i;
    for (; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c >= ZERO && c <= 0x39) group = group * 16 + c - ZERO;
      else if ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66) group = group * 16 + (c | 0x20) - 0x57;
      else break;
    }
    if (i === begin || i - begin > 4) return undefined;
    groups[count++] = group;
    if (i === length) break;
    if (text.charCodeAt(i) !== 0x3a || ++i === length) return undefined;
    if (text.charCodeAt(i) !== 0x3a) continue;
    if (gap >= 0) return undefined;
    gap = count;
    i++;
  }
  if (gap < 0 ? count !== 8 : count > 7) return undefined;
  let address = '';
  const missing = 8 - count;
  for (let at = 0; at < count; at++) {
    if (at === gap) address += '\0'.repeat(missing);
    address += String.fromCharCode(groups[at]);
  }
  return gap === count ? address + '\0'.repeat(missing) : address;
}

/** A protocol by name or number. */
export function protocol(text: string): number {
  const known = (PROTOCOL_NUMBERS as Readonly<Record<string, number>>)[text];
  return typeof known === 'number' ? known : uint(text, UINT8);
}

/** The number of a name in one of the kernel's lists. */
export function indexOf(names: readonly string[], name: string, what: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw new Unreadable(`there is no ${what} '${name}'`);
  return index;
}

/** Input is read byte for byte; texts in it are UTF-8. */
export const utf8 = (bytes: string): string =>
  /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
