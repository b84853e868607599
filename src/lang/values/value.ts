/**
 * A value at run time. Every value is a primitive, so that it can be compared with `===`, be the key of a Map, and be made
 * without garbage; its static type, known after checking, gives its meaning.
 *
 * | type | representation |
 * |---|---|
 * | integer, port, proto | `number` where safe, else `bigint` (never a bigint that would be safe as a number) |
 * | duration, time | nanoseconds (time: since the epoch), an integer as above |
 * | decimal | `number` |
 * | boolean | `boolean` |
 * | address | IPv4: `number` (0 … 2^32-1); IPv6: `string` of 8 UTF-16 units, one per 16-bit group |
 * | network | `string`: the address' 16-bit groups (2 or 8), then one unit with the prefix length |
 * | enum | `string`, the name |
 * | flags | `number`, the bits |
 * | labels | `string` of 8 UTF-16 units: unit n holds bits 16n … 16n+15 |
 * | text | `string` |
 *
 * `null` means that an entry does not have the attribute.
 */
export type Value = number | bigint | string | boolean | null;

/** Computes a value from a row. */
export type Getter<Row> = (row: Row) => Value;

/** An integer: a `number` while it is safe (|n| ≤ 2^53-1), a `bigint` beyond. */
export type Integer = number | bigint;

/** An IPv4 address as a number, an IPv6 address as a string of eight 16-bit units. */
export type Address = number | string;

export type TypeName =
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'address'
  | 'network'
  | 'port'
  | 'proto'
  | 'enum'
  | 'flags'
  | 'labels'
  | 'duration'
  | 'time'
  | 'text'
  | 'null';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The canonical form of an integer: a number if it is safe. */
export function integer(n: bigint): Integer {
  return n <= MAX_SAFE && n >= -MAX_SAFE ? Number(n) : n;
}

/** A number that is not finite has no value. */
export const finite = (n: number): number | null => (Number.isFinite(n) ? n : null);

/** The nearest integer, exact at any size; null if the number is not finite. */
export const rounded = (n: number): Integer | null => (Number.isFinite(n) ? integer(BigInt(nearest(n))) : null);

/** The nearest whole number; a half is rounded away from zero, as databases do. */
export const nearest = (n: number): number => (n < 0 ? -Math.round(-n) : Math.round(n));

export function add(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return integer(BigInt(a) + BigInt(b));
}

export function subtract(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return integer(BigInt(a) - BigInt(b));
}

export function multiply(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
  }
  return integer(BigInt(a) * BigInt(b));
}

/** The remainder, with the sign of the dividend; null for a zero divisor (as SQL's NULL). */
export function remainder(a: Integer, b: Integer): Integer | null {
  if (b === 0) return null;
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return rest === 0 ? 0 : rest;
  }
  return integer(BigInt(a) % BigInt(b));
}

const isUint32 = (n: Integer): n is number => typeof n === 'number' && n >= 0 && n <= 0xffffffff;

/** Bit operations treat numbers as two's complement of any width. */
export function bitAnd(a: Integer, b: Integer): Integer {
  return isUint32(a) && isUint32(b) ? (a & b) >>> 0 : integer(BigInt(a) & BigInt(b));
}

export function bitOr(a: Integer, b: Integer): Integer {
  return isUint32(a) && isUint32(b) ? (a | b) >>> 0 : integer(BigInt(a) | BigInt(b));
}

export function bitXor(a: Integer, b: Integer): Integer {
  return isUint32(a) && isUint32(b) ? (a ^ b) >>> 0 : integer(BigInt(a) ^ BigInt(b));
}

/** The complement within 32 bits (marks, masks and ids are 32 bits wide), within 64 for larger numbers. */
export function bitNot(a: Integer): Integer {
  return isUint32(a) ? ~a >>> 0 : integer(BigInt.asUintN(64, ~BigInt(a)));
}

/** `a << n`; null for a shift outside 0 … 63. Bits beyond 64 are lost. */
export function shiftLeft(a: Integer, n: Integer): Integer | null {
  if (n < 0 || n > 63) return null;
  return integer(BigInt.asUintN(64, BigInt(a) << BigInt(n)));
}

export function shiftRight(a: Integer, n: Integer): Integer | null {
  if (n < 0 || n > 63) return null;
  return integer(BigInt(a) >> BigInt(n));
}

/**
 * Orders two values of one type: negative, 0 or positive. IPv4 sorts before IPv6; false before true.
 * Neither may be null: the sorter orders nulls.
 */
export function compare(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a !== 'string') return -1;
    if (typeof b !== 'string') return 1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
