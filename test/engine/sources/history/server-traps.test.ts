// timeout: 120
/**
 * What a ClickHouse server and its client do that would make an answer wrong or incomplete without a sign. What SQL does otherwise than
 * ctq is in differential.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runQuery } from '../../../../src/engine/query/exec/select.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { tableStatements } from '../../../../src/engine/sources/history/clickhouse/tables.js';
import { recordedAt } from '../../../../src/engine/sources/history/read-overview.js';
import { serverOf } from '../../../../src/lang/schema/history-server.js';
import { ClickHouse, whyNoClickHouse } from '../../../kit/clickhouse.js';
import { checkedQuery, sessionOf } from '../../../kit/engine.js';
import { flowAt, openServerRecorder } from '../../../kit/recorded.js';

const missing = whyNoClickHouse();
const test = suite('history: traps of ClickHouse');
const run = missing === undefined ? test : test.skip;
if (missing !== undefined) console.log(missing);

const NOON = 1_795_521_600_000;
const DAY = 86_400_000;
const FLOWS = 100;
const server = new ClickHouse();
let store = '';
let began = 0;

async function record(gateway: string, database = store): Promise<void> {
  const spool = mkdtempSync(join(tmpdir(), 'ctq-spool-'));
  try {
    const recorder = await openServerRecorder(database, { spool, gateway });
    for (let id = 0; id < FLOWS; id++) recorder.entry(flowAt(id, NOON, NOON + id, 2 ** 53 - 1));
    await recorder.close();
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}

test.before(async () => {
  if (missing !== undefined) return;
  await server.start();
  store = await server.prepare();
  began = Date.now();
  await record('gw1');
});
test.after(() => server.stop());

async function ask(columns: string, tail: string, warnings: string[] = [], place = store): Promise<unknown[]> {
  const collector = new Collector();
  const query = checkedQuery(`select ${columns} from conntrack in history '${place}' ${tail}`);
  await runQuery(query, collector, sessionOf(undefined as never, {}, warnings));
  return collector.rows.map(row => (row.length === 1 ? row[0] : row));
}

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: Error) => error.message,
  );

run('7: the client writes nothing to the terminal, and its failures do not end the process', async () => {
  const names = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const before = names.map(name => console[name]);
  const written: unknown[] = [];
  for (const name of names) console[name] = (...text: unknown[]) => void written.push(text);
  try {
    await server.fail({ refuse: 1, cut: 1 });
    await record('gw7');
    assert.match(await failure(ask('src', 'since forever', [], server.address('nothing'))), /no history/);
  } finally {
    for (const [i, name] of names.entries()) console[name] = before[i];
    await server.fail({ refuse: 0, cut: 0 });
  }
  assert.equal(written, []);
});

run('7: integers of 64 bits are exact', async () => {
  const tail = "since forever where gateway = 'gw1'";
  assert.equal(await ask('max(orig.bytes), sum(orig.bytes)', tail), [
    [2 ** 53 - 1, BigInt(2 ** 53 - 1) * BigInt(FLOWS)],
  ]);
});

run('8: an answer that the server gives up in the middle is an error, not fewer rows', async () => {
  const late = 'SELECT id';
  const isRefused = /needs more memory than the server grants/;
  assert.is((await ask('id', 'since forever')).length > 0, true);
  try {
    await server.fail({ late });
    assert.match(await failure(ask('id', 'since forever')), isRefused);
    // Also for a user whose requests have no settings.
    await server.fail({ readonly: true });
    assert.match(await failure(ask('id', 'since forever')), isRefused);
  } finally {
    await server.fail({ readonly: false, late: '' });
  }
});

run('9: no part of a cluster may be left out of an answer', async () => {
  await ask('count(*)', 'since forever');
  const { settings } = await server.seen();
  assert.is(settings.at(-1)?.skip_unavailable_shards, '0');
});

run('10: a user who may not change settings gets the answer, and a warning', async () => {
  await server.fail({ readonly: true });
  const warnings: string[] = [];
  try {
    assert.equal(await ask('count(*)', "since forever where gateway = 'gw1'", warnings), [FLOWS]);
  } finally {
    await server.fail({ readonly: false });
  }
  assert.ok(
    warnings.some(each => /may not change settings .* give it readonly = 2/.test(each)),
    warnings.join('\n'),
  );
});

run('inserts are synchronous, each with its token', async () => {
  const { settings } = await server.seen();
  const inserts = settings.filter(each => each.insert_deduplication_token !== undefined);
  assert.ok(inserts.length > 0);
  assert.ok(inserts.every(each => each.async_insert === '0' && each.insert_deduplicate === '1'));
});

run('a range before the recording, and one without flows, are said', async () => {
  const warned = async (range: string, place = store): Promise<string> => {
    const warnings: string[] = [];
    await ask('id', range, warnings, place);
    return warnings.join('\n');
  };
  const text = (ms: number): string => `'${new Date(ms).toISOString()}'`;
  const only = /^gw1 has been recorded only since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m;
  for (const range of [`since ${text(began - DAY)}`, `at ${text(began - DAY)}`])
    assert.match(await warned(range), only);
  for (const range of [`since ${text(Date.now())}`, 'since forever']) assert.not.match(await warned(range), only);
  const nothing = /nothing was recorded in that range: the history goes from 2026-11-24T12:00:00Z to/;
  assert.match(await warned(`between ${text(NOON - 3 * DAY)} and ${text(NOON - 2 * DAY)}`), nothing);
  assert.not.match(await warned("since forever where gateway = 'other'"), nothing);
  const empty = await server.prepare('empty');
  assert.match(await warned('since forever', empty), /is empty: nothing records to it/);
});

run('its times, and its gateways', async () => {
  const recorded = await recordedAt(store, AbortSignal.timeout(10_000));
  assert.equal([recorded?.from, recorded?.to], [NOON, NOON + FLOWS]);
  assert.ok(recorded?.gateways.includes('gw1'));
  assert.is(await recordedAt(await server.prepare('empty'), AbortSignal.timeout(10_000)), undefined);
});

run('the engine accepts every statement for a cluster', async () => {
  const server_ = { ...serverOf(server.address('clustered')), cluster: 'main' };
  const statements = tableStatements(server_, { flows: 90 * 86_400, hours: 365 * 86_400 });
  assert.is(statements.filter(each => each.includes("ON CLUSTER 'main'")).length, statements.length - 1);
  const query = async (sql: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${server.port}/`, {
      method: 'POST',
      body: sql,
      headers: { Authorization: `Basic ${Buffer.from('default:').toString('base64')}` },
    });
    const text = await response.text();
    assert.is(response.status, 200, `${sql}\n${text}`);
    return text;
  };
  for (const statement of statements.slice(0, -1)) assert.match(await query(`EXPLAIN AST ${statement}`), /Create/);
  // Without a cluster there are no replicas; the tables, the view and what feeds it are the same.
  for (const statement of statements.slice(0, -1).filter(each => !each.includes('ENGINE = Distributed')))
    await query(
      statement
        .replace(" ON CLUSTER 'main'", '')
        .replace(
          /Replicated(\w+)\('[^']*', '[^']*'(?:, (\w+))?\)/,
          (_, kind: string, version = '') => `${kind}(${version})`,
        )
        .replace('replicated_deduplication_window', 'non_replicated_deduplication_window'),
    );
  await query("INSERT INTO clustered.flows_local (gateway, event, stop) VALUES ('gw1', 'destroy', now64(3))");
  assert.is(await query('SELECT sum(rows) FROM clustered.flows_1h_local FORMAT TabSeparated'), '1\n');
});

test.run();
