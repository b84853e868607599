/** `openmetrics` and `prometheus`: families, labels, values, and what is refused. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ResultColumn } from '../../../src/engine/formats/sink.js';
import type { FormatName } from '../../../src/lang/checked/ast.js';
import type { Value } from '../../../src/lang/values/value.js';
import { Collected, sinkTo, written } from './support.js';

const test = suite('openmetrics');

const COLUMNS: readonly ResultColumn[] = [
  { name: 'proto', type: { name: 'proto' } },
  { name: 'helper', type: { name: 'text' } },
  { name: 'flows', type: { name: 'integer' }, isMeasure: true, text: 'count(*)' },
  { name: 'age_seconds', type: { name: 'duration' }, isMeasure: true },
  { name: 'drop_total', type: { name: 'integer' }, isMeasure: true, text: 'sum(drop) + coalesce(1, "x")' },
];
const ROWS: readonly (readonly Value[])[] = [
  [6, 'a"b\\c\nd', 3, 1_500_000_000, 18446744073709551615n],
  [250, null, 0, null, 7],
];

const text = (format: FormatName, columns = COLUMNS, rows = ROWS, options = {}): Promise<string> =>
  written(
    format,
    sink => {
      sink.begin({ table: 'stats', columns });
      for (const row of rows) sink.row(row);
      sink.end();
    },
    [],
    options,
  );

test('families, labels, escapes and exact integers', async () => {
  assert.is(
    await text('openmetrics'),
    `# HELP flows count(*) from stats
# TYPE flows gauge
flows{proto="tcp",helper="a\\"b\\\\c\\nd"} 3
flows{proto="250"} 0
# HELP age_seconds age_seconds from stats
# TYPE age_seconds gauge
age_seconds{proto="tcp",helper="a\\"b\\\\c\\nd"} 1.5
# HELP drop sum(drop) + coalesce(1, \\"x\\") from stats
# TYPE drop counter
drop_total{proto="tcp",helper="a\\"b\\\\c\\nd"} 18446744073709551615
drop_total{proto="250"} 7
# EOF
`,
  );
});

test('in the text format of Prometheus a counter has its whole name, and nothing ends the text', async () => {
  const prometheus = await text('prometheus');
  assert.match(
    prometheus,
    /^# HELP drop_total sum\(drop\) \+ coalesce\(1, "x"\) from stats\n# TYPE drop_total counter\n/m,
  );
  assert.not.match(prometheus, /EOF/);
});

test('conditions, decimals and times', async () => {
  const columns: readonly ResultColumn[] = [
    { name: 'full', type: { name: 'boolean' }, isMeasure: true },
    { name: 'load', type: { name: 'decimal' }, isMeasure: true },
    { name: 'since', type: { name: 'time' }, isMeasure: true },
  ];
  const lines = (await text('prometheus', columns, [[true, 0.25, 1_700_000_000_250_000_000n]])).split('\n');
  assert.equal(
    lines.filter(line => !line.startsWith('#')),
    ['full 1', 'load 0.25', 'since 1700000000.25', ''],
  );
});

test('an empty result has no families', async () => {
  assert.is(await text('prometheus', COLUMNS, []), '');
  assert.is(await text('openmetrics', COLUMNS, []), '# EOF\n');
});

test('a key may be a column of a table: its dots become underscores', async () => {
  const columns: readonly ResultColumn[] = [
    { name: 'orig.src', type: { name: 'address' } },
    { name: 'flows', type: { name: 'integer' }, isMeasure: true },
  ];
  assert.match(await text('prometheus', columns, [[0x0a000001, 1]]), /^flows\{orig_src="10\.0\.0\.1"\} 1$/m);
});

test('two rows with the same labels are refused', async () => {
  try {
    await text('openmetrics', COLUMNS, [ROWS[0], ROWS[0]]);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /several rows have the labels \{proto="tcp"/);
  }
});

test('more than 10,000 series are refused with their number', async () => {
  const columns: readonly ResultColumn[] = [
    { name: 'n', type: { name: 'integer' } },
    { name: 'flows', type: { name: 'integer' }, isMeasure: true },
    { name: 'bytes', type: { name: 'integer' }, isMeasure: true },
  ];
  const rows = (count: number): Value[][] => Array.from({ length: count }, (_, n) => [n, 1, n % 3 === 0 ? null : 2]);
  assert.is((await text('prometheus', columns, rows(6000))).split('\n').length, 10_000 + 4 + 1);
  try {
    await text('prometheus', columns, rows(9000));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^prometheus: 15000 series, at most 10000 are allowed$/);
  }
});

test('a terminal is not steered by labels', async () => {
  const shown = await text('prometheus', COLUMNS, [[6, '\x1b[31m', 1, null, null]], { isTTY: true });
  assert.not.match(shown, /\x1b/);
});

test('an interrupted result is not written', async () => {
  const stream = new Collected();
  const sink = await sinkTo(stream, 'prometheus');
  sink.begin({ table: 'stats', columns: COLUMNS });
  sink.row(ROWS[0]);
  sink.abandon?.();
  await sink.close();
  assert.is(stream.text, '');
});

test.run();
