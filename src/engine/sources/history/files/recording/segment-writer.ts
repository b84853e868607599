import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RECORDED_FIELDS } from '../../../../../lang/schema/history.js';
import { makeFolders } from '../../../../make-folders.js';
import { type ColumnDefinition, columnsOf } from '../../columns.js';
import { literal, type OpenedDatabase, openDatabase } from '../duckdb.js';
import { RowChunk } from '../row-chunk.js';

/** All columns of a segment, in order. */
export const SEGMENT_COLUMNS: readonly ColumnDefinition[] = RECORDED_FIELDS.flatMap(columnsOf);

const TABLE_COLUMNS = SEGMENT_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ');

/** Memory that DuckDB may use: a merge of a million flows takes it all, and spills the rest. */
const MEMORY = '64MB';
/**
 * Without the temporary file that DuckDB makes if the name exists, as after a crash: its name begins with `tmp_`, which readers see. Small
 * groups of rows take less memory to write.
 */
export const PARQUET =
  '(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 20480, USE_TMP_FILE false)';
/** Rows of one client lie together: they compress well, and a search for a client reads little. */
export const ORDER = 'orig_src4, orig_src_hi, orig_src_lo, stop';

/** Writes segments: to a name that readers ignore, then renamed. Until then DuckDB has their rows, in less memory than JavaScript. */
export class SegmentWriter {
  readonly #database: OpenedDatabase;
  #chunk: InstanceType<OpenedDatabase['duckdb']['DuckDBDataChunk']> | undefined;
  /** Segments that have rows, and why others lack some. */
  readonly #begun = new Set<number>();
  readonly #failed = new Map<number, unknown>();
  /** Chunks that are not in use. */
  readonly #free: RowChunk[] = [];

  private constructor(database: OpenedDatabase) {
    this.#database = database;
  }

  /** @param spill a folder of its own, for what is larger than the memory that is granted; there only while it is needed */
  static async open(spill?: string): Promise<SegmentWriter> {
    return new SegmentWriter(await openDatabase({ threads: 1, memory: MEMORY, spill }));
  }

  /** An empty chunk for rows of a segment. */
  chunk(): RowChunk {
    return this.#free.pop() ?? new RowChunk(SEGMENT_COLUMNS.map(({ type }) => type));
  }

  /**
   * Adds rows to a segment; their chunk is then used again. If it fails, writing that segment does.
   * @param key of the segment
   */
  async add(key: number, rows: RowChunk): Promise<void> {
    try {
      await this.#add(key, rows);
    } catch (error) {
      this.#failed.set(key, error);
    }
    rows.clear();
    this.#free.push(rows);
  }

  async #add(key: number, rows: RowChunk): Promise<void> {
    const { duckdb, connection } = this.#database;
    const table = `segment ${key}`;
    if (!this.#begun.has(key)) {
      await connection.run(`CREATE TABLE "${table}" (${TABLE_COLUMNS})`);
      this.#begun.add(key);
    }
    // A chunk of its own for each 2,048 rows would take memory outside of JavaScript, which no one knows of.
    this.#chunk ??= duckdb.DuckDBDataChunk.create(SEGMENT_COLUMNS.map(({ type }) => duckdb[type]));
    rows.copyTo(this.#chunk, duckdb);
    const appender = await connection.createAppender(table);
    appender.appendDataChunk(this.#chunk);
    appender.closeSync();
  }

  /** Writes the rows that were added, which are then forgotten. @throws Error if they cannot be written, or not all were added */
  async write(key: number, path: string): Promise<void> {
    try {
      if (this.#failed.has(key)) throw this.#failed.get(key);
      await this.#copy(`SELECT * FROM "segment ${key}" ORDER BY ${ORDER}`, path);
    } finally {
      this.#failed.delete(key);
      this.#begun.delete(key);
      await this.#database.connection.run(`DROP TABLE IF EXISTS "segment ${key}"`);
    }
  }

  /** Writes the rows of several segments to one. */
  async merge(paths: readonly string[], to: string): Promise<void> {
    await this.#copy(`SELECT * FROM read_parquet([${paths.map(literal).join(', ')}]) ORDER BY ${ORDER}`, to);
  }

  async #copy(query: string, path: string): Promise<void> {
    const folder = dirname(path);
    makeFolders(folder, 0o750);
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
