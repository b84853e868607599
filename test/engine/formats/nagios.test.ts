/** `output nagios`: states, text, performance data. The judge reads the line by the guidelines of Monitoring Plugins. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ResultColumn } from '../../../src/engine/formats/sink.js';
import type { CheckStatus } from '../../../src/engine/formats/writing/format.js';
import type { Value } from '../../../src/lang/values/value.js';
import { perfdata } from '../../kit/perfdata.js';
import { written } from './support.js';

const test = suite('nagios');

const FLOWS: ResultColumn = { name: 'flows', type: { name: 'integer' }, isMeasure: true };
const state = (level: 'warning' | 'critical', text = `flows > ${level}`): ResultColumn => ({
  name: `(${level})`,
  type: { name: 'boolean' },
  text,
  alert: { kind: 'state', level },
});
const bound = (level: 'warning' | 'critical', op: '<' | '<=' | '>' | '>=' = '>', column = 'flows'): ResultColumn => ({
  name: '(bound)',
  type: { name: 'integer' },
  alert: { kind: 'bound', level, column, op },
});

async function lineOf(
  columns: readonly ResultColumn[],
  rows: readonly (readonly Value[])[],
  table: 'conntrack' | 'stats' = 'conntrack',
): Promise<{ line: string; status: CheckStatus | undefined }> {
  let status: CheckStatus | undefined;
  const line = await written(
    'nagios',
    sink => {
      sink.begin({ table, columns });
      for (const row of rows) sink.row(row);
      sink.end();
    },
    [],
    { checked: each => (status = each) },
  );
  return { line, status };
}

test('one row: its numbers, the condition that it meets, the thresholds', async () => {
  const columns = [FLOWS, state('warning'), bound('warning'), state('critical'), bound('critical')];
  assert.equal(await lineOf(columns, [[10, false, 20, false, 30]]), {
    line: 'CONNTRACK OK: flows = 10 | flows=10;20;30\n',
    status: 0,
  });
  assert.equal(await lineOf(columns, [[25, true, 20, false, 30]]), {
    line: 'CONNTRACK WARNING: flows = 25 (flows > warning) | flows=25;20;30\n',
    status: 1,
  });
  assert.equal(await lineOf(columns, [[35, true, 20, true, 30]]), {
    line: 'CONNTRACK CRITICAL: flows = 35 (flows > critical) | flows=35;20;30\n',
    status: 2,
  });
});

test('a value that is null is UNKNOWN where a condition depends on it, and has no performance data', async () => {
  const columns = [FLOWS, state('warning'), state('critical')];
  assert.equal(await lineOf(columns, [[null, null, null]]), { line: 'CONNTRACK UNKNOWN: flows = null\n', status: 3 });
  assert.is((await lineOf(columns, [[null, null, true]])).status, 2);
  assert.is((await lineOf(columns, [[null, true, null]])).status, 1);
  assert.is((await lineOf([FLOWS], [[null]])).status, 0);
  // A key that is null does not make the number unknown.
  assert.is(
    (await lineOf([{ name: 'state', type: { name: 'text' } }, ...columns], [[null, 5, null, false]])).status,
    0,
  );
});

test('groups: the worst decides; the text and the performance data are bounded', async () => {
  const columns = [{ name: 'src', type: { name: 'text' } }, FLOWS, state('warning'), state('critical')] as const;
  const rows = Array.from({ length: 1000 }, (_, i): Value[] => [`host ${i}`, i, i % 10 === 0, i % 100 === 99]);
  const { line, status } = await lineOf(columns, rows);
  assert.is(status, 2);
  assert.match(
    line,
    /^CONNTRACK CRITICAL: 10 critical, 100 warning of 1000 rows \(flows > critical\): host 99 flows = 99; /,
  );
  assert.match(line, /host 499 flows = 499; 5 more \|/);
  const read = perfdata(line);
  assert.is(read.length, 20);
  assert.equal(
    read.slice(0, 3).map(each => each.label),
    ['host 0 flows', 'host 10 flows', 'host 20 flows'],
  );
  assert.is(read.filter(({ value }) => value % 100 === 99).length, 10, 'the worst are there');
  assert.equal(await lineOf(columns, []), { line: 'CONNTRACK OK: no rows\n', status: 0 });
  assert.equal((await lineOf(columns, rows.slice(1, 3))).line.split(' | ')[0], 'CONNTRACK OK: 2 rows');
});

test('worst is CRITICAL, then WARNING, then UNKNOWN', async () => {
  const columns = [{ name: 'k', type: { name: 'text' } }, FLOWS, state('warning'), state('critical')] as const;
  const unknown: Value[] = ['u', null, null, false];
  assert.is((await lineOf(columns, [unknown, ['o', 1, false, false]])).status, 3);
  assert.is((await lineOf(columns, [unknown, ['w', 1, true, false]])).status, 1);
  assert.is((await lineOf(columns, [['w', 1, true, false], unknown, ['c', 1, true, true]])).status, 2);
});

test('ranges say for which values there is no alert, or with @ for which there is one', async () => {
  for (const [op, value, range] of [
    ['>', 5, '5'],
    ['>', -5, '~:-5'],
    ['>=', 5, '@5:'],
    ['<', 5, '5:'],
    ['<=', 5, '@~:5'],
    ['>', null, undefined],
  ] as const) {
    const { line } = await lineOf([FLOWS, state('critical'), bound('critical', op)], [[1, false, value]]);
    assert.equal(perfdata(line), [{ label: 'flows', value: 1, unit: '', warning: undefined, critical: range }]);
  }
});

test('units: bytes, seconds, counters of the kernel; no exponent, no infinity', async () => {
  const measure = (name: string, type: ResultColumn['type']): ResultColumn => ({ name, type, isMeasure: true });
  const columns = [
    measure('bytes', { name: 'integer', unit: 'bytes' }),
    measure('rate', { name: 'decimal', unit: 'bytes', isRate: true }),
    measure('age', { name: 'duration' }),
    measure('drop_total', { name: 'integer' }),
    measure('tiny', { name: 'decimal' }),
    measure('endless', { name: 'decimal' }),
    measure('top', { name: 'text' }),
  ];
  const row = [18446744073709551615n, 1.5, 1_500_000_000, 7, 1.5e-7, Number.POSITIVE_INFINITY, 'x'];
  const { line } = await lineOf(columns, [row], 'stats');
  const all = perfdata(line).map(({ label, value, unit }) => `${label}=${value}${unit}`);
  assert.equal(all, ['bytes=18446744073709552000B', 'rate=1.5', 'age=1.5s', 'drop_total=7c', 'tiny=1.5e-7']);
  assert.match(line, /bytes=18446744073709551615B .* tiny=0\.00000015\n$/);
  assert.match(line, / top = x \|/);
});

test('no text of a flow ends the line, begins the performance data or another label', async () => {
  const columns = [{ name: 'helper', type: { name: 'text' } }, FLOWS, state('critical')] as const;
  const hostile = ["a|b=1;2'c\nCRITICAL: x\x1b[2J", "it's", '', 'x=9', '\u202e'];
  const { line, status } = await lineOf(
    columns,
    hostile.map((text, i): Value[] => [text, i, true]),
  );
  assert.is(status, 2);
  assert.is(line.split('\n').length, 2);
  assert.is(line.split('|').length, 2);
  assert.not.match(line.trimEnd(), /\p{Cc}|\p{Cf}/u);
  assert.equal(
    perfdata(line).map(({ label, value }) => [label, value]),
    [
      ["a/b:1;2'c CRITICAL: x\\x1b[2J flows", 0],
      ["it's flows", 1],
      ['flows', 2],
      ['x:9 flows', 3],
      ['\\u202e flows', 4],
    ],
  );
});

test('two rows with the same keys are refused', async () => {
  const columns = [{ name: 'k', type: { name: 'text' } }, FLOWS] as const;
  try {
    await lineOf(columns, [
      ['a', 1],
      ['a', 2],
    ]);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /several rows have the keys 'a'/);
  }
});

test.run();
