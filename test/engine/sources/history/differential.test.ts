// timeout: 240
/** Random conditions, keys and aggregates: SQL over segments gives what the pipeline gives over the same rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { historyReading } from '../../../../src/engine/query/exec/history/history-rows.js';
import { historyPlan } from '../../../../src/engine/query/exec/history/run-history.js';
import { Pipeline } from '../../../../src/engine/query/exec/pipeline.js';
import { runQuery } from '../../../../src/engine/query/exec/select.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { planSelect } from '../../../../src/engine/query/plan/plan.js';
import { Connection } from '../../../../src/engine/sources/history/clickhouse/connection.js';
import { writeValue } from '../../../../src/engine/sources/history/clickhouse/flow-row.js';
import { ByteWriter } from '../../../../src/engine/sources/history/clickhouse/row-binary.js';
import { TABLES } from '../../../../src/engine/sources/history/clickhouse/tables.js';
import { store } from '../../../../src/engine/sources/history/columns.js';
import { hourOf, hourPath, segmentName } from '../../../../src/engine/sources/history/files/layout.js';
import { SegmentWriter } from '../../../../src/engine/sources/history/files/recording/segment-writer.js';
import type { HistoryLevel } from '../../../../src/engine/sources/history/sql/compile.js';
import type { CheckedSelect } from '../../../../src/lang/checked/ast.js';
import { RECORDED, RECORDED_FIELDS, type RecordedField } from '../../../../src/lang/schema/history.js';
import { serverOf } from '../../../../src/lang/schema/history-server.js';
import { parseAddress, unmapped } from '../../../../src/lang/values/address.js';
import type { Address, Integer, Value } from '../../../../src/lang/values/value.js';
import { ClickHouse, whyNoClickHouse } from '../../../kit/clickhouse.js';
import { checkedQuery, sessionOf } from '../../../kit/engine.js';
import { ENVIRONMENT } from '../../../kit/environment.js';

const test = suite('history: SQL and pipeline');

const RUNS = Number(process.env.HISTORY_RUNS ?? 20);
const NOON = 1_795_521_600_000n;
const MAX64 = 2n ** 64n - 1n;
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.1.1',
  '203.0.113.7',
  '255.255.255.255',
  '0.0.0.0',
  '2001:db8::1',
  '2001:db8::2',
  '2001:db8:0:1::1',
  '::',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '::ffff:10.0.0.1',
  'fd00::1',
];

type Row = Record<RecordedField, Value>;

/** Rows with nulls, both families, and the limits of each type; always the same. */
function makeRows(count: number): Row[] {
  let seed = 42;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const pick = <T>(list: readonly T[]): T => list[next(list.length)];
  const orNull = <T>(value: T): T | null => (next(6) === 0 ? null : value);
  const address = (): Value => orNull(parseAddress(pick(ADDRESSES)) as Value);
  const counter = (): Value => orNull(pick<Integer>([0, 1, 2, 9_007_199_254_740_991, MAX64, 1500, 3, 4, 100]));
  const port = (): Value => orNull(pick([0, 53, 80, 443, 65_535, 1024]));
  return Array.from({ length: count }, (_, i) => {
    const stop = Number(NOON) - next(7_200_000);
    const start = orNull(stop - next(100_000));
    return {
      gateway: pick(['gw1', 'gw2', "o'hara"]),
      netns: orNull('blue'),
      event: pick(['update', 'destroy']),
      start: start === null ? null : BigInt(start) * 1_000_000n,
      since: start === null ? null : BigInt(start) * 1_000_000n,
      stop: BigInt(stop) * 1_000_000n,
      proto: pick([6, 17, 1, 255]),
      'orig.src': address(),
      'orig.dst': address(),
      'orig.sport': port(),
      'orig.dport': port(),
      'reply.src': address(),
      'reply.dst': address(),
      'reply.sport': port(),
      'reply.dport': port(),
      'orig.icmp_type': orNull(8),
      'orig.icmp_code': orNull(0),
      'orig.icmp_id': orNull(i % 100),
      'reply.icmp_type': null,
      'reply.icmp_code': null,
      'reply.icmp_id': null,
      'orig.packets': counter(),
      'orig.bytes': counter(),
      'reply.packets': counter(),
      'reply.bytes': counter(),
      status: orNull(pick([0, 0x18a, 0x19a, 0x1aa, 0x1ba, 0xffffffff])),
      mark: orNull(pick([0, 1, 0x1000, 0xffffffff])),
      zone: orNull(pick([0, 1, 65_535])),
      labels: orNull(pick(['\0\0\0\0\0\0\0\0', '\u0009\0\0\0\0\0\0\0', '\u0001\0\0\0\0\0\u0010\0'])),
      helper: orNull(pick(['ftp', 'sip'])),
      id: orNull(i),
    };
  });
}

