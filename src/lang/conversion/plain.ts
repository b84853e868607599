/** Values as plain data for other machines, and back. What comes back is checked: a peer may send anything. */
import { isPrintable } from '../diagnostics/printable.js';
import type { Type } from '../schema/type.js';
import { integer, type Value } from '../values/value.js';

/** A value that JSON carries without loss: an integer that is not safe as a number is its decimal text. */
export type PlainValue = string | number | boolean | null;

/** What a peer sent is not what its type requires. */
export class InvalidData extends Error {}

/** Limits for what a peer sends. */
const LONGEST_TEXT = 65_536;
const LONGEST_NAME = 64;
const MAX_DIGITS = 1024;

const DECIMAL_TEXT = /^-?[1-9]\d*$/;

export const toPlain = (value: Value): PlainValue => (typeof value === 'bigint' ? String(value) : value);

/** @throws InvalidData if it is not a value of the type */
export function fromPlain(plain: unknown, type: Type): Value {
  if (plain === null) return null;
  const value = READERS[type.name](plain);
  if (value === undefined) throw new InvalidData(`invalid ${type.name}`);
  return value;
}

type Reader = (plain: unknown) => Value | undefined;

const within =
  (max: number): Reader =>
  plain =>
    typeof plain === 'number' && Number.isInteger(plain) && plain >= 0 && plain <= max ? plain : undefined;

const textOf =
  (isValid: (text: string) => boolean): Reader =>
  plain =>
    typeof plain === 'string' && isValid(plain) ? plain : undefined;

/** In its canonical form: a number if it is safe, else a bigint. */
function wholeNumber(plain: unknown): Value | undefined {
  if (typeof plain === 'number') return Number.isSafeInteger(plain) ? plain : undefined;
  if (typeof plain !== 'string' || plain.length > MAX_DIGITS || !DECIMAL_TEXT.test(plain)) return undefined;
  const value = integer(BigInt(plain));
  return typeof value === 'bigint' ? value : undefined;
}

function isNetwork(text: string): boolean {
  const { length } = text;
  if (length !== 3 && length !== 9) return false;
  return text.charCodeAt(length - 1) <= (length === 3 ? 32 : 128);
}

const uint32 = within(0xffffffff);

const READERS: Readonly<Record<Type['name'], Reader>> = {
  integer: wholeNumber,
  duration: wholeNumber,
  time: wholeNumber,
  // An integer where a `case` has both.
  decimal: plain => (typeof plain === 'number' ? plain : wholeNumber(plain)),
  boolean: plain => (typeof plain === 'boolean' ? plain : undefined),
  address: plain => (typeof plain === 'string' ? (plain.length === 8 ? plain : undefined) : uint32(plain)),
  network: textOf(isNetwork),
  port: within(0xffff),
  proto: within(0xff),
  enum: textOf(text => text.length <= LONGEST_NAME && isPrintable(text)),
  flags: uint32,
  labels: textOf(({ length }) => length === 8),
  text: textOf(({ length }) => length <= LONGEST_TEXT),
  null: () => undefined,
};
