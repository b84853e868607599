/** A connection to a ClickHouse server. @clickhouse/client is an optional dependency: loaded by the first statement that names a server. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HistoryServer, serverText } from '../../../../lang/schema/history-server.js';
import { CtqError } from '../../../errors.js';
import { loadOptional } from '../../optional-package.js';
import { parameterName } from '../sql/clickhouse.js';
import type { Parameter } from '../sql/statement.js';
import { codeOf, serverError } from './errors.js';
import { type Cell, rowsOf } from './row-binary.js';

type Package = typeof import('@clickhouse/client');
type Client = import('@clickhouse/client').ClickHouseClient;
type Settings = import('@clickhouse/client').ClickHouseSettings;

/** The first version whose conditions with null, tokens and types ctq relies on. */
const OLDEST = [24, 8] as const;
/** A query may take this long (ms); Ctrl-C ends it earlier. */
const PATIENCE = 6 * 3_600_000;
/** An insert (ms). */
const SHORT = 60_000;
/** The first answer of a server (ms). */
const CONNECT = 20_000;
/** What Ctrl-C may wait (ms) for the end of a query at the server. */
const ENDING = 150;
/** Of the answer's HTTP headers: the server adds one for each second of a long query. */
const HEADERS = 1024 * 1024;

/**
 * Of all queries. A server that answers after the query is done cannot end an answer in the middle without an error; a part of a
 * cluster that does not answer is an error, not a smaller result.
 */
const QUERY: Settings = {
  wait_end_of_query: 1,
  readonly: '2',
  skip_unavailable_shards: 0,
  cancel_http_readonly_queries_on_client_close: 1,
  max_bytes_before_external_group_by: String(1024 ** 3),
};

export interface Asked {
  readonly rows: AsyncIterable<Iterable<readonly Cell[]>>;
  /** Rows and bytes that the server has read, as it says. */
  readonly read: { readonly rows: number; readonly bytes: number };
}

const PACKAGE = { name: '@clickhouse/client', code: 'history-clickhouse', what: 'a history in ClickHouse' };

const load = (): Promise<Package> => loadOptional(PACKAGE, () => import('@clickhouse/client'));

export class Connection {
  readonly server: HistoryServer;
  readonly #client: Client;
  /** The statement that ends a query at the server. */
  #ending: Promise<void> | undefined;
  /** A user of the profile `readonly` may not send settings. */
  #sendsSettings = true;
  /** A warning for the user, if something about the connection is worth one. */
  notice: string | undefined;

  private constructor(server: HistoryServer, client: Client) {
    this.server = server;
    this.#client = client;
  }

  /** @param database other than that of the address @throws CtqError if the package is missing, or a file of the address cannot be read */
  static async open(server: HistoryServer, database = server.database): Promise<Connection> {
    const { createClient, ClickHouseLogLevel } = await load();
    const { host, port, user, tls, ca } = server;
    const client = createClient({
      url: `${tls ? 'https' : 'http'}://${host}:${port}`,
      username: user,
      password: password(),
      database,
      application: 'ctq',
      request_timeout: PATIENCE,
      max_response_headers_size: HEADERS,
      max_open_connections: 4,
      log: { level: ClickHouseLogLevel.OFF },
      ...(ca === undefined ? {} : { tls: { ca_cert: readFile(ca, 'the certificate authority') } }),
    });
    return new Connection(server, client);
  }

  /** @throws CtqError for a server that is too old, or without the tables of a history */
  async check(signal?: AbortSignal): Promise<void> {
    const version = await this.#schemaVersion(signal);
    if (version === 0) throw this.#missing();
    if (version > SCHEMA_VERSION)
      throw new CtqError({
        code: 'history-schema',
        kind: 'input',
        message: `the history in ${serverText(this.server)} was made by a newer ctq`,
        hint: `its tables have version ${version}, this ctq reads version ${SCHEMA_VERSION}: install a newer ctq`,
      });
  }

