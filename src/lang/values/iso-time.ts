import { type Integer, integer } from './value.js';

const NS = 1_000_000_000n;

/** The last time that was written: events that arrive together have one. */
let lastTime: Integer = 0;
let lastText = '1970-01-01T00:00:00.000000000Z';

/** A time (ns since the epoch) in ISO 8601, UTC, to the nanosecond. */
export function isoTime(ns: Integer): string {
  if (ns === lastTime) return lastText;
  lastText = writtenTime(ns);
  lastTime = ns;
  return lastText;
}

function writtenTime(ns: Integer): string {
  const all = BigInt(ns);
  // The remainder of a time before 1970 is negative.
  const rest = ((all % NS) + NS) % NS;
  const date = new Date(Number((all - rest) / 1_000_000n));
  // A time after the year 275760, which Date does not support, is printed as a number.
  if (Number.isNaN(date.getTime())) return `${ns}`;
  return `${date.toISOString().slice(0, -5)}.${rest.toString().padStart(9, '0')}Z`;
}

/** A time (ms since the epoch) in ISO 8601, UTC, to the second. */
export const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?$/;

/** How many days a month has, of a date such as `2026-02-30`; undefined if there is no such month. */
export function daysOfMonth(date: string): number | undefined {
  const [, year, month] = /^(\d{4})-(\d\d)/.exec(date) ?? [];
  const first = Date.parse(`${year}-${month}-01`);
  return Number.isNaN(first) ? undefined : new Date(new Date(first).setUTCMonth(Number(month), 0)).getUTCDate();
}

/** Whether a date such as `2026-02-28` is one of its month. `Date.parse` reads up to 31 days of each. */
export const isDayOfMonth = (date: string): boolean => {
  const day = Number(date.slice(8, 10));
  return day <= 28 || day <= (daysOfMonth(date) ?? 0);
};

/** ns since the epoch; without an offset the time is UTC, as ctq prints it. */
export function parseTime(text: string): Integer | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, date, clock = '00:00', fraction = '', offset = 'Z'] = match;
  const milliseconds = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${offset}`);
  if (Number.isNaN(milliseconds) || !isDayOfMonth(date)) return undefined;
  return integer(BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}
