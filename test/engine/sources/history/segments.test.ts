import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../../src/engine/errors.js';
import { historyPlan } from '../../../../src/engine/query/exec/history/run-history.js';
import { runQuery } from '../../../../src/engine/query/exec/select.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { planSelect } from '../../../../src/engine/query/plan/plan.js';
import { openDatabase, openReader } from '../../../../src/engine/sources/history/files/duckdb.js';
import {
  allSegments,
  hourPath,
  hoursOf,
  namesIn,
  segmentName,
  segmentsOf,
  sizeOf,
} from '../../../../src/engine/sources/history/files/layout.js';
import { Clock } from '../../../../src/engine/sources/history/files/recording/clock.js';
import {
  gapsIn,
  processStart,
  readState,
  writeState,
} from '../../../../src/engine/sources/history/files/recording/journal.js';
import { Recorder } from '../../../../src/engine/sources/history/files/recording/recorder.js';
import {
  SEGMENT_COLUMNS,
  SegmentWriter,
} from '../../../../src/engine/sources/history/files/recording/segment-writer.js';
import { compact, expire } from '../../../../src/engine/sources/history/files/recording/upkeep.js';
import { overviewOf } from '../../../../src/engine/sources/history/read-overview.js';
import type { CheckedSelect } from '../../../../src/lang/checked/ast.js';
import { checkedQuery, sessionOf } from '../../../kit/engine.js';
import { flowAt, ns } from '../../../kit/recorded.js';

