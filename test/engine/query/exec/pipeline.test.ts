import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Pipeline } from '../../../../src/engine/query/exec/pipeline.js';
import { Sorter } from '../../../../src/engine/query/exec/sort/sorter.js';
import { atOnce } from '../../../../src/engine/query/exec/steps.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { check } from '../../../../src/lang/check/check.js';
import type { CheckedSelect } from '../../../../src/lang/checked/ast.js';
import { parse } from '../../../../src/lang/syntax/parse.js';
import type { Value } from '../../../../src/lang/values/value.js';
import { ENVIRONMENT } from '../../../kit/environment.js';

const test = suite('pipeline');

type Row = Readonly<Record<string, Value>>;

const ROWS: readonly Row[] = [
  { 'orig.src': 1, mark: 10, bytes: 100, proto: 6 },
  { 'orig.src': 2, mark: 20, bytes: null, proto: 6 },
  { 'orig.src': 1, mark: 30, bytes: 300, proto: 17 },
  { 'orig.src': 3, mark: 20, bytes: 2n ** 63n, proto: 17 },
  { 'orig.src': 1, mark: 10, bytes: 2n ** 63n, proto: 6 },
];

/** The rows of a query over ROWS; `pushed`: how many rows were taken before it had enough. */
function run(
  text: string,
  rows: readonly Row[] = ROWS,
): { rows: (readonly Value[])[]; pushed: number; entries: Row[] } {
  const { value, diagnostics } = check(parse(text).statements[0], ENVIRONMENT);
  assert.equal(diagnostics, [], text);
  const sink = new Collector();
  const entries: Row[] = [];
  const pipeline = new Pipeline<Row>(value as CheckedSelect, { field: node => row => row[node.name] ?? null }, sink, {
    emit: row => entries.push(row),
    keep: row => row,
  });
  let pushed = 0;
  for (const row of rows) {
    pushed++;
    if (!pipeline.push(row)) break;
  }
  pipeline.finish(2);
  return { rows: sink.rows, pushed, entries };
}

test('conditions, columns, limit and offset', () => {
  assert.equal(run('select mark from conntrack where proto = tcp').rows, [[10], [20], [10]]);
  const limited = run('select mark from conntrack limit 2 offset 1');
  assert.equal(limited.rows, [[20], [30]]);
  assert.is(limited.pushed, 3, 'stops when it has enough');
  assert.is(run('select from conntrack limit 0').pushed, 1);
  assert.equal(run('select from conntrack where mark = 20').entries, [ROWS[1], ROWS[3]]);
});

test('distinct rows', () => {
  assert.equal(run('select distinct mark from conntrack').rows, [[10], [20], [30]]);
  assert.equal(run('select distinct mark, proto from conntrack').rows, [
    [10, 6],
    [20, 6],
    [30, 17],
    [20, 17],
  ]);
  assert.equal(run('select distinct count(*) from conntrack group by mark').rows, [[2], [1]]);
});

test('order: descending, several keys, nulls last, stable', () => {
  assert.equal(run('select bytes from conntrack order by bytes').rows, [
    [100],
    [300],
    [2n ** 63n],
    [2n ** 63n],
    [null],
  ]);
  assert.equal(run('select bytes from conntrack order by bytes desc').rows.at(-1), [null]);
  assert.equal(run('select mark, bytes from conntrack order by mark desc, bytes').rows, [
    [30, 300],
    [20, 2n ** 63n],
    [20, null],
    [10, 100],
    [10, 2n ** 63n],
  ]);
  assert.equal(run('select from conntrack order by mark desc limit 1').entries, [ROWS[2]]);
  assert.equal(run('select mark from conntrack order by mark limit 2 offset 2').rows, [[20], [20]]);
});

test('groups and aggregates, exact beyond 2^53', () => {
  assert.equal(
    run('select src, count(*), count(bytes), sum(bytes), min(mark), max(mark), avg(mark) from conntrack group by src')
      .rows,
    [
      [1, 3, 3, 2n ** 63n + 400n, 10, 30, 50 / 3],
      [2, 1, 0, null, 20, 20, 20],
      [3, 1, 1, 2n ** 63n, 20, 20, 20],
    ],
  );
  assert.equal(
    run('select count(distinct mark), p50(mark), p99(mark), rate(*) from conntrack having count(*) > 1 every 2s').rows,
    [[3, 20, 30, 2.5]],
  );
  assert.equal(run('select proto, mark, count(*) as n from conntrack group by proto, mark having n > 1').rows, [
    [6, 10, 2],
  ]);
  assert.equal(run('select mark, count(*) from conntrack group by mark order by 2 desc, mark desc limit 2').rows, [
    [20, 2],
    [10, 2],
  ]);
  assert.equal(run('select mark & 16 as m, count(*) from conntrack group by m order by m').rows, [
    [0, 2],
    [16, 3],
  ]);
});

test('no rows: a group without keys is still one', () => {
  assert.equal(run('select count(*), sum(bytes), max(mark), p50(mark) from conntrack', []).rows, [
    [0, null, null, null],
  ]);
  assert.equal(run('select src, count(*) from conntrack group by src', []).rows, []);
});

test('a sorter with a limit keeps what a full sort would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 0, max: 50 })), { maxLength: 400 }),
      fc.integer({ min: 0, max: 20 }),
      fc.boolean(),
      (values, limit, descending) => {
        const limited = new Sorter<number>([descending], limit);
        const full = new Sorter<number>([descending]);
        values.forEach((value, i) => {
          limited.add([value], () => i);
          full.add([value], () => i);
        });
        assert.equal(atOnce(limited.take()), atOnce(full.take()).slice(0, limit));
      },
    ),
    { numRuns: 500 },
  );
});

test('groups by keys of every kind, as a map keeps them', () => {
  const key = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 2 ** 32 }),
    fc.constantFrom<Value>(null, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -1, 1.5, 2n ** 63n, '', '1', true),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 2000 }), values => {
      const counts = new Map<Value, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      const rows = values.map(mark => ({ mark }));
      assert.equal(run('select mark, count(*) from conntrack group by mark', rows).rows, [...counts]);
    }),
    { numRuns: 100 },
  );
});

test('the first groups in an order are those of all groups in that order', () => {
  const rows = fc.array(fc.record({ mark: fc.integer({ min: 0, max: 500 }), bytes: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 300,
    maxLength: 3000,
  });
  const orders = ['n', 'n desc', 'n desc, mark', 'n, mark desc', 'sum(bytes) desc', 'mark', 'n desc, sum(bytes)'];
  fc.assert(
    fc.property(rows, fc.constantFrom(...orders), fc.integer({ min: 0, max: 12 }), (values, order, limit) => {
      const query = `select mark, count(*) as n from conntrack group by mark having n > 1 order by ${order}`;
      const all = run(query, values).rows;
      assert.equal(run(`${query} limit ${limit} offset 2`, values).rows, all.slice(2, 2 + limit));
    }),
    { numRuns: 100 },
  );
});

test.run();
