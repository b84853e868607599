import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runQuery } from '../../../../src/engine/query/exec/select.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { openReader } from '../../../../src/engine/sources/history/duckdb.js';
import { gapsIn, readState, writeState } from '../../../../src/engine/sources/history/files/journal.js';
import { allSegments, hoursOf, segmentsOf } from '../../../../src/engine/sources/history/files/layout.js';
import { Recorder } from '../../../../src/engine/sources/history/files/recorder.js';
import { SegmentWriter } from '../../../../src/engine/sources/history/files/segment-writer.js';
import { compact, expire } from '../../../../src/engine/sources/history/files/upkeep.js';
import { checkedQuery, sessionOf } from '../../../kit/engine.js';
import { flowAt } from '../../../kit/recorded.js';

const test = suite<{ folder: string }>('history: segments');
test.before.each(context => {
  context.folder = mkdtempSync(join(tmpdir(), 'ctq-history-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
/** 12:00 of a day, ms. */
const NOON = 1_795_521_600_000;
const YEARS = { age: 100 * 365 * 24 * HOUR };
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

const recorder = (folder: string, now: () => number, warnings: string[] = []): Promise<Recorder> =>
  Recorder.open({
    folder,
    gateway: 'gw1',
    netns: '',
    keep: YEARS,
    now: () => ns(now()),
    warn: message => warnings.push(message),
  });

async function ask(folder: string, columns: string, tail: string): Promise<unknown[]> {
  const collector = new Collector();
  await runQuery(
    checkedQuery(`select ${columns} from conntrack in history '${folder}' ${tail}`),
    collector,
    sessionOf(undefined as never),
  );
  return collector.rows.map(row => (row.length === 1 ? row[0] : row));
}

test('a long flow is found at every time, and its counters are counted once', async ({ folder }) => {
  let now = NOON;
  const first = await recorder(folder, () => now);
  now = NOON + 31 * 60_000;
  first.piece(flowAt(1, NOON, undefined, 100));
  await first.close();
  // Another process goes on.
  const second = await recorder(folder, () => now);
  now = NOON + 62 * 60_000;
  second.piece(flowAt(1, NOON, undefined, 250));
  now = NOON + 70 * 60_000;
  second.piece(flowAt(1, NOON, undefined, 260));
  second.entry(flowAt(1, NOON, NOON + 80 * 60_000, 300));
  second.entry(flowAt(2, NOON, NOON + 1000, 7));
  await second.close();
  assert.equal(await ask(folder, 'sum(bytes)', 'since forever where id = 1'), [300]);
  assert.equal(await ask(folder, 'event, bytes', 'since forever where id = 1 order by stop'), [
    ['update', 100],
    ['update', 150],
    ['destroy', 50],
  ]);
  for (const minute of [0, 1, 30, 31, 32, 62, 79, 80]) {
    const time = new Date(NOON + minute * 60_000).toISOString();
    assert.equal(
      await ask(folder, 'src', `at '${time}' where reply.dst = 203.0.113.7 and reply.dport = 40001`),
      [0x0a000001],
      time,
    );
  }
  assert.equal(await ask(folder, 'src', `at '${new Date(NOON + 81 * 60_000).toISOString()}'`), []);
});

test('compaction: each flow once, before and after', async ({ folder }) => {
  for (let i = 0; i < 3; i++) {
    const part = await recorder(folder, () => NOON);
    part.entry(flowAt(i, NOON, NOON + 1, 1));
    // Upkeep at the end would compact an hour that is long over.
    await part.close();
  }
  const [hour] = hoursOf(folder);
  assert.is(segmentsOf(hour.path).length, 1);
  const writer = await SegmentWriter.open();
  const part = segmentsOf(hour.path)[0];
  // As if the recorder had ended before it removed the parts.
  await writer.merge([part.path], join(hour.path, `gw1@${part.first}.parquet`));
  assert.is(allSegments(hour.path).length, 2);
  assert.is(segmentsOf(hour.path).length, 1);
  assert.equal(await ask(folder, 'count(*), count(distinct id)', 'since forever'), [[3, 3]]);
  await compact(folder, 'gw1', writer, NOON + 2 * HOUR);
  assert.is(allSegments(hour.path).length, 1);
  writer.close();
});

test('retention by age, by size, and by free space', async ({ folder }) => {
  const one = await recorder(folder, () => NOON);
  for (let i = 0; i < 4; i++) one.entry(flowAt(i, NOON, NOON + i * HOUR, 1));
  await one.close();
  const hours = (): number => hoursOf(folder).length;
  const now = NOON + 3 * HOUR + 60_000;
  assert.is(hours(), 4);
  expire(folder, 'gw1', { age: 1.5 * HOUR }, now, () => false);
  assert.is(hours(), 3);
  expire(folder, 'gw1', { age: 90 * HOUR, size: 1 }, now, () => false);
  assert.is(hours(), 1, 'the current hour stays');
  expire(folder, 'gw1', { age: 90 * HOUR }, now + 5 * HOUR, () => true);
  assert.is(hours(), 0);
  assert.not(existsSync(join(folder, '2026-11-24')));
});

test('what is missing is told with the result', async ({ folder }) => {
  const now = Date.now();
  const one = await recorder(folder, () => now);
  one.entry(flowAt(1, now - 1000, now, 1));
  one.lost({ count: 1204, total: 1204, time: ns(now) });
  await one.close();
  const state = readState(folder, 'gw1');
  assert.is(state?.hasEnded, true);
  if (state) writeState(folder, { ...state, hasEnded: false, pid: 2 ** 30 });
  const two = await recorder(folder, () => now);
  await two.close();
  assert.equal(
    gapsIn(folder, 0, Number.POSITIVE_INFINITY)
      .map(({ reason, count }) => [reason, count])
      .sort(),
    [
      ['crashed', null],
      ['lost', 1204],
    ],
  );
  const warnings: string[] = [];
  const query = checkedQuery(`select id from conntrack in history '${folder}' since forever`);
  await runQuery(query, new Collector(), sessionOf(undefined as never, {}, warnings));
  assert.ok(
    warnings.some(each => /1204 events of gw1 were lost/.test(each)),
    warnings.join('\n'),
  );
});

test('a reader is confined to its folder', async ({ folder }) => {
  const { connection, close } = await openReader(folder);
  for (const sql of [
    "SELECT * FROM read_text('/etc/passwd')",
    "COPY (SELECT 1) TO '/tmp/x.csv'",
    "ATTACH '/tmp/x.db'",
    'SET threads=1',
    'INSTALL httpfs',
  ])
    await connection.run(sql).then(
      () => assert.unreachable(sql),
      () => {},
    );
  close();
});

test.run();
