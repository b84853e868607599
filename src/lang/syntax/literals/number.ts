import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { shorten } from '../../diagnostics/shorten.js';
import type { Span } from '../../diagnostics/span.js';
import { integer } from '../../values/value.js';
import type { LiteralValue } from './value.js';

const MAX = 2n ** 64n - 1n;
/** Digits of 2^64-1. */
const MAX_DIGITS = 20;

const SIZES: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 10n ** 3n,
  K: 10n ** 3n,
  M: 10n ** 6n,
  G: 10n ** 9n,
  T: 10n ** 12n,
  Ki: 2n ** 10n,
  ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
};

/** In nanoseconds, in falling order: `1h30m`, not `30m1h`. */
const TIMES: Readonly<Record<string, bigint>> = {
  w: 604_800_000_000_000n,
  d: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
};

/** Other spellings of units. */
const UNIT_SYNONYMS: Readonly<Record<string, string>> = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'w',
  weeks: 'w',
  msec: 'ms',
  usec: 'us',
  nsec: 'ns',
  kilobyte: 'k',
  kilobytes: 'k',
  megabyte: 'M',
  megabytes: 'M',
  megs: 'M',
  gigabyte: 'G',
  gigabytes: 'G',
  gigs: 'G',
  terabyte: 'T',
  terabytes: 'T',
  kibibytes: 'Ki',
  mebibytes: 'Mi',
  gibibytes: 'Gi',
  tebibytes: 'Ti',
  thousand: 'k',
  million: 'M',
  billion: 'G',
};

const TIME_HINT = "times are written in quotes: '2026-11-24T10:00:00Z'";
const SIZES_HINT = ' units are k, M, G, T of 1000 and Ki, Mi, Gi, Ti of 1024, also with B: 5MB, 5MiB';
const UNITS_HINT = 'sizes end in k, M, G, T, Ki, Mi, Gi or Ti; durations in w, d, h, m, s, ms, us or ns';

/** Integers (`42`, `0xff`, `10MiB`), decimals (`1.5`, `1e-3`) and durations (`1h30m`, in ns). */
export function readNumber(text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  if (/^0x/i.test(text)) return readHex(text, span, diagnostics);
  if (/^\d+(?:\.\d+)?e[-+]?\d+$/i.test(text)) return readExponent(text, span, diagnostics);
  const size = /^(\d+)(?:\.(\d+))?([kKMGT]i?)?B?$/.exec(text);
  if (size) return readSize(text, size, span, diagnostics);
  if (/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w))+$/.test(text)) return readDuration(text, span, diagnostics);
  reportInvalid(text, span, diagnostics);
  return undefined;
}

/** `1.5e3`: an integer if it is whole. */
function readExponent(text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  const [, whole, fraction, exponent] = /^(\d+)(?:\.(\d+))?e(.*)$/i.exec(text)!;
  const value = Number(text);
  if (!Number.isFinite(value)) return tooLarge(text, span, diagnostics);
  const exact =
    value <= Number(MAX) && Number(exponent) >= 0 && Number(exponent) <= 40
      ? scale(whole, fraction, 10n ** BigInt(exponent))
      : undefined;
  return exact === undefined || exact > MAX ? { type: 'decimal', value } : { type: 'integer', value: integer(exact) };
}

function readHex(text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  if (!/^0x[0-9a-f]+$/i.test(text)) {
    diagnostics.error(
      'literal.number',
      span,
      `invalid hexadecimal number '${shorten(text)}'`,
      'digits are 0 to 9 and a to f',
    );
    return undefined;
  }
  const digits = text.slice(2).replace(/^0+(?=.)/, '');
  if (digits.length > 16) return tooLarge(text, span, diagnostics);
  return { type: 'integer', value: integer(BigInt(`0x${digits}`)) };
}

function readSize(
  text: string,
  [, whole, fraction, unit = '']: RegExpExecArray,
  span: Span,
  diagnostics: Diagnostics,
): LiteralValue | undefined {
  if (whole.replace(/^0+/, '').length > MAX_DIGITS) return tooLarge(text, span, diagnostics);
  if (fraction !== undefined && unit === '') return { type: 'decimal', value: Number(`${whole}.${fraction}`) };
  const exact = scale(whole, fraction, SIZES[unit]);
  if (exact === undefined) {
    return { type: 'decimal', value: Number(`${whole}.${fraction}`) * Number(SIZES[unit]) };
  }
  if (exact > MAX) return tooLarge(text, span, diagnostics);
  return { type: 'integer', value: integer(exact) };
}

