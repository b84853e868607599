/** Numbers, addresses and texts of snapshots, each with what it may be. All throw ParseError. */

import { PROTOCOL_NUMBERS } from '../../../../lang/schema/constants.js';
import { parseAddress } from '../../../../lang/values/address.js';
import { type Address, type Integer, integer } from '../../../../lang/values/value.js';
import { familyNumber } from '../../words.js';
import { ParseError } from '../report/parse-error.js';

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

const notUint = (text: string, max: number | bigint): ParseError =>
  new ParseError(`invalid number '${text.slice(0, 40)}', expected 0 to ${max}`);

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

/** An address in any notation. */
export function address(text: string): Address {
  const found = parseAddress(text);
  if (found === undefined) throw new ParseError(`invalid address '${text.slice(0, 60)}'`);
  return found;
}

/** A protocol by name or number. */
export function protocol(text: string): number {
  const known = (PROTOCOL_NUMBERS as Readonly<Record<string, number>>)[text];
  return typeof known === 'number' ? known : uint(text, UINT8);
}

/** The number of an address family. */
export function familyOf(word: string): number {
  const family = familyNumber(word);
  if (family === undefined) throw new ParseError(`unknown family '${word.slice(0, 40)}', expected ipv4 or ipv6`);
  return family;
}

/** The number of a name in one of the kernel's lists. */
export function indexOf(names: readonly string[], name: string, what: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw new ParseError(`unknown ${what} '${name.slice(0, 40)}'`);
  return index;
}

/** Input is read byte for byte; texts in it are UTF-8. */
export const utf8 = (bytes: string): string =>
  /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
