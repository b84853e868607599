#!/usr/bin/env node
/**
 * A ClickHouse server for tests: the engine of chdb behind ClickHouse's HTTP interface, as much of it as @clickhouse/client uses.
 *
 *   node test/engines/server.js FOLDER [--port N] [--user NAME] [--password TEXT] [--version TEXT] [--readonly] [--key FILE --cert FILE]
 *
 * Prints `listening on PORT`. Queries run one at a time. POST /_control with a JSON object makes it fail:
 *   {"cut": N}      the next N inserts are done, but the connection is closed before the answer
 *   {"refuse": N}   the next N inserts are answered with an error
 *   {"drop": N}     the next N inserts are not done, and the connection is closed
 *   {"hold": MS}    each query takes this much longer
 *   {"late": TEXT}  queries that begin with this text fail after a part of their answer: as an error where the client waits for the end
 *                   of the query (wait_end_of_query=1), otherwise as an answer that lacks rows
 *   {"readonly": B} the user may not change settings
 * GET /_control answers what was asked so far.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { Session } = createRequire(import.meta.url)('chdb');

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    user: { type: 'string', default: 'default' },
    password: { type: 'string', default: '' },
    version: { type: 'string' },
    readonly: { type: 'boolean', default: false },
    key: { type: 'string' },
    cert: { type: 'string' },
  },
});
const [folder] = positionals;
mkdirSync(folder, { recursive: true });
const session = new Session(join(folder, 'data'));

const faults = { cut: 0, refuse: 0, drop: 0, hold: 0, late: '', readonly: false };
/** @type {{ queries: string[], settings: Record<string, string>[], running: string[], killed: string[], left: number }} */
const seen = { queries: [], settings: [], running: [], killed: [], left: 0 };

/** Parameters of HTTP that are no settings. */
const NO_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'wait_end_of_query',
  'default_format',
  'session_id',
  'role',
  'buffer_size',
]);

class Refused extends Error {
  /** @param {number} code @param {string} type @param {string} text */
  constructor(code, type, text) {
    super(`Code: ${code}. DB::Exception: ${text}. (${type})`);
  }
}

/** @param {string} text */
const quoted = text => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const ESCAPES = /** @type {Record<string, string>} */ ({ t: '\t', n: '\n', r: '\r', 0: '\0', b: '\b', f: '\f' });
/** The value of a parameter, which is escaped as in a file of tab-separated values. @param {string} text */
const unescaped = text => text.replace(/\\(.)/g, (_, letter) => ESCAPES[letter] ?? letter);

/** @param {string} query @param {Record<string, string>} settings */
const withSettings = (query, settings) => {
  const list = Object.entries(settings).map(([name, value]) => `${name} = ${quoted(value)}`);
  return list.length === 0 ? query : `${query} SETTINGS ${list.join(', ')}`;
};

let database = '';
/** @param {string} name */
function use(name) {
  if (name === database) return;
  session.query(`USE ${name}`);
  database = name;
}

/** @param {string} sql @param {Record<string, string>} settings @param {Buffer} body */
async function insert(sql, settings, body) {
  const [, table, list] = /^INSERT INTO (\S+) \(([^)]*)\) FORMAT RowBinary$/.exec(sql) ?? [];
  /** @type {string} */
  const described = session.query(`DESCRIBE TABLE ${table}`, 'TSV');
  const types = new Map(
    described.split('\n').map(line => {
      const [name, type = ''] = line.split('\t');
      return [name, type.replaceAll("\\'", "'")];
    }),
  );
  const structure = list
    .split(', ')
    .map(name => `${name} ${types.get(name)}`)
    .join(', ');
  const path = join(folder, `insert-${randomUUID()}`);
  writeFileSync(path, body);
  try {
    const { insert_deduplication_token: token, deduplicate_blocks_in_dependent_materialized_views: views } = settings;
    await session.queryAsync(
      `INSERT INTO ${table} (${list}) ${withSettings('', {
        ...(token ? { insert_deduplication_token: token } : {}),
        ...(views ? { deduplicate_blocks_in_dependent_materialized_views: views } : {}),
        max_threads: '1',
        max_insert_block_size: '10000000',
        min_insert_block_size_rows: '10000000',
      })} SELECT * FROM file(${quoted(path)}, 'RowBinary', ${quoted(structure)})`,
    );
  } finally {
    rmSync(path);
  }
}