const ROWS = makeRows(600);
/** As ClickHouse keeps them: an IPv4 address that is written as an IPv6 address is one. */
const MAPPED_ROWS = ROWS.map(
  row =>
    Object.fromEntries(
      Object.entries(row).map(([field, value]) => [
        field,
        RECORDED[field as RecordedField].stored === 'address' && value !== null ? unmapped(value as Address) : value,
      ]),
    ) as Row,
);
let folder = '';
const whyNoServer = whyNoClickHouse();
const server = new ClickHouse();
let serverAddress = '';
if (whyNoServer !== undefined) console.log(`only DuckDB is compared: ${whyNoServer}`);

test.before(async () => {
  if (whyNoServer === undefined) {
    await server.start();
    serverAddress = await server.prepare();
    const bytes = new ByteWriter();
    for (const row of ROWS) for (const field of RECORDED_FIELDS) writeValue(bytes, field, row[field]);
    const connection = await Connection.open(serverOf(serverAddress));
    const columns = TABLES.flows.map(({ name }) => name);
    await connection.insert('flows', columns, bytes.written, 'rows', new AbortController().signal);
    await connection.close();
  }
  folder = mkdtempSync(join(tmpdir(), 'ctq-history-'));
  const writer = await SegmentWriter.open();
  const hours = new Map<number, Row[]>();
  for (const row of ROWS) {
    const hour = hourOf(Number(row.stop) / 1e6);
    hours.set(hour, [...(hours.get(hour) ?? []), row]);
  }
  for (const [hour, rows] of hours) {
    let chunk = writer.chunk();
    for (const row of rows) {
      for (const field of RECORDED_FIELDS) store(RECORDED[field].stored, row[field], cell => chunk.put(cell));
      if (!chunk.isFull) continue;
      await writer.add(hour, chunk);
      chunk = writer.chunk();
    }
    await writer.add(hour, chunk);
    await writer.write(hour, join(folder, hourPath(hour), segmentName('gw1', hour, hour)));
  }
  writer.close();
});
test.after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

/** The stores to ask, with the rows that they have. */
const stores = (): [string, readonly Row[]][] => [
  [folder, ROWS],
  ...(serverAddress === '' ? [] : [[serverAddress, MAPPED_ROWS] as [string, readonly Row[]]]),
];

const number = fc.constantFrom(
  'orig.bytes',
  'reply.bytes',
  'bytes',
  'packets',
  'orig.packets',
  'mark',
  'zone',
  'sport',
  'reply.dport',
  'proto',
  'id',
  'orig.icmp_id',
);
const integer = fc.constantFrom(
  '0',
  '1',
  '53',
  '80',
  '1500',
  '65535',
  '4294967295',
  '9007199254740991',
  '18446744073709551615',
  '-1',
);
const address = fc.constantFrom('src', 'dst', 'reply.src', 'reply.dst');
const literal = fc.constantFrom(...ADDRESSES);
const network = fc.constantFrom(
  '10.0.0.0/24',
  '0.0.0.0/0',
  '203.0.113.7/32',
  '2001:db8::/32',
  '2001:db8::/127',
  '::/0',
  '2001:db8::1/128',
);
const comparison = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const equality = fc.constantFrom('=', '!=');
const text = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map(part => (typeof part === 'string' ? fc.constant(part) : part))).map(all => all.join(' '));

