/** Times as people write them: ISO 8601 and days by name, in UTC, with an offset, or in a time zone. */
import { daysOfMonth, isDayOfMonth, isoSeconds, isoTime, parseTime } from './iso-time.js';
import { type Integer, integer } from './value.js';

/** Why a text is not a time, and what to write instead. */
export interface TimeProblem {
  readonly message: string;
  readonly hint: string;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const NS_PER_MS = 1_000_000n;
/** Days by name, counted from today. */
const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };
const WORDS = ['now', ...Object.keys(DAYS)];

const TEXT = new RegExp(
  `^(?<day>\\d{4}-\\d\\d-\\d\\d|${WORDS.join('|')})` +
    '(?:(?:T|\\s+)(?<clock>\\d\\d?:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?))?' +
    '\\s*(?:(?<offset>Z|UTC|GMT|[+-]\\d\\d:?\\d\\d)|(?<zone>[a-z]\\w*(?:/[\\w+-]+)*))?$',
  'i',
);

/** Whether a word without quotes is a time: `yesterday`. */
export const isTimeWord = (word: string): boolean => WORDS.includes(word.toLowerCase());

/** The day after one that is written without a time of day: `2026-11-24`, `yesterday`; undefined for other texts. */
export function dayAfter(text: string): string | undefined {
  const day = text.trim().toLowerCase();
  if (day in DAYS) return WORDS[WORDS.indexOf(day) + 1] ?? day;
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) && isDayOfMonth(day) ? Date.parse(day) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms + DAY).toISOString().slice(0, 10);
}

/**
 * Reads a time: `2026-11-24T10:00:00Z`, `yesterday 14:00`, `2026-11-24 10:00 Europe/Berlin`. Without an offset or a zone it is UTC, as
 * ctq prints it.
 * @param now ns since the epoch
 * @returns ns since the epoch
 */
export function readTime(text: string, now: Integer): Integer | TimeProblem {
  const trimmed = text.trim();
  const { day, clock = '00:00', offset, zone } = TEXT.exec(trimmed)?.groups ?? {};
  if (day === undefined) return invalidTime(trimmed);
  if (day.toLowerCase() === 'now') return trimmed.length === day.length ? now : invalidTime(trimmed);
  if (zone !== undefined && !isZone(zone)) return unknownZone(zone);
  const offsetAt = (ms: number): number => (zone === undefined ? offsetOf(offset) : zoneOffset(zone, ms));
  const local = parseTime(`${dateOf(day, now, offsetAt)}T${clock.replace(/^\d:/, '0$&')}`);
  if (local === undefined) return invalidTime(trimmed);
  const ms = Number(BigInt(local) / NS_PER_MS);
  // Of a time zone, the offsets before and after a change of the clock.
  const offsets = [...new Set([offsetAt(ms - DAY), offsetAt(ms + DAY)])];
  const shifts = offsets.length === 1 ? offsets : offsets.filter(each => offsetAt(ms - each) === each);
  if (shifts.length === 1) return integer(BigInt(local) - BigInt(shifts[0]) * NS_PER_MS);
  const wall = isoTime(local).replace(/(:00)?\.?0*Z$/, '');
  return {
    message:
      shifts.length === 0
        ? `'${trimmed}' does not exist: the clock was set forward`
        : `'${trimmed}' is ambiguous: the clock was set back`,
    hint: `write '${wall}${offsetText(offsets[0])}' or '${wall}${offsetText(offsets[1])}'`,
  };
}

/** @param offsetAt the offset from UTC at a time, both in ms */
function dateOf(day: string, now: Integer, offsetAt: (ms: number) => number): string {
  const days = DAYS[day.toLowerCase()];
  if (days === undefined) return day;
  const ms = Number(BigInt(now) / NS_PER_MS);
  return new Date(ms + offsetAt(ms) + days * DAY).toISOString().slice(0, 10);
}

/** In ms, of `+02:00` or `Z`. */
function offsetOf(text = 'Z'): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

const offsetText = (ms: number): string => {
  const minutes = Math.abs(Math.round(ms / MINUTE));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/** Abbreviations such as CET have several meanings. */
function isZone(name: string): boolean {
  try {
    return name.includes('/') && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** The offset of a time zone from UTC at a time, both in ms. */
function zoneOffset(timeZone: string, ms: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return offsetOf(name.slice('GMT'.length, '+00:00'.length + 'GMT'.length));
}

const unknownZone = (zone: string): TimeProblem => ({
  message: zone.includes('/') ? `unknown time zone '${zone}'` : `'${zone}' is not the name of a time zone`,
  hint: "write the offset, such as '2026-11-24 10:00 +01:00', or the zone, such as '2026-11-24 10:00 Europe/Berlin'",
});

const EXAMPLES = "write '2026-11-24T10:00:00Z', 'yesterday 14:00', or now() - 5m";

function invalidTime(text: string): TimeProblem {
  return { message: `invalid time '${text}'`, hint: meantBy(text) ?? EXAMPLES };
}

/** What to write for a time in the notation of a mail, of a web server's log, or of a clock. */
function meantBy(text: string): string | undefined {
  if (/^\d{1,2}:\d\d(:\d\d)?$/.test(text)) return `write 'today ${text}' or 'yesterday ${text}'`;
  const month = /^\d{4}-\d\d(?=-(?:29|3[01])(?!\d))/.exec(text)?.[0];
  const days = month === undefined || isDayOfMonth(text) ? undefined : daysOfMonth(text);
  if (days !== undefined) return `${month} has ${days} days`;
  const [, count, unit] = /^(\d+) *([smhdw])[a-z]* *ago$/i.exec(text) ?? [];
  if (unit !== undefined) return `write without quotes: now() - ${count}${unit.toLowerCase()}`;
  if (/^\d{9,10}$/.test(text)) return secondsHint(text);
  const mail = text.replace(/^(\d\d)\/(\w{3})\/(\d{4}):/, '$1 $2 $3 ');
  const ms = /(GMT|UTC|[+-]\d{4})$/.test(mail) ? Date.parse(mail) : Number.NaN;
  return Number.isNaN(ms) ? undefined : `write '${isoSeconds(ms)}'`;
}

/** What to write for seconds since the epoch. */
export const secondsHint = (digits: string): string => `write '${isoSeconds(Number(digits) * 1000)}'`;