  /** The version of the tables; 0 without one. */
  async #schemaVersion(signal?: AbortSignal): Promise<number> {
    try {
      const text = await this.#text('SELECT version(), max(version) FROM ctq_schema', signal);
      const [version, schema] = text.trim().split('\t');
      this.#assertVersion(version);
      return Number(schema);
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'UNKNOWN_TABLE' && code !== 'UNKNOWN_DATABASE') throw error;
      if (code === 'UNKNOWN_TABLE') await this.checkVersion(signal);
      return 0;
    }
  }

  #missing(): CtqError {
    const { host, port, user, database, tls } = this.server;
    const address = `clickhouse://${user === 'default' ? '' : `${user}@`}${host}:${port}/${database}${tls ? '' : '?tls=off'}`;
    return new CtqError({
      code: 'history-missing',
      kind: 'input',
      message: `no history in ${serverText(this.server)}`,
      hint: `make its tables: prepare history '${address}' keep 90d`,
    });
  }

  /** @throws CtqError for a server that is too old */
  async checkVersion(signal?: AbortSignal): Promise<void> {
    this.#assertVersion((await this.#text('SELECT version()', signal)).trim());
  }

  #assertVersion(version: string): void {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
    throw new CtqError({
      code: 'history-version',
      kind: 'system',
      message: `ClickHouse ${version} of ${serverText(this.server)} is too old: it answers conditions with null wrongly`,
      hint: `ctq requires ClickHouse ${OLDEST.join('.')} or newer`,
    });
  }

  /** An answer as tab-separated values, which every version has. */
  async #text(query: string, signal?: AbortSignal): Promise<string> {
    const late = AbortSignal.timeout(CONNECT);
    try {
      const { stream } = await this.#client.exec({
        query: `${query} FORMAT TabSeparated`,
        abort_signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      return await textOf(stream);
    } catch (error) {
      signal?.throwIfAborted();
      throw serverError(late.aborted ? late.reason : error, this.server);
    }
  }

  /** All rows of a small answer. */
  async all(sql: string, parameters: readonly Parameter[], signal?: AbortSignal): Promise<Cell[][]> {
    const { rows } = await this.ask(sql, parameters, signal);
    const found: Cell[][] = [];
    for await (const batch of rows) for (const row of batch) found.push([...row]);
    return found;
  }

  /** Asks; aborting the signal ends the query at the server too. @throws CtqError; the signal's reason */
  async ask(sql: string, parameters: readonly Parameter[], signal?: AbortSignal): Promise<Asked> {
    signal?.throwIfAborted();
    const id = `ctq-${randomUUID()}`;
    const leave = (): void => this.#kill(id);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      const { stream, summary } = await this.#exec(sql, parameters, id, signal);
      return {
        rows: this.#rows(stream, signal, () => signal?.removeEventListener('abort', leave)),
        read: { rows: Number(summary?.read_rows ?? 0), bytes: Number(summary?.read_bytes ?? 0) },
      };
    } catch (error) {
      signal?.removeEventListener('abort', leave);
      signal?.throwIfAborted();
      throw serverError(error, this.server);
    }
  }

  async #exec(sql: string, parameters: readonly Parameter[], id: string, signal?: AbortSignal) {
    const request = {
      query: `${sql} FORMAT RowBinaryWithNamesAndTypes`,
      query_params: Object.fromEntries(parameters.map((each, i) => [parameterName(i), parameterText(each)])),
      query_id: id,
      ...(signal ? { abort_signal: signal } : {}),
    };
    if (this.#sendsSettings) {
      try {
        return await this.#client.exec({ ...request, clickhouse_settings: QUERY });
      } catch (error) {
        if (codeOf(error) !== 'READONLY') throw error;
        this.#sendsSettings = false;
        this.notice = `the user ${this.server.user} may not change settings (profile readonly = 1): give it readonly = 2`;
      }
    }
    // Not a setting, but a parameter of HTTP: it is allowed always.
    return this.#client.exec({ ...request, query_id: `${id}-2`, clickhouse_settings: { wait_end_of_query: 1 } });
  }

  async *#rows(
    stream: Readable,
    signal: AbortSignal | undefined,
    done: () => void,
  ): AsyncGenerator<Iterable<readonly Cell[]>> {
    const stop = (): void => void stream.destroy(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      yield* rowsOf(stream as AsyncIterable<Buffer>);
    } catch (error) {
      signal?.throwIfAborted();
      throw serverError(error, this.server);
    } finally {
      signal?.removeEventListener('abort', stop);
      done();
      stream.destroy();
    }
  }

  /** Ends a query at the server. */
  #kill(id: string): void {
    this.#ending = this.#client
      .command({
        query: 'KILL QUERY WHERE query_id IN ({id:String}, {second:String}) ASYNC',
        query_params: { id, second: `${id}-2` },
      })
      .then(
        () => {},
        () => {},
      );
  }

  /** Runs a statement without a result. @throws CtqError */
  async run(sql: string, settings: Settings = {}): Promise<void> {
    try {
      await this.#client.command({ query: sql, clickhouse_settings: { wait_end_of_query: 1, ...settings } });
    } catch (error) {
      throw serverError(error, this.server);
    }
  }

  /** Inserts rows in RowBinary; the same token twice within the window of the table inserts them once. @throws CtqError */
  async insert(
    table: string,
    columns: readonly string[],
    rows: Buffer,
    token: string,
    ending: AbortSignal,
  ): Promise<void> {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(SHORT)]);
    try {
      // `insert` of the client ends the process where a stream of bytes is not in a format of text.
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT RowBinary`,
        values: Readable.from([rows], { objectMode: false }),
        abort_signal: signal,
        clickhouse_settings: {
          wait_end_of_query: 1,
          insert_deduplicate: 1,
          insert_deduplication_token: token,
          deduplicate_blocks_in_dependent_materialized_views: 1,
          async_insert: 0,
          distributed_foreground_insert: 1,
        },
      });
      await textOf(stream);
    } catch (error) {
      throw serverError(signal.aborted ? signal.reason : error, this.server);
    }
  }

  async close(): Promise<void> {
    if (this.#ending) await Promise.race([this.#ending, sleep(ENDING)]);
    await this.#client.close();
  }
}

/** The version of the tables that this ctq makes and reads. */
export const SCHEMA_VERSION = 1;

/** From the environment, or from the file that it names. @throws CtqError if that cannot be read */
function password(): string {
  const { CTQ_CLICKHOUSE_PASSWORD: value, CTQ_CLICKHOUSE_PASSWORD_FILE: path } = process.env;
  if (value !== undefined || path === undefined) return value ?? '';
  return readFile(path, 'the password')
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function readFile(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CtqError({
      code: 'history-clickhouse',
      kind: 'input',
      message: `cannot read ${what} from ${path}: ${code ?? String(cause)}`,
      cause,
    });
  }
}

/** A value in the text that parameters of HTTP have. */
const parameterText = ({ type, value }: Parameter): string =>
  type === 'TIMESTAMP_MS' ? new Date(Number(value)).toISOString().slice(0, -1).replace('T', ' ') : String(value);

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
