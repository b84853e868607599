/** What the engines write differently: everything else of the SQL is the same for both. */
import type { Aggregate } from '../../../../lang/checked/ast.js';
import type { RecordedField } from '../../../../lang/schema/history.js';
import type { Address, Value } from '../../../../lang/values/value.js';
import type { Parameters, ParameterType } from './statement.js';

/** An expression of the select list: its columns, and the value of these. */
export interface Output {
  readonly columns: readonly string[];
  /** How the columns are ordered as ctq orders the values; undefined: SQL cannot. */
  readonly order?: 'value' | 'address';
  /** Of a number in one column: what arithmetic must know of it. A time may be in whole ms. */
  readonly number?: { readonly bits?: number; readonly isUnsigned?: boolean; readonly isMs?: boolean };
  read(cells: readonly unknown[]): Value;
}

/** Addresses as SQL; `column` is the name of a column, or the beginning of the names of several. */
export interface AddressDialect {
  isMissing(column: string): string;
  /** True for an IPv4 address; false or null for others. */
  isFour(column: string): string;
  /** Whether two columns have the same address; both are present. */
  isSame(a: string, b: string): string;
  /** True for that address only; null or false for others. */
  equals(column: string, address: Address, parameters: Parameters): string;
  /** True for the addresses of a network only; null or false for others. */
  within(column: string, address: Address, prefix: number, parameters: Parameters): string;
  /** The address as a key of groups. */
  key(column: string): Output;
  /** The network of the address as a key. @param four bits of an IPv4 address @param six of an IPv6 address */
  network(column: string, four: number, six: number): Output;
  /** What to order by for ctq's order of addresses: IPv4, IPv6, null; descending, IPv6 first. @param columns those of a key */
  order(columns: readonly string[], descending: boolean): readonly string[];
  /** The columns of an address. */
  columns(column: string): readonly string[];
  count(column: string): string;
  countDistinct(column: string): string;
}

export interface Dialect {
  readonly engine: 'DuckDB' | 'ClickHouse';
  /** What is read: after FROM. */
  readonly source: string;
  /** The column of the time by which rows are found. */
  readonly stop: string;
  /** The same over the sums of whole hours, where there are such. */
  readonly hours?: Dialect;
  /** Of sums of hours: aggregates of what was summed. */
  aggregate?(aggregate: Aggregate): Output | undefined;
  /** How the parameter of an index, from 0, is written. */
  parameter(index: number, type: ParameterType): string;
  /** A condition with more parameters is left to ctq. */
  readonly mostParameters?: number;
  readonly addresses: AddressDialect;
  /** How a recorded field is read. */
  field(field: RecordedField): Output;
  /** An integer of any size that a sum may have. */
  whole(sql: string): string;
  double(sql: string): string;
  /** A condition as a column of true, false and null. */
  boolean(sql: string): string;
  /** Null, with a type. */
  nothing(type: 'whole' | 'boolean' | 'text'): string;
  /** A parameter for comparison with a column of 8, 16 or 32 bits. */
  narrow(parameter: string, bits: number): string;
  /** The remainder of integers; null for a division by zero. */
  remainder(a: string, b: string): string;
  /** A division of a whole, positive number by a power of two, without remainder. */
  shiftedRight(sql: string, bits: number): string;
  /** An operation on bits of unsigned integers; undefined if the engine cannot. @param bits that the operands may have */
  bits(op: '&' | '|' | '^', a: string, b: string, bits: number): string | undefined;
  /** Whether a column has any bit of a mask. */
  hasBits(column: string, mask: number): string;
  /** Whether a column of 64 bits has a bit. */
  hasBit(column: string, bit: number): string;
  /** A time as ms since the epoch: a signed integer of 64 bits. */
  milliseconds(column: string): string;
  /** The name of an event. */
  readonly event: string;
  /** Whether the row is the end of a flow. */
  readonly isDestroy: string;
  /** A percentile by nearest rank. @param fraction 0 to 1 @param bits of the number */
  percentile(sql: string, fraction: number, bits: number): Output;
}

/** An item of ORDER BY. */
export const ordered = (sql: string, descending: boolean): string => `${sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
