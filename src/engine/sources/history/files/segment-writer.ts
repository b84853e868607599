import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RECORDED_FIELDS } from '../../../../lang/schema/history.js';
import { type ColumnDefinition, type ColumnType, columnsOf } from '../columns.js';
import { literal, type OpenedDatabase, openDatabase } from '../duckdb.js';

type Cell = number | bigint | string | null;

/** All columns of a segment, in order. */
export const SEGMENT_COLUMNS: readonly ColumnDefinition[] = RECORDED_FIELDS.flatMap(columnsOf);

/** Rows of a data chunk. */
const CHUNK = 2048;
/** Without the temporary file that DuckDB makes if the name exists, as after a crash: its name begins with `tmp_`, which readers see. */
export const PARQUET = '(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, USE_TMP_FILE false)';
/** Rows of one client lie together: they compress well, and a search for a client reads little. */
export const ORDER = 'orig_src4, orig_src_hi, orig_src_lo, stop';

/** Writes segments: to a name that readers ignore, then renamed. */
export class SegmentWriter {
  readonly #database: OpenedDatabase;

  private constructor(database: OpenedDatabase) {
    this.#database = database;
  }

  /** @param spill a folder of its own, for what is larger than the memory that is granted; there only while it is needed */
  static async open(spill?: string): Promise<SegmentWriter> {
    const database = await openDatabase(1, spill);
    const columns = SEGMENT_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ');
    await database.connection.run(`CREATE TABLE segment (${columns})`);
    return new SegmentWriter(database);
  }

  /** @param columns the cells of each column of a segment. @throws Error if it cannot be written */
  async write(path: string, columns: readonly (readonly Cell[])[]): Promise<void> {
    const { duckdb, connection } = this.#database;
    const types = SEGMENT_COLUMNS.map(({ type }) => duckdb[type]);
    await connection.run('DELETE FROM segment');
    const appender = await connection.createAppender('segment');
    const rows = columns[0].length;
    for (let from = 0; from < rows; from += CHUNK) {
      const chunk = duckdb.DuckDBDataChunk.create(types);
      chunk.setColumns(
        columns.map((cells, i) => this.#cells(cells.slice(from, from + CHUNK), SEGMENT_COLUMNS[i].type)),
      );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await this.#copy(`SELECT * FROM segment ORDER BY ${ORDER}`, path);
    await connection.run('DELETE FROM segment');
  }

  #cells(cells: readonly Cell[], type: ColumnType) {
    if (type !== 'TIMESTAMP_MS') return [...cells];
    const { DuckDBTimestampMillisecondsValue } = this.#database.duckdb;
    return cells.map(ms => (ms === null ? null : new DuckDBTimestampMillisecondsValue(ms as bigint)));
  }

  /** Writes the rows of several segments to one. */
  async merge(paths: readonly string[], to: string): Promise<void> {
    await this.#copy(`SELECT * FROM read_parquet([${paths.map(literal).join(', ')}]) ORDER BY ${ORDER}`, to);
  }

  async #copy(query: string, path: string): Promise<void> {
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const hidden = join(folder, `.${basename(path)}`);
    try {
      await this.#database.connection.run(`COPY (${query}) TO ${literal(hidden)} ${PARQUET}`);
      // As the other files of the history: who may read them is the group.
      chmodSync(hidden, 0o640);
      sync(hidden);
      renameSync(hidden, path);
      sync(folder);
    } catch (error) {
      rmSync(hidden, { force: true });
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
