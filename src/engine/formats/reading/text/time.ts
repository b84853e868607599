/** Times in snapshots. All in ns since the epoch. */
import { type Integer, integer } from '../../../../lang/values/value.js';
import { ParseError } from '../report/parse-error.js';

const NS = 1_000_000_000n;
export const MONTHS: readonly string[] = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];

let lastText = '';
let lastTime: Integer = 0;

/** What ctime(3) writes, in local time: `Tue Nov 24 09:27:23 2026`; or seconds, beyond the year 275760. */
export function parseCtime(text: string): Integer {
  if (text === lastText) return lastTime;
  const time = ctimeOf(text);
  // Flows that began in the same second follow each other. A copy: a slice would keep the whole line alive.
  lastText = Buffer.from(text, 'latin1').toString('latin1');
  lastTime = time;
  return time;
}

function ctimeOf(text: string): Integer {
  if (/^\d{1,11}$/.test(text)) return nanoseconds(BigInt(text));
  const match = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4,6})$/.exec(text);
  const month = match === null ? -1 : MONTHS.indexOf(match[1]);
  if (match === null || month < 0) throw new ParseError(`invalid time '${text.slice(0, 60)}'`);
  const [day, hour, minute, second, year] = match.slice(2).map(Number);
  return localTime(year, month, day, hour, minute, second);
}

/** Whether a month has such a day; others would be days of the next month. @param month 0 … 11 */
export const isDate = (year: number, month: number, day: number): boolean =>
  day > 0 && day <= new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

/** @param month 0 … 11 @param fraction decimal digits of a second */
export function localTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction = '',
): Integer {
  if (!isDate(year, month, day)) throw new ParseError(`invalid time: ${MONTHS[month]} ${year} has no day ${day}`);
  const ms = new Date(year, month, day, hour, minute, second).getTime();
  if (Number.isNaN(ms) || ms < 0) throw new ParseError('invalid time, or before 1970');
  return nanoseconds(BigInt(ms / 1000), fraction);
}

const LARGEST = 0xffff_ffff_ffff_ffffn;

function nanoseconds(seconds: bigint, fraction = ''): Integer {
  const ns = seconds * NS + BigInt(fraction.padEnd(9, '0'));
  if (ns > LARGEST) throw new ParseError('time out of range');
  return integer(ns);
}

/** `1795518464` and `201259`: seconds since the epoch, and decimal digits of one. */
export const parseEpoch = (seconds: string, fraction: string): Integer => nanoseconds(BigInt(seconds), fraction);

/**
 * What conntrack(8) writes before an event: `[1795518464.201259]`.
 * @returns undefined for anything else
 */
export function parseStamp(text: string): Integer | undefined {
  const match = /^\[(\d{1,12})\.(\d{1,9})( *)\]$/.exec(text);
  if (match === null) return undefined;
  const [, seconds, digits, padding] = match;
  // Up to version 1.4.1, and for expectations still, it pads microseconds with spaces after them, in place of zeros before them.
  return parseEpoch(seconds, padding === '' ? digits : digits.padStart(6, '0'));
}

/** Milliseconds; NaN for a date that does not exist. */
function isoMilliseconds(text: string): number {
  const date = /^(\d{4})-(\d\d)-(\d\d)T/.exec(text);
  return date !== null && !isDate(Number(date[1]), Number(date[2]) - 1, Number(date[3]))
    ? Number.NaN
    : Date.parse(text);
}

/** ISO 8601 as logs have it: a space in place of the T, a comma before the fraction, local time without a zone. */
export function isoNanoseconds(text: string): Integer {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))? ?(.*)$/.exec(text);
  if (match === null) throw new ParseError(`invalid time '${text.slice(0, 60)}'`);
  const [, day, time, fraction = '', zone] = match;
  const ms = isoMilliseconds(`${day}T${time}${zone === 'UTC' ? 'Z' : zone}`);
  if (Number.isNaN(ms) || ms < 0) throw new ParseError(`invalid time '${text.slice(0, 60)}'`);
  return nanoseconds(BigInt(Math.floor(ms / 1000)), fraction);
}

/** ISO 8601 to the nanosecond, in UTC: `2026-11-24T11:07:43.745065956Z`; or nanoseconds as digits. */
export function parseIso(text: string): Integer {
  if (/^\d{1,20}$/.test(text)) {
    const ns = BigInt(text);
    if (ns <= LARGEST) return integer(ns);
  }
  const match = /^([+\d-]{4,10}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  const ms = match === null ? Number.NaN : isoMilliseconds(`${match[1]}${match[3]}`);
  if (match === null || Number.isNaN(ms) || ms < 0) throw new ParseError(`invalid time '${text.slice(0, 60)}'`);
  const ns = BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
  if (ns > LARGEST) throw new ParseError('time out of range');
  return integer(ns);
}

/**
 * When something began that had lasted `age` seconds at a time. A clock that was set back makes conntrack(8) print a huge age.
 * @returns undefined for times before 1970
 */
export function beganAt(age: Integer, at: Integer): Integer | undefined {
  const start = BigInt(at) - BigInt.asIntN(64, BigInt(age)) * NS;
  return start < 0n || start > LARGEST ? undefined : integer(start);
}
