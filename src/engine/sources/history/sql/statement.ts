/** The type of a parameter, whatever the engine calls it. `INET` is an address. */
export type ParameterType = 'UINTEGER' | 'UBIGINT' | 'HUGEINT' | 'DOUBLE' | 'VARCHAR' | 'TIMESTAMP_MS' | 'INET';

export interface Parameter {
  readonly type: ParameterType;
  /** Of TIMESTAMP_MS: milliseconds. Of INET: an address as text. */
  readonly value: number | bigint | string;
}

/** Collects the values of a statement: they are never a part of its text. */
export class Parameters {
  readonly list: Parameter[] = [];
  readonly #written: (index: number, type: ParameterType) => string;

  /** @param written how the parameter of an index, from 0, is written in the statement */
  constructor(written: (index: number, type: ParameterType) => string) {
    this.#written = written;
  }

  /** @returns how the value is written in the statement */
  add(type: ParameterType, value: number | bigint | string): string {
    this.list.push({ type, value });
    return this.#written(this.list.length - 1, type);
  }
}

/** ms since the epoch; undefined: open. `to` is excluded. */
export interface Bounds {
  readonly from?: number;
  readonly to?: number;
}
