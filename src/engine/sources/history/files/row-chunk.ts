import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { ColumnType } from '../columns.js';
import type { DuckDb } from './duckdb.js';

export type Cell = number | bigint | string | null;

/** Rows of a data chunk: DuckDB's STANDARD_VECTOR_SIZE. */
const CHUNK_ROWS = 2048;
/** Bits of validity that DuckDB keeps in one word. */
const WORD_BITS = 64;

type Values = Uint8Array | Uint16Array | Uint32Array | BigUint64Array | BigInt64Array;

const VALUES: Readonly<Record<Exclude<ColumnType, 'VARCHAR'>, new (length: number) => Values>> = {
  UTINYINT: Uint8Array,
  USMALLINT: Uint16Array,
  UINTEGER: Uint32Array,
  UBIGINT: BigUint64Array,
  TIMESTAMP_MS: BigInt64Array,
};

/** The values of a column, and a bit for each that is not null, as DuckDB has them. Text is an array: DuckDB keeps it elsewhere. */
interface Column {
  readonly values: Values | string[];
  readonly valid: Uint8Array<ArrayBuffer>;
}

/**
 * Rows on their way to DuckDB, in its own layout: they take less memory than arrays of JavaScript's values, and no BigInt for each bit of
 * validity, as node-api's vectors do (docs/dependencies.md has the figures).
 */
export class RowChunk {
  #rows = 0;
  #column = 0;
  readonly #columns: readonly Column[];

  constructor(types: readonly ColumnType[]) {
    this.#columns = types.map(type => ({
      values: type === 'VARCHAR' ? [] : new VALUES[type](CHUNK_ROWS),
      valid: new Uint8Array(CHUNK_ROWS / 8),
    }));
  }

  get isFull(): boolean {
    return this.#rows === CHUNK_ROWS;
  }

  /** Adds the cell of the next column. After the last column, the row is complete. */
  put(cell: Cell): void {
    const { values, valid } = this.#columns[this.#column];
    if (cell !== null) {
      // The column's type says which cells it has.
      (values as Cell[])[this.#rows] = cell;
      valid[this.#rows >> 3] |= 1 << (this.#rows & 7);
    }
    this.#column++;
    if (this.#column < this.#columns.length) return;
    this.#column = 0;
    this.#rows++;
  }

  /** Forgets all rows. */
  clear(): void {
    this.#rows = 0;
    for (const { valid } of this.#columns) valid.fill(0);
  }

  /** Copies the rows to a data chunk of the same columns. */
  copyTo({ chunk }: DuckDBDataChunk, { bindings }: DuckDb): void {
    bindings.data_chunk_reset(chunk);
    bindings.data_chunk_set_size(chunk, this.#rows);
    const validBytes = Math.ceil(this.#rows / WORD_BITS) * (WORD_BITS / 8);
    for (const [i, { values, valid }] of this.#columns.entries()) {
      const vector = bindings.data_chunk_get_vector(chunk, i);
      bindings.vector_ensure_validity_writable(vector);
      bindings.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, validBytes);
      if (Array.isArray(values)) {
        for (let row = 0; row < this.#rows; row++)
          if ((valid[row >> 3] & (1 << (row & 7))) !== 0)
            bindings.vector_assign_string_element(vector, row, values[row]);
      } else {
        const bytes = this.#rows * values.BYTES_PER_ELEMENT;
        bindings.copy_data_to_vector(vector, 0, values.buffer as ArrayBuffer, 0, bytes);
      }
    }
  }
}
