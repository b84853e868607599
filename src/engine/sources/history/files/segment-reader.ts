/** Runs a compiled query over the segments of a history. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Value } from '../../../../lang/values/value.js';
import { CtqError } from '../../../errors.js';
import { outputsOf } from '../history-store.js';
import type { HistoryQuery } from '../sql/compile.js';
import type { Parameter } from '../sql/statement.js';
import { openReader } from './duckdb.js';
import { deniedError, type FilesToRead, filesToRead } from './files-to-read.js';

/**
 * The rows of a query, as batches of values; the array of a row is reused. A segment may be compacted or deleted while it is about to be
 * read: then the files are listed again, unless rows were already given.
 * @param damaged is called with each segment that is not read because it is cut off
 * @throws CtqError; the signal's reason when it is aborted
 */
export async function* readHistory(
  folder: string,
  query: HistoryQuery,
  files: FilesToRead,
  damaged: (path: string) => void,
  signal?: AbortSignal,
): AsyncGenerator<Iterable<readonly Value[]>> {
  let paths = files.paths;
  for (let attempt = 1; ; attempt++) {
    if (paths.length === 0) return;
    let hasRows = false;
    try {
      for await (const rows of rowsOf(folder, query, paths, signal)) {
        hasRows = true;
        yield rows;
      }
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const others = hasRows || attempt === ATTEMPTS ? undefined : otherPaths(error, folder, query, paths, damaged);
      if (others === undefined) throw readError(error, folder);
      paths = others;
    }
  }
}

const ATTEMPTS = 10;
const DENIED = /Permission denied/i;

/** What can be read after an error: without the segments that are cut off, or as listed again where one is gone. */
function otherPaths(
  error: unknown,
  folder: string,
  query: Pick<HistoryQuery, 'bounds'>,
  paths: readonly string[],
  damaged: (path: string) => void,
): readonly string[] | undefined {
  const cut = paths.filter(isCut);
  if (cut.length > 0) {
    cut.forEach(damaged);
    return paths.filter(path => !cut.includes(path));
  }
  const isGone =
    error instanceof Error &&
    /No files found|No such file|Cannot open file/.test(error.message) &&
    !DENIED.test(error.message);
  return isGone ? filesToRead(folder, query).paths : undefined;
}

/** The rows of SQL whose only parameter are the segments; as `readHistory`, all at once. @throws CtqError */
export async function readAll(
  folder: string,
  sql: string,
  query: Pick<HistoryQuery, 'bounds'>,
  files: FilesToRead,
  damaged: (path: string) => void,
): Promise<unknown[][]> {
  let paths = files.paths;
  for (let attempt = 1; paths.length > 0; attempt++) {
    const { duckdb, connection, close } = await openReader(folder);
    try {
      const statement = await connection.prepare(sql);
      statement.bindList(1, duckdb.listValue([...paths]), duckdb.LIST(duckdb.VARCHAR));
      return (await statement.runAndReadAll()).getRows();
    } catch (error) {
      const others = attempt === ATTEMPTS ? undefined : otherPaths(error, folder, query, paths, damaged);
      if (others === undefined) throw readError(error, folder);
      paths = others;
    } finally {
      close();
    }
  }
  return [];
}

/** The warning of segments that were not read; undefined without any. */
export function damageOf([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  return `damaged, flows in it are missing: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** What a whole Parquet file ends with. */
const MAGIC = 'PAR1';

/** Whether a segment lacks its end: a disk or a copy has lost it. */
function isCut(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const end = Buffer.alloc(MAGIC.length);
    const { size } = fstatSync(file);
    return (
      size < end.length ||
      readSync(file, end, 0, end.length, size - end.length) < end.length ||
      end.toString('latin1') !== MAGIC
    );
  } finally {
    closeSync(file);
  }
}

/** The number of rows that segments have, from their metadata. */
export async function rowsIn(folder: string, query: HistoryQuery, files: FilesToRead): Promise<number> {
  const [row] = await readAll(folder, 'SELECT count(*) FROM read_parquet($1)', query, files, () => {});
  return Number(row?.[0] ?? 0);
}

async function* rowsOf(
  folder: string,
  query: HistoryQuery,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Iterable<readonly Value[]>> {
  const { duckdb, connection, close } = await openReader(folder);
  const stop = (): void => connection.interrupt();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    const statement = await connection.prepare(query.sql);
    statement.bindList(1, duckdb.listValue([...paths]), duckdb.LIST(duckdb.VARCHAR));
    for (const [i, parameter] of query.parameters.entries()) bind(duckdb, statement, i + 2, parameter);
    const result = await statement.stream();
    for (;;) {
      const chunk = await result.fetchChunk();
      signal?.throwIfAborted();
      if (chunk === null || chunk.rowCount === 0) return;
      yield valuesOf(query, chunk.getColumns(), chunk.rowCount);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    close();
  }
}

type DuckDb = typeof import('@duckdb/node-api');
type Statement = import('@duckdb/node-api').DuckDBPreparedStatement;

function bind(duckdb: DuckDb, statement: Statement, index: number, { type, value }: Parameter): void {
  switch (type) {
    case 'UINTEGER':
      statement.bindUInteger(index, value as number);
      return;
    case 'UBIGINT':
      statement.bindUBigInt(index, value as bigint);
      return;
    case 'HUGEINT':
      statement.bindHugeInt(index, value as bigint);
      return;
    case 'DOUBLE':
      statement.bindDouble(index, value as number);
      return;
    case 'VARCHAR':
      statement.bindVarchar(index, value as string);
      return;
    case 'TIMESTAMP_MS':
      statement.bindTimestampMilliseconds(index, new duckdb.DuckDBTimestampMillisecondsValue(value as bigint));
      return;
    case 'INET':
      throw new Error('DuckDB has no parameters of addresses');
  }
}

function* valuesOf(
  query: HistoryQuery,
  columns: readonly (readonly unknown[])[],
  rows: number,
): Generator<readonly Value[]> {
  const values = outputsOf(query);
  for (let row = 0; row < rows; row++) yield values(column => columns[column][row]);
}

function readError(error: unknown, folder: string): unknown {
  if (error instanceof CtqError || !(error instanceof Error)) return error;
  const [message] = error.message.split('\n');
  if (DENIED.test(message)) return deniedError(folder, error);
  if (/Out of Memory/i.test(message)) {
    return new CtqError({
      code: 'history-memory',
      kind: 'system',
      message: 'the query needs more memory than it is granted',
      hint: 'read a shorter range, or group by fewer keys',
      cause: error,
    });
  }
  return new CtqError({
    code: 'history-read',
    kind: 'input',
    message: `cannot read the history in ${folder}: ${message}`,
    cause: error,
  });
}