/** `whole.fraction` times a factor; undefined if that is not a whole number. */
function scale(whole: string, fraction: string | undefined, factor: bigint): bigint | undefined {
  const digits = (fraction ?? '').replace(/0+$/, '');
  if (digits.length > 40) return undefined;
  const product = BigInt(whole + digits) * factor;
  const divisor = 10n ** BigInt(digits.length);
  return product % divisor === 0n ? product / divisor : undefined;
}

function readDuration(text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  let total = 0n;
  let smallest: bigint | undefined;
  for (const [part, whole, fraction, unit] of text.matchAll(/(\d+)(?:\.(\d+))?(ns|us|µs|ms|s|m|h|d|w)/g)) {
    const factor = TIMES[unit];
    if (smallest !== undefined && factor >= smallest) {
      diagnostics.error(
        'literal.duration',
        span,
        `'${shorten(text)}': ${shorten(part)} must come before smaller units`,
        'the largest unit comes first: 1h30m',
      );
      return undefined;
    }
    smallest = factor;
    if (whole.replace(/^0+/, '').length > MAX_DIGITS) return durationTooLarge(text, span, diagnostics);
    total += scale(whole, fraction, factor) ?? BigInt(Math.round(Number(`${whole}.${fraction}`) * Number(factor)));
  }
  return total > MAX ? durationTooLarge(text, span, diagnostics) : { type: 'duration', value: integer(total) };
}

function tooLarge(text: string, span: Span, diagnostics: Diagnostics): undefined {
  diagnostics.error('literal.number', span, `${shorten(text)} is too large`, `the largest number is 2^64-1, ${MAX}`);
}

function durationTooLarge(text: string, span: Span, diagnostics: Diagnostics): undefined {
  diagnostics.error('literal.duration', span, `${shorten(text)} is too long`, 'the longest duration is 584 years');
}

/** Reports what is wrong with a text that begins like a number. */
function reportInvalid(text: string, span: Span, diagnostics: Diagnostics): void {
  const match = /^(\d+(?:\.\d+)?)([A-Za-zµ]+)$/.exec(text);
  if (!match) {
    const ungrouped = /^\d+(?:_\d+)+$/.test(text) ? shorten(text.replaceAll('_', '')) : undefined;
    const hint = ungrouped !== undefined ? `write: ${ungrouped}` : /^\d\dT\d\d/i.test(text) ? TIME_HINT : UNITS_HINT;
    diagnostics.error('literal.number', span, `invalid number '${shorten(text)}'`, hint);
    return;
  }
  const [, digits, unit] = match;
  const meant = intendedUnit(unit);
  const isTime = meant !== undefined && Object.hasOwn(TIMES, meant);
  diagnostics.error(
    isTime ? 'literal.duration' : 'literal.number',
    { start: span.start + digits.length, end: span.end },
    `unknown unit '${shorten(unit)}'`,
    meant === undefined ? UNITS_HINT : `did you mean ${shorten(digits)}${meant}?${isTime ? '' : SIZES_HINT}`,
  );
}

/** A number with units as a text has it, without spaces and as ctq writes it: `5m` for `5 minutes`; undefined for anything else. */
export function withoutQuotes(text: string, isDuration: boolean): string | undefined {
  const units = isDuration ? TIMES : SIZES;
  let written = '';
  for (const [, digits, unit] of text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([A-Za-zµ]*)\s*|./g)) {
    const meant = unit === undefined ? undefined : Object.hasOwn(units, unit) ? unit : unitAsWritten(unit);
    if (meant === undefined || !Object.hasOwn(units, meant.replace(/B$/, ''))) return undefined;
    written += digits + meant;
  }
  return written === '' || (isDuration && /\d$/.test(written)) ? undefined : written;
}

/** The unit that a word means, as it was written if it can be: `KiB`, `h` for `hours`. */
export const unitAsWritten = (unit: string): string | undefined =>
  /^[kKMGT]i?B$/.test(unit) ? unit : intendedUnit(unit);

/** The unit that a word means: `h` for `hours`. */
function intendedUnit(unit: string): string | undefined {
  const lower = unit.toLowerCase();
  if (Object.hasOwn(UNIT_SYNONYMS, lower)) return UNIT_SYNONYMS[lower];
  const same = (name: string): boolean => name !== '' && name.toLowerCase() === lower;
  return Object.keys(TIMES).find(same) ?? Object.keys(SIZES).find(name => same(name) || same(`${name}b`));
}