const arithmetic = fc.oneof(
  number,
  text('(', number, fc.constantFrom('+', '-', '*', '/', '%', '&', '|', '^'), number, ')'),
  text(
    '(',
    number,
    fc.constantFrom('+', '-', '*', '/', '%', '&', '>>'),
    fc.constantFrom('0', '1', '2', '7', '1000'),
    ')',
  ),
);
const simple = fc.oneof(
  text(arithmetic, comparison, integer),
  text(arithmetic, comparison, arithmetic),
  text(number, 'between', integer, 'and', integer),
  text(
    fc.constantFrom('sport', 'mark', 'id'),
    'in (',
    fc.constantFrom('0', '53, 80', '1..1000', '443, null', '0, 4294967295'),
    ')',
  ),
  text(fc.constantFrom('sport', 'mark', 'id'), 'not in (', fc.constantFrom('0', '53, 80', '1..1000', '443, null'), ')'),
  text(address, equality, literal),
  text(address, equality, network),
  text(address, equality, address),
  text(address, 'in (', literal, ',', network, ')'),
  text(address, 'not in (', literal, ', null)'),
  text(
    address,
    'is',
    fc.constantFrom('private', 'public', 'not private', 'not public', 'multicast', 'link_local', 'null', 'not null'),
  ),
  text('host', equality, literal),
  text('port', equality, fc.constantFrom('53', '0', '65535')),
  text('status', 'has', fc.constantFrom('ASSURED', '(SEEN_REPLY, ASSURED)', 'any (SRC_NAT, DST_NAT)', 'UNREPLIED')),
  text('labels', 'has', fc.constantFrom('bulk', 'vip', "'eth0-in'", 'any (bulk, vip)')),
  text('nat', equality, fc.constantFrom('none', 'src', 'dst', 'both')),
  text('event', equality, fc.constantFrom('update', 'destroy')),
  text('family', equality, fc.constantFrom('ipv4', 'ipv6')),
  text('gateway', equality, fc.constantFrom("'gw1'", "'o''hara'", "'x; drop table'")),
  text(fc.constantFrom('helper', 'netns', 'start', 'orig.bytes', 'labels'), 'is', fc.constantFrom('null', 'not null')),
  text(
    fc.constantFrom('start', 'stop', 'since'),
    comparison,
    'now() - ',
    fc.constantFrom('1h', '30m', '1500500us', '1ns'),
  ),
  text('age', comparison, fc.constantFrom('0s', '10s', '1m')),
  text(fc.constantFrom('lower(helper)', 'service(sport)'), '=', fc.constantFrom("'ftp'", "'domain'")),
);
const condition: fc.Arbitrary<string> = fc.letrec<{ node: string }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple,
    text('not (', tie('node'), ')'),
    text('(', tie('node'), fc.constantFrom('and', 'or'), tie('node'), ')'),
  ),
})).node;

const key = fc.constantFrom(
  'src',
  'dst',
  'proto',
  'sport',
  'nat',
  'event',
  'family',
  'gateway',
  'net(src, 24)',
  'net(dst, 24, 96)',
  'net(src, 0, 0)',
  'sport > 100',
  'zone',
  'mark & 1',
  'stop',
  'service(sport)',
  'helper',
  'bucket(stop, 1h)',
  'bucket(start, 1500us)',
  'bucket(age, 7s)',
  'bucket(orig.bytes, 1000)',
  'bucket(id - 300, 64)',
);
const aggregate = fc.constantFrom(
  'count(*)',
  'count(src)',
  'count(distinct src)',
  'count(distinct sport)',
  'count(helper)',
  'sum(bytes)',
  'sum(orig.bytes)',
  'avg(orig.packets)',
  'avg(age)',
  'min(start)',
  'max(bytes)',
  'min(orig.bytes)',
  'p50(orig.bytes)',
  'p95(sport)',
  'p99(age)',
  'max(src)',
  'list(dport)',
  'list(src)',
  'count(*) filter (where proto = tcp)',
  'sum(bytes) filter (where dport < 1024)',
  'sum(sport * 2)',
);
const direction = fc.constantFrom('', ' desc');
/** The best of an order that leaves only equal rows in any order. */
const best = (columns: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.shuffledSubarray([...columns], { minLength: columns.length }),
      fc.array(direction, { minLength: columns.length, maxLength: columns.length }),
      fc.constantFrom('1', '3', '20', '1000'),
      fc.constantFrom('', ' offset 2'),
    )
    .map(([order, down, limit, offset]) => {
      const by = order.map((each, i) => `${each}${down[i]}`).join(', ');
      return `order by ${by} limit ${limit}${offset}`;
    });
const having = fc.oneof(
  text('having count(*)', comparison, fc.constantFrom('1', '2', '40')),
  text('having sum(orig.packets)', comparison, integer, 'and count(*) > 1'),
  text('having max(start) is', fc.constantFrom('null', 'not null')),
  text('having p95(sport) % 2 =', fc.constantFrom('0', '1')),
);
/** Columns of rows whose order SQL knows. */
const SORTABLE = ['orig.bytes', 'src', 'stop', 'id', 'sport > 100', 'reply.dst', 'age'];
const query = fc.oneof(
  fc
    .record({
      where: condition,
      keys: fc.uniqueArray(key, { minLength: 1, maxLength: 2 }),
      aggregates: fc.uniqueArray(aggregate, { minLength: 1, maxLength: 2 }),
      only: fc.option(having, { nil: '' }),
    })
    .chain(({ where, keys, aggregates, only }) =>
      best([...keys, ...aggregates]).map(order => ({
        columns: [...keys, ...aggregates].join(', '),
        tail: `where ${where} group by ${keys.join(', ')} ${only} ${order}`,
      })),
    ),
  fc.record({ where: condition, order: best(SORTABLE) }).map(({ where, order }) => ({
    columns: SORTABLE.join(', '),
    tail: `where ${where} ${order}`,
  })),
  fc
    .record({ where: condition, columns: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }) })
    .chain(({ where, columns }) =>
      fc.oneof(fc.constant(''), best(columns)).map(order => ({
        columns: `distinct ${columns.join(', ')}`,
        tail: `where ${where} ${order}`,
      })),
    ),
  fc
    .record({
      where: condition,
      keys: fc.uniqueArray(key, { maxLength: 2 }),
      aggregates: fc.uniqueArray(aggregate, { minLength: 1, maxLength: 3 }),
    })
    .map(({ where, keys, aggregates }) => ({
      columns: [...keys, ...aggregates].join(', '),
      tail: `where ${where}${keys.length > 0 ? ` group by ${keys.join(', ')}` : ''}`,
    })),
  condition.map(where => ({
    columns: 'id, src, reply.dst, bytes, age, nat, family, labels, start',
    tail: `where ${where}`,
  })),
);