const test = suite<{ folder: string }>('history: segments');
test.before.each(context => {
  context.folder = mkdtempSync(join(tmpdir(), 'ctq-history-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
/** 12:00 of a day, ms. */
const NOON = 1_795_521_600_000;
const YEARS = { age: 100 * 365 * 24 * HOUR };

const recorder = (folder: string, now: () => number, warnings: string[] = [], gateway = 'gw1'): Promise<Recorder> =>
  Recorder.open({
    folder,
    gateway,
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
  // Another process continues.
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
  // One that is being written.
  writeFileSync(join(hour.path, `.gw1@${part.last + 1}.parquet`), 'PAR1');
  assert.equal(await ask(folder, 'count(*), count(distinct id)', 'since forever'), [[3, 3]]);
  await compact(folder, 'gw1', writer, NOON + 2 * HOUR);
  assert.is(allSegments(hour.path).length, 1);
  writer.close();
});

test('many flows of two hours: passed on in chunks, each in the segment of its hour', async ({ folder }) => {
  const FLOWS = 9000;
  const recording = await recorder(folder, () => NOON);
  for (let i = 0; i < FLOWS; i++) recording.entry(flowAt(i, NOON - HOUR, NOON + (i % 2 === 0 ? -1 : 1) * 60_000, i));
  await recording.close();
  assert.equal(
    hoursOf(folder).map(({ path }) => allSegments(path).length),
    [1, 1],
  );
  assert.equal(
    await ask(
      folder,
      'bucket(stop, 1h) as hour, count(*), count(distinct id)',
      'since forever group by hour order by hour',
    ),
    [
      [ns(NOON - HOUR), FLOWS / 2, FLOWS / 2],
      [ns(NOON), FLOWS / 2, FLOWS / 2],
    ],
  );
  assert.is(recording.recorded, FLOWS);
});

/** Adds rows to a segment. */
async function add(writer: SegmentWriter, key: number, count: number, id = (row: number) => row): Promise<void> {
  let chunk = writer.chunk();
  for (let row = 0; row < count; row++) {
    for (const { name } of SEGMENT_COLUMNS) chunk.put(name === 'id' ? id(row) : name === 'stop' ? BigInt(NOON) : null);
    if (!chunk.isFull) continue;
    await writer.add(key, chunk);
    chunk = writer.chunk();
  }
  await writer.add(key, chunk);
}

test('a segment that lacks rows is not written, and the next one is', async ({ folder }) => {
  const writer = await SegmentWriter.open();
  const path = join(folder, hourPath(NOON), segmentName('gw1', 1, 1));
  await add(writer, 1, 1);
  const broken = writer.chunk();
  const { copyTo } = broken;
  broken.copyTo = () => {
    throw new Error('no memory');
  };
  await writer.add(1, broken);
  broken.copyTo = copyTo;
  await add(writer, 1, 1);
  let refused: unknown;
  await writer.write(1, path).catch((error: unknown) => {
    refused = error;
  });
  assert.match(String(refused), /no memory/);
  assert.is(existsSync(path), false);
  await add(writer, 1, 1);
  await writer.write(1, path);
  writer.close();
  assert.equal(await ask(folder, 'count(*)', 'since forever'), [1]);
});

test('a segment that is being written is hidden from readers', async ({ folder }) => {
  const writer = await SegmentWriter.open();
  const hour = join(folder, hourPath(NOON));
  // What a recorder that was killed was writing.
  mkdirSync(hour, { recursive: true });
  writeFileSync(join(hour, '.gw1@1.parquet'), 'PAR1');
  let isWritten = false;
  const seen = new Set<string>();
  await add(writer, 1, 50_000);
  const writing = writer.write(1, join(hour, segmentName('gw1', 1, 1))).then(() => {
    isWritten = true;
  });
  for (; !isWritten; await new Promise(resolve => setImmediate(resolve)))
    for (const name of namesIn(hour)) seen.add(name);
  await writing;
  writer.close();
  assert.equal([...seen].filter(name => name !== 'gw1@1.parquet').sort(), ['.gw1@1.parquet']);
});

test('a large hour is merged in groups, one at a time', async ({ folder }) => {
  const ROWS = 20_000;
  const writer = await SegmentWriter.open(join(folder, '.spill'));
  const hour = join(folder, hourPath(NOON));
  for (let i = 0; i < 5; i++) {
    await add(writer, i, ROWS, row => Math.imul(i * ROWS + row, 0x9e3779b1) >>> 0);
    await writer.write(i, join(hour, segmentName('gw1', i, i)));
  }
  const two = 2.5 * sizeOf(join(hour, segmentName('gw1', 0, 0)));
  const ranges: string[][] = [];
  for (let isMore = true; isMore; ) {
    isMore = await compact(folder, 'gw1', writer, NOON + 2 * HOUR, two);
    ranges.push(allSegments(hour).map(({ first, last }) => `${first}-${last}`));
    assert.equal(await ask(folder, 'count(*), count(distinct id)', 'since forever'), [[5 * ROWS, 5 * ROWS]]);
  }
  assert.equal(ranges, [
    ['0-1', '2-2', '3-3', '4-4'],
    ['0-1', '2-3', '4-4'],
    ['0-1', '2-3', '4-4'],
  ]);
  writer.close();
  assert.not(existsSync(join(folder, '.spill')));
});

test('what is larger than the memory is spilled to a folder that only its owner can read', async ({ folder }) => {
  const spill = join(folder, 'spill');
  const grouped = async (where?: string): Promise<number> => {
    const { connection, close } = await openDatabase({ threads: 1, spill: where });
    try {
      await connection.run("SET memory_limit = '12MB'");
      await connection.run('SET enable_external_access = false');
      const sql = 'SELECT sum(n) FROM (SELECT i, count(*) AS n FROM range(300000) AS r(i) GROUP BY i ORDER BY hash(i))';
      if (where !== undefined) assert.is(statSync(where).mode & 0o777, 0o700);
      return Number((await connection.runAndReadAll(sql)).getRows()[0][0]);
    } finally {
      close();
    }
  };
  assert.match(String(await grouped().catch((error: Error) => error.message)), /Out of Memory/i);
  assert.is(await grouped(spill), 300_000);
  assert.not(existsSync(spill));
});

test('retention by age, by size, and by free space', async ({ folder }) => {
  const one = await recorder(folder, () => NOON);
  for (let i = 0; i < 4; i++) one.entry(flowAt(i, NOON, NOON + i * HOUR, 1));
  await one.close();
  const hours = (): number => hoursOf(folder).length;
  const now = NOON + 3 * HOUR + 60_000;
  assert.is(hours(), 4);
  expire(folder, 'gw1', { age: 1.5 * HOUR }, now, { isFull: () => false });
  assert.is(hours(), 3);
  expire(folder, 'gw1', { age: 90 * HOUR, size: 1 }, now, { isFull: () => false });
  assert.is(hours(), 1, 'the current hour stays');
  expire(folder, 'gw1', { age: 90 * HOUR }, now + 5 * HOUR, { isFull: () => true });
  assert.is(hours(), 0);
  assert.not(existsSync(join(folder, '2026-11-24')));
});

test('two recorders in a folder: each deletes its own, and what the other promised not to keep', async ({ folder }) => {
  for (const gateway of ['gw1', 'gw2']) {
    const each = await recorder(folder, () => NOON, [], gateway);
    for (let i = 0; i < 4; i++) each.entry(flowAt(i, NOON, NOON + i * HOUR, 1));
    await each.close();
  }
  const rows = async (gateway: string): Promise<unknown> =>
    (await ask(folder, 'count(*)', `since forever where gateway = '${gateway}'`))[0];
  const now = NOON + 3 * HOUR + 60_000;
  expire(folder, 'gw1', { age: 90 * HOUR, size: 1 }, now, { isFull: () => false });
  assert.equal([await rows('gw1'), await rows('gw2')], [1, 4], 'by size: its own');
  expire(folder, 'gw1', { age: 90 * HOUR }, now + 5 * HOUR, { isFull: () => true });
  assert.equal([await rows('gw1'), await rows('gw2')], [0, 4], 'by free space: its own');
  const state = readState(folder, 'gw2');
  if (state) writeState(folder, { ...state, keepAge: 1.5 * HOUR });
  expire(folder, 'gw1', { age: 90 * HOUR }, now, { isFull: () => false });
  assert.is(await rows('gw2'), 3, 'by the age that the other keeps');
});

test('for a range or a folder without flows, the times of the history are reported', async ({ folder }) => {
  const warned = async (tail: string): Promise<string> => {
    const warnings: string[] = [];
    const session = sessionOf(undefined as never, {}, warnings);
    await runQuery(checkedQuery(`select id from conntrack in history '${folder}' ${tail}`), new Collector(), session);
    return warnings.join();
  };
  assert.match(await warned('since forever'), /is empty: nothing records to it/);
  writeFileSync(join(folder, 'notes.txt'), 'of another purpose');
  const other = /^\/.* is not a history: it has other files, such as notes\.txt$/;
  for (const asked of [() => warned('since forever'), async () => String((await overviewOf(folder)).summary)]) {
    const said = await asked().catch((error: CtqError) => error.message);
    assert.match(said, other);
  }
  rmSync(join(folder, 'notes.txt'));
  const one = await recorder(folder, () => NOON);
  assert.match(await warned('since forever'), /is empty: no end of a flow was received/);
  one.entry(flowAt(1, NOON, NOON + 1, 1));
  await one.close();
  assert.match(
    await warned("since '2027-01-01'"),
    /nothing was recorded in that range: the history goes from 2026-11-24T12:00:00Z to 2026-11-24T13:00:00Z/,
  );
  assert.not.match(await warned('since forever'), /nothing was recorded/);
});

test('a clock that has jumped deletes nothing by age until it has run steadily for an hour', () => {
  let passed = 0;
  const clock = new Clock(NOON, NOON - 10_000, () => passed);
  const trusted = (minutes: number, ahead = 0): boolean => {
    passed = minutes * 60_000;
    return clock.isTrusted(NOON + passed + ahead);
  };
  assert.is(trusted(1), true);
  assert.is(trusted(2, 400 * 24 * HOUR), false, 'ahead');
  assert.is(trusted(30, 400 * 24 * HOUR), false);
  assert.is(trusted(31), false, 'set right');
  assert.is(trusted(92), true);
  assert.is(new Clock(NOON + 40 * 24 * HOUR, NOON, () => 0).isTrusted(NOON + 40 * 24 * HOUR), false, 'at the start');
});

test('what is missing is reported with the result', async ({ folder }) => {
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

test('a range that begins before the recording is reported', async ({ folder }) => {
  const one = await recorder(folder, Date.now);
  const began = Date.now();
  one.entry(flowAt(1, began, began + 1, 1));
  await one.close();
  const again = await recorder(folder, Date.now);
  await again.close();
  const warned = async (range: string): Promise<readonly string[]> => {
    const warnings: string[] = [];
    const session = sessionOf(undefined as never, {}, warnings);
    await runQuery(checkedQuery(`select id from conntrack in history '${folder}' ${range}`), new Collector(), session);
    return warnings.filter(each => each.includes('only since'));
  };
  const text = (ms: number): string => new Date(ms).toISOString();
  for (const range of [
    `at '${text(began - HOUR)}'`,
    `since '${text(began - HOUR)}'`,
    `between '${text(began - HOUR)}' and '${text(began + 10)}'`,
  ]) {
    const [warning] = await warned(range);
    assert.match(warning ?? '', /^gw1 has been recorded only since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, range);
  }
  for (const range of [`since '${text(began + 1)}'`, 'since forever']) assert.equal(await warned(range), [], range);
});

test('a range after the end of the recording is reported', async ({ folder }) => {
  const one = await recorder(folder, Date.now);
  one.entry(flowAt(1, Date.now(), Date.now() + 1, 1));
  await one.close();
  const state = readState(folder, 'gw1');
  assert.ok(state);
  const warned = async (range: string, change: object): Promise<readonly string[]> => {
    writeState(folder, {
      ...state,
      recordedSince: Date.now() - 3 * HOUR,
      recordedUntil: Date.now() - 15 * 60_000,
      ...change,
    });
    const warnings: string[] = [];
    const session = sessionOf(undefined as never, {}, warnings);
    await runQuery(checkedQuery(`select id from conntrack in history '${folder}' ${range}`), new Collector(), session);
    return warnings.filter(each => /^gw1 has recorded nothing since 20/.test(each) || each.includes('future'));
  };
  const ago = (minutes: number): string => `'${new Date(Date.now() - minutes * 60_000).toISOString()}'`;
  for (const range of [
    `at ${ago(10)}`,
    `at ${ago(10)} within 2s`,
    'since 10m',
    'since 30m',
    `between ${ago(9)} and ${ago(8)}`,
  ])
    assert.is((await warned(range, {})).length, 1, range);
  assert.is((await warned(`between ${ago(60)} and ${ago(50)}`, {})).length, 0, 'before');
  const recent = { recordedUntil: Date.now() - 30_000 };
  assert.is((await warned('since 20s', recent)).length, 1, 'just ended');
  const running = { hasEnded: false, pid: process.pid, processStart: processStart(process.pid) ?? '' };
  assert.is((await warned('since 20s', { ...recent, ...running })).length, 0, 'still running');
  assert.is((await warned('since 10m', { keepAge: 60_000 })).length, 0, 'all its flows are too old to be kept');
  const [future] = await warned(`since ${ago(-60)}`, {});
  assert.is(future, 'that time is in the future');
});

test('a gateway whose name has characters that files do not have is named as it is called', async ({ folder }) => {
  for (let i = 0; i < 2; i++) await (await recorder(folder, Date.now, [], 'vm+one')).close();
  const warnings: string[] = [];
  const session = sessionOf(undefined as never, {}, warnings);
  await runQuery(
    checkedQuery(`select id from conntrack in history '${folder}' since forever`),
    new Collector(),
    session,
  );
  assert.match(warnings.join('\n'), /Z vm\+one was not recorded: its recorder was stopped$/m);
});

test('a folder that is removed under its recorder', async ({ folder }) => {
  const warnings: string[] = [];
  const own = join(folder, 'own');
  const one = await recorder(own, Date.now, warnings);
  rmSync(own, { recursive: true });
  one.entry(flowAt(1, Date.now(), Date.now() + 1, 1));
  await one.close();
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /own was removed, and is made again: what was recorded before 20\S+Z is gone$/);
  assert.equal(await ask(own, 'count(*)', 'since forever'), [1]);
  // Also if there is nothing to write.
  const idle = await recorder(own, Date.now, warnings);
  rmSync(own, { recursive: true });
  await idle.close();
  assert.is(warnings.length, 2, warnings.join('\n'));
  assert.is(readState(own, 'gw1')?.hasEnded, true);
});

test('a folder with other files is refused', async ({ folder }) => {
  const reason = async (): Promise<string> => {
    try {
      await (await recorder(folder, Date.now)).close();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  writeFileSync(join(folder, 'passwd'), '');
  assert.match(await reason(), /^cannot record to .*: it has other files, such as passwd$/);
  assert.equal(namesIn(folder), ['passwd']);
  rmSync(join(folder, 'passwd'));
  mkdirSync(join(folder, 'lost+found'));
  assert.is(await reason(), '');
  // Once it is a history, a note beside it does no harm.
  writeFileSync(join(folder, 'README'), '');
  assert.is(await reason(), '');
});

test('a file is not a history', async ({ folder }) => {
  const path = join(folder, 'x.csv');
  writeFileSync(path, 'src\n');
  for (const each of [path, '/dev/null']) {
    let message = '';
    await ask(each, 'count(*)', 'since forever').catch((error: Error) => {
      ({ message } = error);
    });
    assert.is(message, `${each} is not a folder`);
  }
});

test('a moment of the last half hour lacks what is still open', async ({ folder }) => {
  const one = await recorder(folder, Date.now);
  one.entry(flowAt(1, Date.now(), Date.now() + 1, 1));
  const warned = async (range: string): Promise<number> => {
    const warnings: string[] = [];
    const session = sessionOf(undefined as never, {}, warnings);
    await runQuery(checkedQuery(`select id from conntrack in history '${folder}' ${range}`), new Collector(), session);
    return warnings.filter(each => /^connections that are still open may be missing: /.test(each)).length;
  };
  const ago = (minutes: number): string => `'${new Date(Date.now() - minutes * 60_000).toISOString()}'`;
  const ranges = [
    `at ${ago(0)}`,
    `at ${ago(29)}`,
    `at ${ago(31)} within 2m`,
    `at ${ago(31)}`,
    `since ${ago(29)}`,
    'since forever',
  ];
  const expected = [1, 1, 1, 0, 0, 0];
  const found = await Promise.all(ranges.map(warned)).finally(() => one.close());
  assert.equal(found, expected, ranges.join());
  const state = readState(folder, 'gw1');
  if (state) writeState(folder, { ...state, recordedUntil: Date.now() - 2 * HOUR });
  assert.is(await warned(`at ${ago(0)}`), 0, 'it records no more');
});

test('a segment that is cut off is named, and the others are read', async ({ folder }) => {
  for (const minute of [0, 1]) {
    const one = await recorder(folder, () => NOON + minute * HOUR);
    one.entry(flowAt(minute, NOON, NOON + minute * HOUR, 1));
    await one.close();
  }
  const [first] = hoursOf(folder).flatMap(({ path }) => segmentsOf(path));
  truncateSync(first.path, 300);
  const errors: string[] = [];
  const incomplete = ({ message }: Error): void => void errors.push(message);
  const collector = new Collector();
  const query = checkedQuery(`select id from conntrack in history '${folder}' since forever`);
  await runQuery(query, collector, { ...sessionOf(undefined as never), incomplete });
  assert.equal(collector.rows, [[1]]);
  assert.equal(errors, [`damaged, flows in it are missing: ${first.path}`]);

  // `show history` and the count of `explain analyze` read the others, too.
  const session = sessionOf(undefined as never);
  const plan = await historyPlan(planSelect(query as CheckedSelect, session), folder, session, true);
  assert.is(plan.stored, 1);
  const overview = await overviewOf(folder);
  assert.equal(
    overview.rows.map(({ rows }) => rows),
    [1],
  );
  assert.is(overview.notice, `damaged, flows in it are missing: ${first.path}`);
  for (const { path } of hoursOf(folder).flatMap(hour => segmentsOf(hour.path))) truncateSync(path);
  assert.equal((await overviewOf(folder)).rows, []);
});

test('a history that this user may not read is there, but denied', async ({ folder }) => {
  const one = await recorder(folder, () => NOON);
  one.entry(flowAt(1, NOON, NOON + 1, 1));
  await one.close();
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  const [{ path: hour }] = hoursOf(folder);
  const [{ path: segment }] = segmentsOf(hour);
  const queryOf = async (place: string): Promise<unknown> => {
    const query = checkedQuery(`select id from conntrack in history '${place}' since forever`);
    return runQuery(query, new Collector(), sessionOf(undefined as never));
  };
  process.seteuid?.(65534);
  try {
    // The folder, a folder in it, an hour, and a segment.
    for (const [closed, store] of [
      [folder, folder],
      [folder, inner],
      [hour, folder],
      [segment, folder],
    ]) {
      process.seteuid?.(0);
      for (const each of [folder, dirname(hour), hour, segment]) chmodSync(each, each === closed ? 0o600 : 0o755);
      process.seteuid?.(65534);
      for (const ask of [overviewOf, queryOf])
        await ask(store).then(
          () => assert.unreachable(closed),
          (error: unknown) => {
            assert.ok(error instanceof CtqError, String(error));
            assert.is(error.message, `cannot read the history in ${store}: permission denied`);
            assert.match(error.hint ?? '', /sudo.*group/);
          },
        );
    }
  } finally {
    process.seteuid?.(0);
  }
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