/** @param {URLSearchParams} url @param {Buffer} body @returns {Promise<{ bytes: Uint8Array, rows: number, read: number }>} */
async function answer(url, body) {
  const inUrl = url.get('query');
  const sql = (inUrl ?? body.toString('utf8')).trim();
  seen.queries.push(sql);
  seen.running.push(url.get('query_id') ?? '');
  if (faults.hold > 0 && !/^KILL/.test(sql)) await new Promise(resolve => setTimeout(resolve, faults.hold));
  const settings = Object.fromEntries(
    [...url].filter(([name]) => !NO_SETTINGS.has(name) && !name.startsWith('param_')),
  );
  seen.settings.push(settings);
  if ((options.readonly || faults.readonly) && Object.keys(settings).length > 0)
    throw new Refused(164, 'READONLY', `Cannot modify '${Object.keys(settings)[0]}' setting in readonly mode`);
  const nothing = { bytes: new Uint8Array(), rows: 0, read: 0 };
  const args = Object.fromEntries(
    [...url].filter(([name]) => name.startsWith('param_')).map(([name, value]) => [name.slice(6), unescaped(value)]),
  );
  if (/^KILL QUERY/.test(sql)) {
    seen.killed.push(...Object.values(args));
    return nothing;
  }
  if (options.version && /^SELECT version\(\)/.test(sql))
    return { ...nothing, bytes: Buffer.from(`${options.version}\t1\n`) };
  use(/^CREATE DATABASE/.test(sql) ? 'default' : (url.get('database') ?? 'default'));
  if (/^INSERT INTO .* FORMAT RowBinary$/.test(sql)) {
    await insert(sql, settings, body);
    return nothing;
  }
  const [, text, format] = /^([\s\S]*?)(?: FORMAT (\w+))?$/.exec(sql) ?? [];
  const { readonly: _, cancel_http_readonly_queries_on_client_close: __, ...kept } = settings;
  const isLate = faults.late !== '' && text.startsWith(faults.late);
  if (isLate && url.get('wait_end_of_query') === '1')
    throw new Refused(241, 'MEMORY_LIMIT_EXCEEDED', 'Memory limit (for query) exceeded');
  const asked = isLate ? `SELECT * FROM (${text}) LIMIT 1` : text;
  const full = /^SELECT|^EXPLAIN/.test(text) ? withSettings(asked, kept) : text;
  const result = await (Object.keys(args).length > 0
    ? session.queryBindAsync(full, args, { format: format ?? 'TabSeparated' })
    : session.queryAsync(full, { format: format ?? 'TabSeparated' }));
  return { bytes: result.bytes(), rows: result.rowsRead, read: result.bytesRead };
}

/** One after another: the engine has one session. */
let queue = Promise.resolve();

/** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
async function serve(request, response) {
  const chunks = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // The client left before it had sent everything.
    return;
  }
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/_control') {
    if (request.method === 'POST') Object.assign(faults, JSON.parse(body.toString('utf8')));
    response.end(JSON.stringify(seen));
    return;
  }
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const { authorization = '', 'x-clickhouse-user': user, 'x-clickhouse-key': key = '' } = request.headers;
  const login =
    user === undefined
      ? Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8')
      : `${user}:${key}`;
  /** @param {Error & { status?: number }} error */
  const fail = error => {
    const [text] = error.message.split('\n');
    response.writeHead(error.status ?? 500, {
      'X-ClickHouse-Exception-Code': /^Code: (\d+)/.exec(text)?.[1] ?? '1002',
    });
    response.end(`${text}\n`);
  };
  if (login !== `${options.user}:${options.password}`) {
    fail(
      Object.assign(new Refused(516, 'AUTHENTICATION_FAILED', `${options.user}: Authentication failed`), {
        status: 403,
      }),
    );
    return;
  }
  const isInsert = /FORMAT RowBinary$/.test(url.searchParams.get('query') ?? '');
  /** @param {'cut' | 'refuse' | 'drop'} name */
  const take = name => isInsert && faults[name] > 0 && faults[name]-- > 0;
  if (take('drop')) {
    request.socket.destroy();
    return;
  }
  if (take('refuse')) {
    fail(new Refused(117, 'INCORRECT_DATA', 'Cannot parse the data'));
    return;
  }
  const isCut = take('cut');
  response.once('close', () => {
    if (!response.writableFinished) seen.left++;
  });
  try {
    const { bytes, rows, read } = await answer(url.searchParams, body);
    if (isCut) {
      request.socket.destroy();
      return;
    }
    response.writeHead(200, {
      'X-ClickHouse-Summary': JSON.stringify({ read_rows: String(rows), read_bytes: String(read) }),
      'X-ClickHouse-Query-Id': url.searchParams.get('query_id') ?? '',
    });
    response.end(bytes);
  } catch (error) {
    fail(/** @type {Error} */ (error));
  }
}

/** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
const listener = (request, response) => {
  const isControl = request.url?.startsWith('/_control') || request.url?.includes('KILL') || faults.hold > 0;
  if (isControl) void serve(request, response);
  else queue = queue.then(() => serve(request, response));
};

const limits = { maxHeaderSize: 4 * 1024 * 1024 };
const server =
  options.key && options.cert
    ? https.createServer({ ...limits, key: readFileSync(options.key), cert: readFileSync(options.cert) }, listener)
    : http.createServer(limits, listener);
server.listen(Number(options.port), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
});
const stop = () => {
  session.close();
  process.exit(0);
};
process.on('SIGTERM', stop);
// Ends with the test that started it.
process.stdin.on('end', stop).resume();