/** Rows as text, sorted where their order is not asked for. */
function shown(rows: readonly (readonly Value[])[], { orderBy }: CheckedSelect): string[] {
  const lines = rows.map(row =>
    row.map(value => `${typeof value === 'bigint' ? 'number' : typeof value} ${value}`).join(' | '),
  );
  return orderBy.length > 0 ? lines : lines.sort();
}

/** The result of the pipeline over rows in memory. */
function judged(select: CheckedSelect, rows: readonly Row[]): string[] {
  const at = new Map(RECORDED_FIELDS.map((field, i) => [field, i]));
  const collector = new Collector();
  const now = Number(ENVIRONMENT.now());
  const reading = historyReading({
    environment: ENVIRONMENT,
    now: BigInt(now) === ENVIRONMENT.now() ? now : ENVIRONMENT.now(),
  });
  const pipeline = new Pipeline(select, reading, collector, { emit: () => {}, keep: row => row });
  for (const row of rows) pipeline.push({ values: RECORDED_FIELDS.map(field => row[field]), at });
  pipeline.finish(0);
  return shown(collector.rows, select);
}

/** @param historyLevel the most that SQL does */
async function asked(select: CheckedSelect, historyLevel?: HistoryLevel): Promise<string[]> {
  const collector = new Collector();
  await runQuery(select, collector, { ...sessionOf(undefined as never), historyLevel });
  return shown(collector.rows, select);
}

test('random queries', async () => {
  await fc.assert(
    fc.asyncProperty(query, async ({ columns, tail }) => {
      for (const [store, rows] of stores()) {
        const statement = `select ${columns} from conntrack in history '${store}' since forever ${tail}`;
        let select: CheckedSelect;
        try {
          select = checkedQuery(statement) as CheckedSelect;
        } catch {
          // Two types that cannot be compared: not a statement.
          return;
        }
        const expected = judged(select, rows);
        for (const level of ['whole', 'partial', 'rows'] as const)
          assert.equal(await asked(select, level), expected, `${level}: ${statement}`);
      }
    }),
    {
      numRuns: RUNS,
      includeErrorInReport: true,
      ...(process.env.HISTORY_SEED ? { seed: Number(process.env.HISTORY_SEED) } : {}),
    },
  );
});

