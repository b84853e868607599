/**
 * What a text is as a value. One rule for casts, for the cells of files beside a value of a type, and for the order of cells.
 */
import { Diagnostics } from '../diagnostics/diagnostic.js';
import { readNumber } from '../syntax/literals/number.js';
import { isMapped, mask, networkValue, parseAddress, unmapped, width } from '../values/address.js';
import { parseTime } from '../values/iso-time.js';
import { type Address, finite, type Integer, integer, rounded, subtract } from '../values/value.js';

const NS = 1e9;
const INTEGER = /^[-+]?\d{1,40}$/;
/** An integer of as many characters is exact as a number. */
const SHORT = 15;
const HEXADECIMAL = /^0x[\da-f]{1,16}$/i;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i;

/** A number without a unit: `42`, `0x1f`, `1.5`, `1e3`. Whole numbers are exact. */
function plainNumber(text: string): Integer | undefined {
  const trimmed = text.trim();
  if (INTEGER.test(trimmed))
    return trimmed.length <= SHORT ? Number(trimmed) + 0 : integer(BigInt(trimmed.replace(/^\+/, '')));
  if (HEXADECIMAL.test(trimmed)) return integer(BigInt(trimmed));
  const number = NUMBER.test(trimmed) ? finite(Number(trimmed)) : null;
  if (number === null) return undefined;
  return Number.isInteger(number) ? integer(BigInt(number)) : number;
}

/** A number with a unit, as the language writes it: `10MiB`, `1h30m`. */
function measured(text: string, types: readonly string[]): Integer | undefined {
  const [, sign, digits] = /^([-+]?)(\d+(?:\.\d+)?[A-Za-zµ]\S*)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const read = readNumber(digits, { start: 0, end: digits.length }, new Diagnostics());
  if (read === undefined || !types.includes(read.type)) return undefined;
  const value = read.value as Integer;
  return sign === '-' ? subtract(0, value) : value;
}

/** A number, which may have a unit: `10MiB`, `1.5k`. */
export const numberIn = (text: string): Integer | undefined =>
  plainNumber(text) ?? measured(text, ['integer', 'decimal']);

/** Seconds as nanoseconds; undefined for what is not finite. */
export function scaled(seconds: Integer): Integer | undefined {
  if (typeof seconds === 'bigint' || Number.isInteger(seconds)) return integer(BigInt(seconds) * BigInt(NS));
  return rounded(seconds * NS) ?? undefined;
}

function secondsIn(text: string): Integer | undefined {
  const seconds = plainNumber(text);
  return seconds === undefined ? undefined : scaled(seconds);
}

/** A duration: `1h30m`, or a number of seconds. */
export const durationIn = (text: string): Integer | undefined => secondsIn(text) ?? measured(text, ['duration']);

/** Digits of whole numbers since the epoch that are milliseconds, microseconds and nanoseconds; seconds have ten until the year 2286. */
const FRACTIONS: ReadonlyMap<number, bigint> = new Map([
  [13, 1_000_000n],
  [16, 1000n],
  [19, 1n],
]);

/** A time in ISO 8601, or a number since the epoch. */
export function timeIn(text: string): Integer | undefined {
  const digits = /^\s*(\d+)\s*$/.exec(text)?.[1];
  const unit = digits === undefined ? undefined : FRACTIONS.get(digits.length);
  if (digits !== undefined && unit !== undefined) return integer(BigInt(digits) * unit);
  return parseTime(text) ?? secondsIn(text);
}

/** Bits of `::ffff:10.0.0.1` before those of the IPv4 address. */
const MAPPED = 96;

/** An address. Programs that listen for both kinds write an IPv4 address as `::ffff:10.0.0.1`. */
export function addressIn(text: string): Address | undefined {
  const address = parseAddress(text.trim());
  return address === undefined ? undefined : unmapped(address);
}

/** A network with the given prefix length, or with that of a single address; not an address in a network (`10.0.0.1/24`). */
export function networkIn(text: string): string | undefined {
  const [base, prefix, ...more] = text.trim().split('/');
  const written = parseAddress(base);
  if (written === undefined || more.length > 0 || !/^\d{1,3}$/.test(prefix ?? '0')) return undefined;
  const length = prefix === undefined ? width(written) : Number(prefix);
  if (length > width(written)) return undefined;
  const isFour = length >= MAPPED && isMapped(written);
  const bits = isFour ? length - MAPPED : length;
  const address = isFour ? unmapped(written) : written;
  return mask(address, bits) === address ? networkValue({ address, prefix: bits }) : undefined;
}

/** An address, or a network, which is equal to every address in it. */
export const addressOrNetworkIn = (text: string): number | string | undefined =>
  text.includes('/') ? networkIn(text) : addressIn(text);

/** `true`, `yes`, `on`, `t`, `1`, and their opposites. */
export function booleanIn(text: string): boolean | undefined {
  if (/^(true|yes|on|t|1)$/i.test(text.trim())) return true;
  return /^(false|no|off|f|0)$/i.test(text.trim()) ? false : undefined;
}
