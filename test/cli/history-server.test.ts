// timeout: 120
/** The program with a history in ClickHouse: tables, recording as a service does, asking. */
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RecordedHistories } from '../../src/shell/interactive/completion/recorded-histories.js';
import { startCtq } from '../kit/cli.js';
import { ClickHouse, whyNoClickHouse } from '../kit/clickhouse.js';
import { fillTables } from '../kit/flows.js';
import { ctqHere } from '../kit/here.js';
import { until } from '../kit/until.js';

const plain = suite('history in ClickHouse: statements');
const test = suite('history in ClickHouse: program');
const obstacle = whyNoClickHouse();
if (obstacle !== undefined) console.log(obstacle);
const run = obstacle === undefined ? test : test.skip;

const server = new ClickHouse();
const spool = mkdtempSync(join(tmpdir(), 'ctq-spool-'));

test.before(async () => {
  if (obstacle === undefined) await server.start();
});
test.after(async () => {
  await server.stop();
  rmSync(spool, { recursive: true, force: true });
});

plain('a password in an address is not shown', async () => {
  const { code, stderr } = await ctqHere([
    "select from conntrack in history 'clickhouse://u:secret@db/flows' since forever",
  ]);
  assert.is(code, 2);
  assert.match(stderr, /CTQ_CLICKHOUSE_PASSWORD/);
  assert.match(stderr, /u:\*{6}@db/);
  assert.not.match(stderr, /secret/);
});

plain('the statements for a cluster are written, not run', async () => {
  const { code, stdout } = await ctqHere(["prepare history 'clickhouse://db/flows?cluster=main' keep 90d"]);
  assert.is(code, 0);
  assert.match(stdout, /CREATE TABLE IF NOT EXISTS flows\.flows_local ON CLUSTER 'main'/);
  assert.match(stdout, /ENGINE = ReplicatedMergeTree\(/);
  assert.match(stdout, /ENGINE = Distributed\('main', 'flows', 'flows_local', cityHash64\(gateway\)\)/);
  assert.match(stdout, /INTERVAL 90 DAY/);
});

run('tables, flows of the kernel, and answers', async () => {
  const address = server.address();
  const refused = await ctqHere(['--read-only', `prepare history '${address}' keep 10950d`]);
  assert.equal([refused.code, /prepare is refused/.test(refused.stderr)], [1, true], refused.stderr);
  const made = await ctqHere([`prepare history '${address}' keep 10950d`]);
  assert.equal([made.code, /^made the tables/.test(made.stderr)], [0, true], made.stderr);
  assert.match((await ctqHere([`prepare history '${address}' keep 10950d`])).stderr, /has the tables already/);

  const recorder = startCtq([`watch from conntrack on destroy into '${address}' spool 10MiB`], {
    env: { CTQ_SPOOL: spool },
  });
  // It reports once when it has begun.
  await until(
    'the first report of the recorder',
    async () => (await server.seen()).queries.some(sql => sql.startsWith('INSERT INTO recorders')),
    { within: 20_000, every: 50 },
  );
  fillTables();
  const before = Number((await ctqHere(['-o', 'csv', 'select count(*) from conntrack'])).stdout.split('\n')[1]);
  assert.ok(before > 10);
  await ctqHere(['delete from conntrack where id >= 0']);
  assert.is(await recorder.stop(), 143, recorder.stderr);
  // A flow that ended by itself before they were counted is an event too.
  const events = Number(/^(\d+) events .* none lost/m.exec(recorder.stderr)?.[1]);
  assert.ok(events >= before, recorder.stderr);
  const asked = await ctqHere([
    '-o',
    'csv',
    `use history '${address}'; select count(*) from conntrack since now() - 1h`,
  ]);
  assert.is(asked.stdout, `count(*)\n${events}\n`, asked.stderr);
  const shown = await ctqHere(['-o', 'csv', `show history '${address}'`]);
  assert.match(shown.stdout, new RegExp(`,${events},0,0\n$`), shown.stderr);
});

run('Ctrl-C ends a query here and at the server', async () => {
  await server.fail({ hold: 3000 });
  try {
    const asking = startCtq([`select id from conntrack in history '${server.address()}' since forever`]);
    const running = await until(
      'the query',
      async () => {
        const { queries, running: names } = await server.seen();
        return queries.at(-1)?.startsWith('SELECT id') ? names.at(-1) : undefined;
      },
      { within: 20_000, every: 20 },
    );
    assert.is(await asking.stop('SIGINT'), 130, asking.stderr);
    await until('its end', async () => (await server.seen()).killed.includes(running));
    assert.is(asking.stdout, '');
  } finally {
    await server.fail({ hold: 0 });
  }
});

run('Tab offers the gateways and the days that a server has', async () => {
  const histories = new RecordedHistories();
  assert.is(histories.of(server.address()), undefined, 'it is asked');
  assert.is(await histories.settled(), true);
  const { gateways } = await until('the answer', () => histories.of(server.address()), { within: 20_000 });
  assert.equal(gateways, [hostname()]);
  assert.is(await histories.settled(), false, 'it is not asked again');
  assert.is(histories.of('clickhouse://127.0.0.1:1/flows?tls=off'), undefined);
  assert.is(await histories.settled(), true);
  assert.is(histories.of('clickhouse://127.0.0.1:1/flows?tls=off'), undefined, 'it cannot be reached');
});

plain.run();
test.run();