/** Where engines differ from ctq, or from each other; each would be seen here. */
const TRAPS: readonly (readonly [level: HistoryLevel, columns: string, tail: string])[] = [
  // Files must not be skipped wrongly for an equality.
  ...['10.0.0.1', '255.255.255.255', '2001:db8::2', '::ffff:10.0.0.1'].map(
    each => ['whole', 'count(*)', `where dst = ${each}`] as const,
  ),
  // A null in a list makes a miss null.
  ['whole', 'count(*)', 'where sport in (53, null)'],
  ['whole', 'count(*)', 'where sport not in (53, null)'],
  ['whole', 'count(*)', 'where not (sport in (53, null)) or src not in (::, null)'],
  // The nearest rank.
  ['whole', 'p50(orig.bytes), p90(sport), p95(id), p99(orig.packets)', ''],
  ['whole', 'proto, p95(id)', 'group by proto'],
  // Integers beyond 64 bits, and divisions by zero.
  ['whole', 'sum(orig.bytes), sum(bytes), avg(orig.bytes), max(orig.bytes + 1), min(0 - bytes)', ''],
  ['rows', 'max(orig.bytes * reply.bytes)', ''],
  ['whole', 'count(*)', 'where id / sport > 1'],
  ['whole', 'count(*)', 'where orig.packets % sport = 0 or id % zone is null'],
  // Patterns have no escape.
  ['partial', 'count(*)', "where helper like 'f_p' or helper like '%\\\\%' or helper like 'S%'"],
  // Times to the nanosecond against whole milliseconds.
  ['whole', 'count(*), min(start), max(stop)', 'where stop > now() - 1500500us or start <= now() - 1ns'],
  ['whole', 'count(*)', 'where bucket(stop, 1500us) = stop'],
  // Null keys, and nulls in both directions of an order.
  ['whole', 'src, count(*)', 'group by src order by src desc limit 20'],
  ['whole', 'dst, zone', 'group by dst, zone order by zone, dst limit 20'],
  ['whole', 'count(distinct src), count(dst), count(distinct helper)', 'where zone is null'],
];
for (const [level, columns, tail] of TRAPS) {
  test(`${columns} ${tail}`, async () => {
    for (const [store, rows] of stores()) {
      const statement = `select ${columns} from conntrack in history '${store}' since forever ${tail}`;
      const select = checkedQuery(statement) as CheckedSelect;
      const session = sessionOf(undefined as never);
      assert.is((await historyPlan(planSelect(select, session), store, session)).query.level, level, store);
      const expected = judged(select, rows);
      for (const most of ['whole', 'partial', 'rows'] as const)
        assert.equal(await asked(select, most), expected, `${most}: ${statement}`);
    }
  });
}

test('what SQL does of a query', async () => {
  const doesOf = async (text: string): Promise<string> => {
    const session = sessionOf(undefined as never);
    const select = checkedQuery(text.replace('history', `history '${folder}'`)) as CheckedSelect;
    const { level, does } = (await historyPlan(planSelect(select, session), folder, session)).query;
    return `${level}: ${does.join(', ')}`;
  };
  const from = 'from conntrack in history since forever';
  assert.is(
    await doesOf(
      `select src, sum(bytes) as b ${from} where dport = 53 group by src having count(*) > 1 order by b desc limit 3`,
    ),
    'whole: where, group, having, order, limit',
  );
  assert.is(await doesOf(`select bucket(stop, 1h) as hour, count(*) ${from} group by hour`), 'whole: group');
  assert.is(await doesOf(`select distinct src, dport ${from} limit 5`), 'whole: group, limit');
  assert.is(
    await doesOf(`select service(dport) as s, sum(bytes) ${from} where proto = tcp group by s`),
    'partial: where, group',
  );
  assert.is(await doesOf(`select id, stop ${from} order by stop desc limit 5`), 'rows: order, limit');
  assert.is(await doesOf(`select id ${from} where service(dport) = 'domain' order by stop limit 5`), 'rows: ');
  assert.is(
    await doesOf(`select gateway, count(*) ${from} group by gateway order by gateway limit 5`),
    'whole: group',
    'text',
  );
});

test('ranges: what ended, and what was there', async () => {
  const bound = new Date(Number(NOON) - 3_600_000).toISOString();
  const ms = Number(NOON) - 3_600_000;
  const ended = (row: Row): number => Number(row.stop) / 1e6;
  const since = (row: Row): number => (row.since === null ? Number.POSITIVE_INFINITY : Number(row.since) / 1e6);
  const cases: [string, (row: Row) => boolean][] = [
    [`since '${bound}'`, row => ended(row) >= ms],
    [`between '${bound}' and now() - 30m`, row => ended(row) >= ms && ended(row) < ms + 1_800_000],
    [`between now() - 3h and '${bound}'`, row => ended(row) < ms],
    [`at '${bound}'`, row => since(row) <= ms && (ended(row) > ms || (ended(row) === ms && row.event === 'destroy'))],
    [`at '${bound}' within 20s`, row => since(row) <= ms + 20_000 && ended(row) >= ms - 20_000],
  ];
  for (const [range, holds] of cases) {
    for (const [store] of stores()) {
      const select = checkedQuery(`select id, stop from conntrack in history '${store}' ${range}`) as CheckedSelect;
      const expected = judged(select, ROWS.filter(holds));
      assert.ok(expected.length > 0, range);
      assert.equal(await asked(select), expected, `${store}: ${range}`);
    }
  }
});

test('adjoining ranges add up', async () => {
  let sum = 0;
  for (let hour = 3; hour > 0; hour--) {
    const text = `select id from conntrack in history '${folder}' between now() - ${hour}h and now() - ${hour - 1}h`;
    sum += (await asked(checkedQuery(text.replace('now() - 0h', 'now() + 1s')) as CheckedSelect)).length;
  }
  assert.is(sum, ROWS.length);
});

test.run();
