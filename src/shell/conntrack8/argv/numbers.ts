import { refuse } from './mistake.js';

/**
 * A whole number as strtoul(3) with base 0 reads it: decimal, `0x…`, `0…` for octal, with a sign. conntrack(8) reads an invalid number
 * as 0, and the lowest bits of one that is too large; both are refused here.
 */
function numberOf(text: string): number | undefined {
  const match = /^([+-]?)(?:0x([0-9a-f]{1,16})|0([0-7]{0,16})|([1-9][0-9]{0,15}))$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, hex, octal, decimal] = match;
  const size =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : decimal !== undefined
        ? Number(decimal)
        : Number.parseInt(octal === '' ? '0' : octal, 8);
  return sign === '-' ? -size : size;
}

/** @throws Refusal for what is not a number from 0 to max */
export function wholeNumber(text: string, what: string, max: number): number {
  const n = numberOf(text);
  if (n === undefined) refuse(`invalid ${what} \`${text}'`);
  if (n < 0 || n > max) refuse(`invalid ${what} \`${text}'`, 2, `a ${what} is 0 to ${max}`);
  return n;
}

/** A number of digits alone: ports, seconds. conntrack(8) reads these by atoi(3), for which `0x10` is 0 and `010` is ten. */
export function decimalNumber(text: string, what: string, max: number): number {
  if (!/^[0-9]{1,15}$/.test(text)) refuse(`invalid ${what} \`${text}'`);
  const n = Number(text);
  if (n > max) refuse(`invalid ${what} \`${text}'`, 2, `a ${what} is 0 to ${max}`);
  return n;
}

export interface Mark {
  readonly value: number;
  /** All ones where none is written. */
  readonly mask: number;
}

const ALL = 0xffffffff;

/** `VALUE` or `VALUE/MASK`; -1 is all ones. @throws Refusal */
export function markOf(text: string): Mark {
  const slash = text.indexOf('/');
  const value = bits(slash < 0 ? text : text.slice(0, slash));
  return { value, mask: slash < 0 ? ALL : bits(text.slice(slash + 1)) };
}

function bits(text: string): number {
  const n = numberOf(text);
  if (n === undefined) refuse(`invalid mark \`${text}'`);
  if (n < -ALL || n > ALL) refuse(`invalid mark \`${text}'`, 2, 'a mark has 32 bits');
  return n >>> 0;
}
