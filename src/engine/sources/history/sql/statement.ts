import type { ColumnType } from '../columns.js';

/** The type of a parameter. */
export type ParameterType = Exclude<ColumnType, 'UTINYINT' | 'USMALLINT'> | 'HUGEINT' | 'DOUBLE';

export interface Parameter {
  readonly type: ParameterType;
  /** Of TIMESTAMP_MS: milliseconds. */
  readonly value: number | bigint | string;
}

/** Collects the values of a statement: they are never a part of its text. The first parameter is the list of files. */
export class Parameters {
  readonly list: Parameter[] = [];

  /** @returns how the value is written in the statement */
  add(type: ParameterType, value: number | bigint | string): string {
    this.list.push({ type, value });
    return `$${this.list.length + 1}`;
  }
}
