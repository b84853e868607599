/** Groups of parts of the rows, merged, give what one pass over all rows gives: also with having, order and limit. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Pipeline } from '../../../../src/engine/query/exec/pipeline.js';
import { atOnce } from '../../../../src/engine/query/exec/steps.js';
import { Collector } from '../../../../src/engine/query/exec/subqueries.js';
import { check } from '../../../../src/lang/check/check.js';
import type { CheckedSelect } from '../../../../src/lang/checked/ast.js';
import { fromPlain, toPlain } from '../../../../src/lang/conversion/plain.js';
import { parse } from '../../../../src/lang/syntax/parse.js';
import type { Value } from '../../../../src/lang/values/value.js';
import { ENVIRONMENT } from '../../../kit/environment.js';

const test = suite('merged groups');

type Row = Readonly<Record<string, Value>>;

function pipelineOf(text: string): { pipeline: Pipeline<Row>; sink: Collector; select: CheckedSelect } {
  const { value, diagnostics } = check(parse(text).statements[0], ENVIRONMENT);
  assert.equal(diagnostics, [], text);
  const sink = new Collector();
  const reading = { field: (node: { name: string }) => (row: Row) => row[node.name] ?? null, environment: ENVIRONMENT };
  const select = value as CheckedSelect;
  return { pipeline: new Pipeline<Row>(select, reading, sink, { emit() {}, keep: row => row }), sink, select };
}

/** The answer of several machines with a part of the rows each. */
function merged(text: string, parts: readonly (readonly Row[])[]): readonly (readonly Value[])[] {
  const { pipeline, sink, select } = pipelineOf(text);
  const { keys, aggregates } = select.grouping!;
  for (const rows of parts) {
    const part = pipelineOf(text).pipeline;
    for (const row of rows) part.push(row);
    const sent: unknown[][][] = [];
    atOnce(
      part.finishing(2, {
        isBest: false,
        *take(table, groups) {
          for (const group of groups) {
            yield;
            sent.push([
              table.keys.map(values => toPlain(values[group])),
              aggregates.map((_, i) => table.state(i, group) as unknown),
            ]);
          }
        },
      }),
    );
    for (const [values, states] of JSON.parse(JSON.stringify(sent)) as unknown[][][])
      pipeline.merge(
        values.map((value, i) => fromPlain(value, keys[i].type)),
        states,
      );
  }
  pipeline.finish(2);
  return sink.rows;
}

const v6 = fc
  .integer({ min: 0, max: 9 })
  .map(n => `\u2001\u0db8\u0000\u0000\u0000\u0000\u0000${String.fromCharCode(n)}`);
const row: fc.Arbitrary<Row> = fc.record({
  'orig.src': fc.oneof(fc.integer({ min: 1, max: 20 }), v6),
  mark: fc.option(fc.integer({ min: 0, max: 30 })),
  proto: fc.constantFrom(6, 17),
  bytes: fc.option(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom<Value>(2n ** 63n, 2n ** 64n - 1n))),
  state: fc.option(fc.constantFrom('ESTABLISHED', 'CLOSE')),
  start: fc.option(fc.constantFrom<Value>(1_764_000_000_000_000_001n, 1_764_000_000_900_000_000n)),
});

const KEYS = ['', 'src', 'mark', 'proto, src', 'net(src, 24), mark, state', 'bucket(start, 1s)'];
const AGGREGATES = [
  'count(*) as n, count(bytes)',
  'count(*) as n, sum(bytes), avg(bytes), sum(bytes / 3), avg(bytes * 0.1)',
  'count(*) as n, min(src), max(src), min(start), max(state), count(distinct src), count(distinct bytes)',
  'count(*) as n, p50(bytes), p90(mark), p95(start), p99(bytes / 7)',
];
const TAILS = ['', 'having n > 1', 'having n > 2 or sum(bytes) is null'];
const ORDERS = ['', 'n desc', 'n', 'sum(bytes) desc', 'max(mark), n'];

test('as one pass over all rows', () => {
  const query = fc
    .tuple(
      fc.constantFrom(...KEYS),
      fc.constantFrom(...AGGREGATES),
      fc.constantFrom(...TAILS),
      fc.constantFrom(...ORDERS),
      fc.option(fc.tuple(fc.nat(5), fc.nat(3))),
      fc.constantFrom('', 'distinct '),
    )
    .map(([keys, aggregates, having, order, limit, distinct]) => {
      // Groups with equal keys of the order come in the order of their keys, so that the first ones are the same.
      const by = [order, keys].filter(each => each !== '').join(', ');
      return [
        `select ${distinct}${keys === '' ? '' : `${keys}, `}${aggregates} from conntrack`,
        keys === '' ? '' : `group by ${keys}`,
        having,
        by === '' ? '' : `order by ${by}`,
        limit ? `limit ${limit[0]} offset ${limit[1]}` : '',
      ].join(' ');
    });
  fc.assert(
    fc.property(query, fc.array(fc.tuple(row, fc.nat(3)), { maxLength: 60 }), (text, rows) => {
      const { pipeline, sink } = pipelineOf(text);
      for (const [each] of rows) pipeline.push(each);
      pipeline.finish(2);
      const parts = [0, 1, 2, 3].map(part => rows.filter(([, of]) => of === part).map(([each]) => each));
      assert.equal(merged(text, parts), sink.rows, text);
    }),
    { numRuns: 200 },
  );
});

test('a group that is in no top list of a part may be in that of all', () => {
  const flows = (src: number, count: number): Row[] => Array.from({ length: count }, () => ({ 'orig.src': src }));
  const parts = [
    [...flows(1, 9), ...flows(2, 8)],
    [...flows(3, 9), ...flows(2, 8)],
  ];
  assert.equal(merged('select src, count(*) from conntrack group by src order by 2 desc limit 1', parts), [[2, 16]]);
});

test('more groups than allowed are an error', () => {
  const { select } = pipelineOf('select src, count(*) from conntrack group by src');
  const pipeline = new Pipeline<Row>(
    { ...select, grouping: { ...select.grouping!, most: 2 } },
    { field: node => row => row[node.name] ?? null, environment: ENVIRONMENT },
    new Collector(),
    { emit() {}, keep: row => row },
  );
  for (const src of [1, 2, 1]) pipeline.push({ 'orig.src': src });
  assert.throws(() => pipeline.push({ 'orig.src': 3 }), /more than 2 groups/);
});

test.run();
