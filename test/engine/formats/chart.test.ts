/** `chart` and `svg`: lines over a time. */
import { XMLValidator } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { amountMarks, axisMarks } from '../../../src/engine/formats/chart/scale.js';
import type { ResultColumn } from '../../../src/engine/formats/sink.js';
import type { FormatName } from '../../../src/lang/checked/ast.js';
import type { TypeName, Value } from '../../../src/lang/values/value.js';
import { written } from './support.js';

const test = suite('chart');

const HOUR = 3_600_000_000_000;
/** 2026-11-27T00:00:00Z. */
const MIDNIGHT = Date.UTC(2026, 10, 27) * 1e6;
const key = (name: string, type: TypeName): ResultColumn => ({ name, type: { name: type } });
const measure = (name: string, type: TypeName): ResultColumn => ({ ...key(name, type), isMeasure: true });
const OF_DAY = [key('hour', 'time'), measure('flows', 'integer')];

const drawn = (
  format: FormatName,
  columns: readonly ResultColumn[],
  rows: readonly (readonly Value[])[],
  options: object = {},
): Promise<string> =>
  written(
    format,
    sink => {
      sink.begin({ table: 'conntrack', columns });
      for (const row of rows) sink.row(row);
      sink.end();
    },
    [],
    { width: 60, ...options },
  );

const day = (of: (hour: number) => Value): Value[][] =>
  Array.from({ length: 24 }, (_, hour) => [MIDNIGHT + hour * HOUR, of(hour)]);

test('a line rises from corner to corner', async () => {
  const text = await drawn(
    'chart',
    OF_DAY,
    day(hour => hour),
    { unicode: false },
  );
  assert.is(
    text,
    `flows by hour (UTC)
30 +
   |
   |
   |                                                      *
   |                                                   ***
20 +                                               ****
   |                                          *****
   |                                     *****
   |                                 ****
   |                            *****
10 +                       *****
   |                  *****
   |              ****
   |         *****
   |    *****
 0 +****
   +-------------------------------------------------------
    11-27       06:00         12:00         18:00
`,
  );
  const braille = await drawn(
    'chart',
    OF_DAY,
    day(hour => hour),
  );
  assert.match(braille, /^30 ┤$/m);
  assert.match(braille, /^ 0 ┤[⠁-⣿]+$/m);
  assert.match(braille, /^ {3}└─{55}$/m);
});

test('lines by key: letters without colours, colours with', async () => {
  const columns = [key('hour', 'time'), key('gateway', 'text'), measure('flows', 'integer')];
  const rows = [0, 1, 2].flatMap(hour => [
    [MIDNIGHT + hour * HOUR, 'gw1', 10],
    [MIDNIGHT + hour * HOUR, 'gw\u001b2', 5],
  ]);
  const text = await drawn('chart', columns, rows);
  assert.match(text, /^a gw1 {3}b gw\\x1b2$/m);
  assert.match(text, /^10 ┤a+$/m);
  assert.match(text, /^ 5? *[┤│]b+$/m);
  const colours = await drawn('chart', columns, rows, { color: true });
  assert.match(colours, /\u001b\[34m━━ gw1\u001b\[0m/);
  assert.match(colours, /\u001b\[32m⠉?[⠀-⣿]+\u001b\[0m/);
});

test('intervals without rows are gaps, not lines', async () => {
  const rows = day(() => 1).filter((_, hour) => hour < 4 || hour > 19);
  const line =
    (await drawn('chart', OF_DAY, rows, { unicode: false })).split('\n').find(each => each.includes('*')) ?? '';
  assert.match(line, /\*+ {20,}\*+$/);
});

test('each aggregate has its own chart; a single point, no point', async () => {
  const columns = [...OF_DAY, measure('sum(bytes)', 'integer')];
  const rows = [
    [MIDNIGHT, 3, 5 * 2 ** 30],
    [MIDNIGHT + HOUR, null, 2 ** 30],
  ];
  const text = await drawn('chart', columns, rows);
  assert.match(text, /flows by hour[\s\S]*sum\(bytes\) by hour/);
  assert.match(text, /^ *6 GiB ┤/m);
  assert.is(await drawn('chart', OF_DAY, []), '');
});

test('more lines than can be distinguished are left out, with a warning', async () => {
  const columns = [key('hour', 'time'), key('port', 'port'), measure('flows', 'integer')];
  const rows = Array.from({ length: 12 }, (_, i) => [MIDNIGHT, i, i]);
  const warnings: string[] = [];
  const text = await drawn('chart', columns, rows, { warn: (message: string) => warnings.push(message) });
  assert.equal(warnings, ['4 more lines are not drawn: the 8 largest are']);
  assert.match(text, /^a 4 {3}b 5 {3}.*h 11$/m);
});

test('svg is XML that shows each point and runs nothing', async () => {
  const columns = [key('hour', 'time'), key('helper', 'text'), measure('bytes', 'integer')];
  const text = await drawn('svg', columns, [
    [MIDNIGHT, '<script>"&', 1024],
    [MIDNIGHT + HOUR, '<script>"&', 4096],
  ]);
  assert.is(XMLValidator.validate(text), true);
  assert.match(text, /<polyline class="line" stroke="#0072b2" points="90,\S+ 940,\S+"\/>/);
  assert.match(text, /<title>&lt;script&gt;&quot;&amp;: 2026-11-27 \S+ 4.0 KiB<\/title>/);
  assert.not.match(text, /<script/);
  assert.is(XMLValidator.validate(await drawn('svg', columns, [])), true);
});

test('marks are round', () => {
  const texts = (marks: readonly { text: string }[]): string[] => marks.map(each => each.text);
  assert.equal(texts(amountMarks(0, 23, measure('n', 'integer'), 4)), ['0', '10', '20', '30']);
  assert.equal(texts(amountMarks(0, 0, measure('n', 'integer'), 4)), ['0', '1']);
  assert.equal(texts(amountMarks(-3, 3, measure('n', 'integer'), 4)), ['-4', '-2', '0', '2', '4']);
  assert.equal(texts(amountMarks(0, 0.3, measure('n', 'decimal'), 3)), ['0', '0.1', '0.2', '0.3']);
  assert.equal(texts(amountMarks(0, 3e6, { ...measure('bytes', 'integer') }, 4)), ['0 B', '1 MiB', '2 MiB', '3 MiB']);
  assert.equal(texts(amountMarks(0, 90e9, measure('age', 'duration'), 2)), ['0s', '1m', '2m']);
  const marks = axisMarks(MIDNIGHT - HOUR, MIDNIGHT + 23 * HOUR, key('hour', 'time'), 6, false);
  assert.equal(texts(marks), ['11-27', '06:00', '12:00', '18:00']);
  assert.equal(texts(axisMarks(0, 4, key('mark', 'integer'), 4, false)), ['0', '1', '2', '3', '4']);
});

test.run();
