/** DuckDB, an optional dependency: loaded by the first statement that needs the history. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../../make-folders.js';
import { loadOptional } from '../../optional-package.js';

/** The package, and what it is built on. */
export type DuckDb = typeof import('@duckdb/node-api') & { readonly bindings: Bindings };
type Bindings = typeof import('@duckdb/node-bindings');
export type Connection = import('@duckdb/node-api').DuckDBConnection;

const PACKAGE = { name: '@duckdb/node-api', code: 'history-duckdb', what: 'the history' };

let loaded: Promise<DuckDb> | undefined;

/** @throws CtqError if the package is not installed */
export function loadDuckDb(): Promise<DuckDb> {
  loaded ??= loadOptional(PACKAGE, load).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<DuckDb> {
  const [api, { default: bindings }] = await Promise.all([import('@duckdb/node-api'), import('@duckdb/node-bindings')]);
  return { ...api, bindings };
}

/** A connection, and the instance that ends with it. */
export interface OpenedDatabase {
  readonly duckdb: DuckDb;
  readonly connection: Connection;
  close(): void;
}

/** Memory that DuckDB may use for a query; what is larger is spilled to a folder. */
const MEMORY = '192MB';
/** What a thread of DuckDB has released goes back to the system above this: by default it keeps 128 MB for itself. */
const KEPT_MEMORY = '16MB';
const NO_EXTENSIONS = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

interface DatabaseOptions {
  /** Of DuckDB. */
  readonly threads: number;
  /** Memory that DuckDB may use, as it writes sizes. */
  readonly memory?: string;
  /**
   * A folder for what is larger than the memory: it is removed at the end, and before, if an earlier process left it. Without one, a query
   * that needs more memory fails.
   */
  readonly spill?: string;
}

/** A database in memory. */
export async function openDatabase({ threads, memory = MEMORY, spill = '' }: DatabaseOptions): Promise<OpenedDatabase> {
  const duckdb = await loadDuckDb();
  const removeSpill = (): void => {
    if (spill !== '') rmSync(spill, { recursive: true, force: true });
  };
  removeSpill();
  if (spill !== '') makeFolders(spill, 0o700);
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    ...NO_EXTENSIONS,
    threads: String(threads),
    memory_limit: memory,
    allocator_flush_threshold: KEPT_MEMORY,
    temp_directory: spill,
  });
  const connection = await instance.connect();
  return {
    duckdb,
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
      removeSpill();
    },
  };
}

/** A new folder that only its owner may read: what is spilled are flows. Empty where none can be made. */
function spillFolder(): string {
  try {
    return mkdtempSync(join(process.env.TMPDIR ?? '/var/tmp', 'ctq-spill-'));
  } catch {
    return '';
  }
}

/** Text as an SQL literal, for the settings and paths that cannot be parameters. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A database in memory that can read the files of one folder, and nothing else. */
export async function openReader(folder: string): Promise<OpenedDatabase> {
  const database = await openDatabase({ threads: processors(), spill: spillFolder() });
  const { connection } = database;
  try {
    await connection.run(`SET allowed_directories=[${literal(folder)}]`);
    await connection.run('SET enable_external_access=false');
    await connection.run('SET lock_configuration=true');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** At most four processors: a gateway has other things to do. */
function processors(): number {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const count = list
    .split(',')
    .map(each => each.split('-').map(Number))
    .reduce((sum, [first, last = first]) => sum + last - first + 1, 0);
  return Math.max(1, Math.min(4, count));
}
