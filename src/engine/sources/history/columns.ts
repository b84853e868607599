/** The columns of the segments, and how values become columns and columns values. */
import { RECORDED, type RecordedField, type Stored } from '../../../lang/schema/history.js';
import { type Integer, integer, type Value } from '../../../lang/values/value.js';

/** A column of a segment. */
export interface ColumnDefinition {
  readonly name: string;
  /** DuckDB's type. Addresses are integers: DuckDB 1.5 skips files wrongly for equality of blobs. */
  readonly type: ColumnType;
}

export type ColumnType = 'UTINYINT' | 'USMALLINT' | 'UINTEGER' | 'UBIGINT' | 'TIMESTAMP_MS' | 'VARCHAR';

export const EVENT_CODES = { new: 1, update: 2, destroy: 3 } as const;
const EVENT_NAMES = [null, 'new', 'update', 'destroy'] as const;

const MILLISECOND = 1_000_000;

const SINGLE: Readonly<Partial<Record<Stored, ColumnType>>> = {
  time: 'TIMESTAMP_MS',
  text: 'VARCHAR',
  event: 'UTINYINT',
  u8: 'UTINYINT',
  u16: 'USMALLINT',
  u32: 'UINTEGER',
  u64: 'UBIGINT',
};

/** The columns of a field: three of an address (IPv4; upper and lower half of IPv6), two of labels, one of any other. */
export function columnsOf(field: RecordedField): readonly ColumnDefinition[] {
  const { column, stored } = RECORDED[field];
  if (stored === 'address')
    return [
      { name: `${column}4`, type: 'UINTEGER' },
      { name: `${column}_hi`, type: 'UBIGINT' },
      { name: `${column}_lo`, type: 'UBIGINT' },
    ];
  if (stored === 'labels')
    return [
      { name: `${column}_hi`, type: 'UBIGINT' },
      { name: `${column}_lo`, type: 'UBIGINT' },
    ];
  return [{ name: column, type: SINGLE[stored] as ColumnType }];
}

/** How a column is read in a select: times as milliseconds. */
export const selected = ({ name, type }: ColumnDefinition): string =>
  type === 'TIMESTAMP_MS' ? `epoch_ms(${name})` : name;

/** Upper and lower half of eight 16-bit units, the first unit being the highest. */
export function halves(units: string): readonly [bigint, bigint] {
  return [half(units, 0), half(units, 4)];
}

function half(units: string, from: number): bigint {
  const high = units.charCodeAt(from) * 0x10000 + units.charCodeAt(from + 1);
  const low = units.charCodeAt(from + 2) * 0x10000 + units.charCodeAt(from + 3);
  return (BigInt(high) << 32n) | BigInt(low);
}

const unitsOf = (value: bigint): string => {
  const high = Number(value >> 32n);
  const low = Number(value & 0xffffffffn);
  return String.fromCharCode(high >>> 16, high & 0xffff, low >>> 16, low & 0xffff);
};

export const joined = (high: bigint, low: bigint): string => unitsOf(high) + unitsOf(low);

/** Labels hold their lowest bits in the first unit. */
const reversed = (units: string): string => [...Array(8).keys()].map(i => units[7 - i]).join('');

/** The values of a field's columns. @param put receives each column's value: numbers, bigints, text, or null */
export function store(stored: Stored, value: Value, put: (value: number | bigint | string | null) => void): void {
  switch (stored) {
    case 'address':
      if (typeof value === 'string') {
        const [high, low] = halves(value);
        put(null);
        put(high);
        put(low);
      } else {
        put(value as number | null);
        put(null);
        put(null);
      }
      return;
    case 'labels': {
      const [high, low] = value === null ? [null, null] : halves(reversed(value as string));
      put(high);
      put(low);
      return;
    }
    case 'time':
      put(value === null ? null : BigInt(milliseconds(value as Integer)));
      return;
    case 'event':
      put(value === null ? null : EVENT_CODES[value as keyof typeof EVENT_CODES]);
      return;
    case 'u64':
      put(value === null ? null : BigInt(value as Integer));
      return;
    default:
      put(value as number | string | null);
  }
}

/** The value of a field from its columns, as `selected` gives them. */
export function restore(stored: Stored, columns: readonly unknown[]): Value {
  const [first, second, third] = columns;
  switch (stored) {
    case 'address':
      return second === null ? (first as number | null) : joined(second as bigint, third as bigint);
    case 'labels':
      return first === null ? null : reversed(joined(first as bigint, second as bigint));
    case 'time':
      return first === null ? null : nanoseconds(first as bigint);
    case 'event':
      return EVENT_NAMES[Number(first ?? 0)];
    default:
      return scalar(first);
  }
}

/** A scalar of DuckDB as a value. */
export const scalar = (value: unknown): Value => (typeof value === 'bigint' ? integer(value) : (value as Value));

/** Whole milliseconds of a time in ns. */
export const milliseconds = (time: Integer): number =>
  typeof time === 'number' ? Math.floor(time / MILLISECOND) : Number(time / BigInt(MILLISECOND));

export const nanoseconds = (time: bigint): Integer => integer(time * BigInt(MILLISECOND));
