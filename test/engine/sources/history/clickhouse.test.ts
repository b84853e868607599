// timeout: 120
/** A history in ClickHouse: a real engine behind HTTP, the real client in front. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CtqError } from '../../../../src/engine/errors.js';
import { runQuery } from '../../../../src/engine/query/exec/select.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { runExplain } from '../../../../src/engine/query/explain/explain.js';
import { Connection } from '../../../../src/engine/sources/history/clickhouse/connection.js';
import { overviewOf } from '../../../../src/engine/sources/history/read-overview.js';
import { isServer, parseServer, serverOf } from '../../../../src/lang/schema/history-server.js';
import { ClickHouse, whyNoClickHouse } from '../../../kit/clickhouse.js';
import { checkedQuery, sessionOf } from '../../../kit/engine.js';
import { flowAt, openServerRecorder, type Spooled, sentFrom } from '../../../kit/recorded.js';
import { until } from '../../../kit/until.js';

const missing = whyNoClickHouse();
const plain = suite('history: addresses of servers');
const test = suite<{ spool: string }>('history: ClickHouse');
const run = missing === undefined ? test : test.skip;
if (missing !== undefined) console.log(missing);

const NOON = 1_795_521_600_000;
const server = new ClickHouse();
let store = '';

test.before(async () => {
  if (missing !== undefined) return;
  await server.start();
  store = await server.prepare();
});
test.after(() => server.stop());
test.before.each(context => {
  context.spool = mkdtempSync(join(tmpdir(), 'ctq-spool-'));
});
test.after.each(({ spool }) => rmSync(spool, { recursive: true, force: true }));

async function ask(columns: string, tail: string, warnings: string[] = [], place = store): Promise<unknown[]> {
  const collector = new Collector();
  const query = checkedQuery(`select ${columns} from conntrack in history '${place}' ${tail}`);
  await runQuery(query, collector, sessionOf(undefined as never, {}, warnings));
  return collector.rows.map(row => (row.length === 1 ? row[0] : row));
}

async function explained(text: string): Promise<ReadonlyMap<string, string>> {
  const collector = new Collector();
  const statement = checkedQuery(text);
  await runExplain({ kind: 'explain', analyze: false, statement }, collector, sessionOf(undefined as never));
  return new Map(collector.rows.map(([part, detail]) => [String(part), String(detail)]));
}

async function failure(work: Promise<unknown>): Promise<CtqError> {
  try {
    await work;
  } catch (error) {
    return error as CtqError;
  }
  throw new Error('expected an error');
}

const openRecorder = (spool: string, options: Partial<Spooled> = {}) =>
  openServerRecorder(store, { spool, warnings: [], ...options });

plain('addresses: host, port, TLS and database', () => {
  const ok = (text: string): unknown => parseServer(text);
  assert.equal(ok('clickhouse://ctq@db/flows'), { host: 'db', port: 8443, user: 'ctq', database: 'flows', tls: true });
  assert.equal(ok('clickhouse://[::1]:1/f?tls=off'), {
    host: '[::1]',
    port: 1,
    user: 'default',
    database: 'f',
    tls: false,
  });
  assert.ok(isServer('clickhouse://db'));
  for (const text of [
    'clickhouse://ctq:secret@db/flows',
    'clickhouse://db/a-b',
    'clickhouse://db/flows;drop',
    'clickhouse://db/flows?tls=no',
    'clickhouse://db/flows?tls=off&ca=x',
    'clickhouse://db/flows?cluster=a%27b',
    'clickhouse://db/flows?x=1',
    'postgres://db/flows',
    'clickhouse://',
  ])
    assert.ok('message' in parseServer(text), text);
  assert.not.match(JSON.stringify(parseServer('clickhouse://ctq:secret@db/flows')), /secret/);
});

run('a flow that is recorded is found: at a time, by its translated source, with sums', async ({ spool }) => {
  const recorder = await openRecorder(spool);
  for (let id = 0; id < 100; id++) recorder.entry(flowAt(id, NOON, NOON + 1000 * id, 10 * id));
  await recorder.close();
  assert.equal(
    readdirSync(join(spool, readdirSync(spool)[0], 'gw1')).filter(name => /flows$/.test(name)),
    [],
  );
  const time = new Date(NOON + 50_000).toISOString();
  assert.equal(await ask('src, sport', `at '${time}' where reply.dst = 203.0.113.7 and reply.dport = 40070`), [
    [0x0a000001, 1070],
  ]);
  assert.equal(await ask('count(*), sum(bytes), max(stop)', 'since forever'), [
    [100, 49_500, BigInt(NOON + 99_000) * 1_000_000n],
  ]);
  assert.equal(await ask('dport', 'since forever where id in (3, 5) order by id'), [53, 53]);
});

run('show history: range, rows, losses', async ({ spool }) => {
  const recorder = await openRecorder(spool, { gateway: 'gw2' });
  recorder.entry(flowAt(1, NOON, NOON + 1, 1));
  recorder.lost({ count: 1204, total: 1204, time: BigInt(NOON) * 1_000_000n });
  await recorder.close();
  const { rows } = await overviewOf(store);
  const gw2 = rows.find(({ gateway }) => gateway === 'gw2');
  assert.equal([gw2?.rows, gw2?.gaps, gw2?.lost], [1, 1, 1204]);
  const warnings: string[] = [];
  await ask(
    'count(*)',
    `between '${new Date(NOON - 1000).toISOString()}' and '${new Date(NOON + 1000).toISOString()}'`,
    warnings,
  );
  assert.ok(
    warnings.some(each => /1204 events of gw2 were lost/.test(each)),
    warnings.join('\n'),
  );
});

run('sums of whole hours answer from the roll-up, with the same result', async ({ spool }) => {
  const recorder = await openRecorder(spool, { gateway: 'gw3' });
  for (let id = 0; id < 50; id++) recorder.entry(flowAt(id, NOON, NOON + id * 600_000, id));
  await recorder.close();
  const range = `between '${new Date(NOON).toISOString()}' and '${new Date(NOON + 5 * 3_600_000).toISOString()}'`;
  const columns = 'src, count(*), sum(bytes), sum(orig.bytes), avg(orig.bytes), count(orig.bytes)';
  const tail = "where gateway = 'gw3' and event = destroy group by src";
  const hours = await explained(`select ${columns} from conntrack in history '${store}' ${range} ${tail}`);
  assert.match(hours.get('sql') ?? '', /FROM flows_1h WHERE/);
  const [fromHours] = await ask(columns, `${range} ${tail}`);
  // A condition that the sums do not have.
  const all = await explained(
    `select ${columns} from conntrack in history '${store}' ${range} where id >= 0 and gateway = 'gw3' group by src`,
  );
  assert.match(all.get('sql') ?? '', /FROM flows WHERE/);
  assert.match(all.get('reads') ?? '', /about \d+ rows/);
  assert.equal(fromHours, (await ask(columns, `${range} where id >= 0 and gateway = 'gw3' group by src`))[0]);
});

run('what is wrong is reported, and never with the password', async () => {
  assert.match((await failure(ask('src', 'since forever', [], server.address('nothing')))).message, /no history in/);
  const refused = await failure(ask('src', 'since forever', [], 'clickhouse://127.0.0.1:1/flows?tls=off'));
  assert.match(refused.message, /cannot connect to ClickHouse at 127\.0\.0\.1:1: nothing listens there/);
  process.env.CTQ_CLICKHOUSE_PASSWORD = 'very-secret';
  try {
    const error = await failure(ask('src', 'since forever'));
    assert.match(error.message, /refuses the password of default/);
    assert.not.match(`${error.message} ${error.hint} ${JSON.stringify(error)} ${String(error.stack)}`, /very-secret/);
  } finally {
    delete process.env.CTQ_CLICKHOUSE_PASSWORD;
  }
});

run('a password from a file', async ({ spool }) => {
  const path = join(spool, 'password');
  writeFileSync(path, '\n');
  process.env.CTQ_CLICKHOUSE_PASSWORD_FILE = path;
  try {
    assert.ok((await ask('count(*)', 'since forever')).length === 1);
    process.env.CTQ_CLICKHOUSE_PASSWORD_FILE = join(spool, 'nothing');
    assert.match((await failure(ask('src', 'since forever'))).message, /cannot read the password from .*: ENOENT/);
  } finally {
    delete process.env.CTQ_CLICKHOUSE_PASSWORD_FILE;
  }
});

run('Ctrl-C ends the query at the server', async () => {
  const stop = new AbortController();
  await server.fail({ hold: 500 });
  const before = (await server.seen()).killed.length;
  try {
    const query = checkedQuery(`select id from conntrack in history '${store}' since forever`);
    const session = sessionOf(undefined as never, { signal: stop.signal });
    const asked = runQuery(query, new Collector(), session);
    // While the query itself runs.
    await until('the query', async () => (await server.seen()).queries.at(-1)?.startsWith('SELECT id'), {
      within: 20_000,
    });
    stop.abort(new Error('interrupted'));
    assert.is((await failure(asked)).message, 'interrupted');
    await until('its end', async () => (await server.seen()).killed.length > before);
  } finally {
    await server.fail({ hold: 0 });
  }
});

run('values are parameters: no text of a statement reaches the SQL', async () => {
  assert.equal(await ask('id', "since forever where gateway = 'x''; DROP TABLE flows --'"), []);
  const { queries } = await server.seen();
  assert.not.ok(queries.some(sql => sql.includes('DROP TABLE')));
});

run('exactly once: answers that are cut off, inserts that are not done', async ({ spool }) => {
  await server.fail({ cut: 2, drop: 1 });
  const recorder = await openRecorder(spool, { gateway: 'gw4' });
  for (let id = 0; id < 30; id++) recorder.entry(flowAt(id, NOON, NOON + 1, 1));
  await recorder.close();
  const again = await openRecorder(spool, { gateway: 'gw4' });
  await sentFrom(spool);
  await again.close();
  assert.equal(await ask('count(*), count(distinct id), sum(bytes)', "since forever where gateway = 'gw4'"), [
    [30, 30, 30],
  ]);
});

run('a segment that the server refuses is put aside, and its rows are reported as lost', async ({ spool }) => {
  const warnings: string[] = [];
  const recorder = await openRecorder(spool, { gateway: 'gw5', warnings });
  await sentFrom(spool);
  await server.fail({ refuse: 1 });
  for (let id = 0; id < 7; id++) recorder.entry(flowAt(id, NOON, NOON + 1, 1));
  await recorder.close();
  assert.ok(
    warnings.some(each => /does not take the segment/.test(each)),
    warnings.join('\n'),
  );
  const folder = join(spool, readdirSync(spool)[0], 'gw5');
  assert.is(readdirSync(join(folder, 'rejected')).length, 1);
  const { rows } = await overviewOf(store);
  assert.is(await ask('count(*)', "since forever where gateway = 'gw5'").then(([count]) => count), 0);
  const [[lost]] = await withConnection(connection =>
    connection.all("SELECT toUInt32(sum(events)) FROM losses WHERE gateway = 'gw5' AND reason = 'rejected'", []),
  );
  assert.is(
    lost,
    7,
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
});

run('a full spool refuses the newest, and reports how many', async ({ spool }) => {
  const warnings: string[] = [];
  await server.kill();
  const recorder = await openRecorder(spool, { gateway: 'gw6', warnings, size: 20_000 });
  for (let id = 0; id < 100; id++) recorder.entry(flowAt(id, NOON, NOON + 1, 1));
  await recorder.flush();
  for (let id = 100; id < 200; id++) recorder.entry(flowAt(id, NOON, NOON + 1, 1));
  await recorder.close();
  assert.ok(
    warnings.some(each => /is full/.test(each)),
    warnings.join('\n'),
  );
  await server.start();
  const again = await openRecorder(spool, { gateway: 'gw6' });
  await sentFrom(spool);
  await again.close();
  const [stored] = await ask('count(*)', "since forever where gateway = 'gw6'");
  const [[lost]] = await withConnection(connection =>
    connection.all("SELECT toUInt32(sum(events)) FROM losses WHERE gateway = 'gw6' AND reason = 'spool'", []),
  );
  assert.equal([stored, lost], [100, 100]);
});

const withConnection = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
  const connection = await Connection.open(serverOf(store));
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};

run('an older server, and a user who may not send settings', async () => {
  const old = new ClickHouse(['--version', '18.16.1']);
  const strict = new ClickHouse(['--readonly']);
  try {
    await old.start();
    const error = await failure(ask('src', 'since forever', [], old.address()));
    assert.match(error.message, /ClickHouse 18\.16\.1 .* is too old/);
    await strict.start();
    await failure(ask('src', 'since forever', [], strict.address())).then(({ message }) =>
      assert.match(message, /no history/),
    );
  } finally {
    await old.stop();
    await strict.stop();
  }
});

run("TLS, with a certificate authority of one's own", async ({ spool }) => {
  const key = join(spool, 'key.pem');
  const cert = join(spool, 'cert.pem');
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  assert.is(made.status, 0, String(made.stderr));
  const secure = new ClickHouse(['--key', key, '--cert', cert]);
  try {
    await secure.start();
    const unknown = await failure(ask('src', 'since forever', [], secure.address()));
    assert.match(`${unknown.message}; ${unknown.hint}`, /its certificate is not trusted; .*\?ca=FILE/);
    const known = await failure(ask('src', 'since forever', [], `${secure.address()}?ca=${cert}`));
    assert.match(known.message, /no history/, known.message);
    const noTls = await failure(ask('src', 'since forever', [], store.replace('?tls=off', '')));
    assert.match(`${noTls.message}; ${noTls.hint}`, /the port does not speak TLS; .*\?tls=off/);
  } finally {
    await secure.stop();
  }
});

run('the statements of the Grafana dashboard run', async () => {
  const path = new URL('../../../../examples/grafana-history.json', import.meta.url);
  const { panels } = JSON.parse(readFileSync(path, 'utf8')) as {
    panels: readonly { readonly title: string; readonly targets: readonly { readonly rawSql: string }[] }[];
  };
  const values: Readonly<Record<string, string>> = {
    gateway: "'gw1', 'gw2'",
    address: "'203.0.113.7'",
    port: "'40070'",
  };
  for (const { title, targets } of panels)
    for (const { rawSql } of targets) {
      const sql = rawSql
        .replace(/\$__timeFilter\((\w+)\)/g, '$1 > toDateTime(0)')
        .replace(/\$\{(\w+):singlequote\}/g, (_, name: string) => values[name]);
      const response = await fetch(`http://127.0.0.1:${server.port}/?database=flows`, {
        method: 'POST',
        body: `${sql} FORMAT JSONCompactEachRow`,
        headers: { Authorization: `Basic ${Buffer.from('default:').toString('base64')}` },
      });
      const text = await response.text();
      assert.is(response.status, 200, `${title}: ${text}`);
      if (title !== 'Losses') assert.ok(text.trim() !== '', `${title} shows nothing`);
    }
});

plain.run();
test.run();
