/** Checked values of JSON objects. All throw ParseError. */
import type { Integer } from '../../../../lang/values/value.js';
import { ParseError } from '../report/parse-error.js';
import { uint, uint64, utf8 } from './text-values.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;

/** JSON in which integers that JavaScript would round are strings of their digits. @param mark begins these strings */
export const withExactIntegers = (json: string, mark = ''): string =>
  /\d{16}/.test(json)
    ? json.replace(LONG_INTEGER, found => (found.startsWith('"') ? found : `"${mark}${found}"`))
    : json;

/** @param text byte for byte. Numbers that JavaScript would round become texts of their digits. @throws ParseError */
export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(utf8(withExactIntegers(text)));
  } catch (error) {
    throw new ParseError(`invalid JSON (${(error as Error).message.slice(0, 80)})`);
  }
  if (!isObject(value)) throw new ParseError('not a JSON object');
  return value;
}

/** @param what the member's name for the error @throws ParseError for anything but an object */
export function object(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw new ParseError(`${what} is not an object`);
  return value;
}

/** @throws ParseError for anything but a string */
export function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new ParseError(`${what} is not a string`);
  return value;
}

/** @throws ParseError for anything but an integer from 0 to `max` */
export function number(value: unknown, max: number, what: string): number {
  if (typeof value === 'string') return uint(value, max);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new ParseError(`${what}: expected a number from 0 to ${max}`);
  }
  return value;
}

/** @throws ParseError for anything but an integer of 64 bits, or its decimal text */
export function number64(value: unknown, what: string): Integer {
  return typeof value === 'string' ? uint64(value) : number(value, Number.MAX_SAFE_INTEGER, what);
}

/** Seconds, rounded down: the kernel has no fractions. */
export const seconds = (value: unknown, max: number, what: string): number =>
  number(typeof value === 'number' ? Math.floor(value) : value, max, what);

/** @throws ParseError for anything but an array of texts and numbers */
export function list(value: unknown, what: string): readonly (string | number)[] {
  if (!Array.isArray(value) || !value.every(item => typeof item === 'string' || typeof item === 'number')) {
    throw new ParseError(`${what} is not a list of names`);
  }
  return value;
}

/** Bits by their names; those without a name are written `0x…`. */
export function flags(value: unknown, names: Readonly<Record<string, number>>, what: string): number {
  let bits = 0;
  for (const item of list(value, what)) {
    const word = String(item);
    if (Object.hasOwn(names, word)) bits |= names[word];
    else if (/^0x[0-9a-f]{1,8}$/.test(word)) bits |= Number.parseInt(word.slice(2), 16);
    else throw new ParseError(`unknown ${what} '${word.slice(0, 40)}'`);
  }
  return bits >>> 0;
}

/** The members that are not null. */
export function* members(value: JsonObject): Generator<[string, unknown]> {
  for (const key of Object.keys(value)) if (value[key] !== null) yield [key, value[key]];
}
