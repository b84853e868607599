/** Tables with borders: `box` and `markdown`. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import type { Value } from '../../../src/lang/values/value.js';
import { textWidth } from '../../../src/shell/display/text/width.js';
import type { OutputOptions } from '../../../src/shell/output/create-sink.js';
import { encodeFlow } from '../../kit/flow.js';
import { Collected, sinkTo, viewOf, written } from './support.js';

const test = suite('tables with borders');

const COLUMNS = [
  { name: 'src', type: { name: 'text' } },
  { name: 'count(*)', type: { name: 'integer' } },
  { name: 'note', type: { name: 'text' } },
] as const;
const FLOW = encodeFlow({
  proto: 6,
  orig: { src: '10.0.0.1', dst: '192.0.2.80', sport: 50_000, dport: 443 },
  tcp: { state: 3 },
});

const table = (
  format: FormatName,
  results: readonly (readonly Value[])[][],
  modifiers: readonly Modifier[] = [],
  options: Partial<OutputOptions> = {},
) =>
  written(
    format,
    sink => {
      for (const rows of results) {
        sink.begin({ table: 'conntrack', columns: COLUMNS });
        for (const row of rows) sink.row(row);
        sink.end();
      }
    },
    modifiers,
    options,
  );
const ROWS: Value[][] = [
  ['10.0.0.1', 5, '漢字'],
  ['10.0.0.2', 1200, null],
];
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

test('box: borders around titles and rows', async () => {
  assert.equal(lines(await table('box', [ROWS], [], { nullText: '-' })), [
    '┌──────────┬──────────┬──────┐',
    '│ src      │ count(*) │ note │',
    '├──────────┼──────────┼──────┤',
    '│ 10.0.0.1 │        5 │ 漢字 │',
    '│ 10.0.0.2 │     1200 │ -    │',
    '└──────────┴──────────┴──────┘',
  ]);
});

test('box: ASCII where the locale has no more; no titles with noheader; an empty result', async () => {
  assert.equal(lines(await table('box', [[['a', 1, 'b']]], ['noheader'], { unicode: false })), [
    '+-----+----------+------+',
    '| a   |        1 | b    |',
    '+-----+----------+------+',
  ]);
  assert.equal(lines(await table('box', [[]], [], { unicode: false })), [
    '+-----+----------+------+',
    '| src | count(*) | note |',
    '+-----+----------+------+',
    '+-----+----------+------+',
  ]);
});

test('box: colours change nothing else', async () => {
  const options = { width: 120 };
  const entry = (color: boolean) =>
    written(
      'box',
      sink => {
        sink.begin({ table: 'conntrack' });
        sink.entry(viewOf(FLOW));
        sink.end();
      },
      [],
      { ...options, color },
    );
  const coloured = await entry(true);
  assert.match(coloured, /\x1b\[32mESTABLISHED\x1b\[0m/);
  assert.is(coloured.replaceAll(/\x1b\[\d*m/g, ''), await entry(false));
});

test('box: fits the terminal, or shows records', async () => {
  const rows = [['10.0.0.1', 5, '漢字'.repeat(30)]];
  const text = await table('box', [rows], [], { width: 50 });
  for (const line of lines(text)) assert.is(textWidth(line), 50, line);
  assert.match(text, /… *│\n/);
  assert.match(await table('box', [rows], [], { width: 20 }), /^─\[ 1 \]─+\nsrc +│ 10\.0\.0\.1\n/);
});

test('marks that take no column, emoji with modifiers and flags keep the borders straight', async () => {
  const notes = ['e\u0301', 'שָׁלוֹם', '👍🏽', '🇩🇪', '☺', '☺\ufe0f', 'ｆｕｌｌ', '\ue000', '\u0301'];
  for (const format of ['box', 'markdown'] as const) {
    const text = lines(await table(format, [notes.map(note => ['a', 1, note])])).filter(line => line !== '');
    for (const line of text) assert.is(textWidth(line), textWidth(text[0]), line);
    for (const note of notes)
      assert.ok(
        text.some(line => line.includes(note)),
        note,
      );
  }
});

test('a result of any length streams, with the widths of its first rows', async () => {
  const stream = new Collected();
  const sink = await sinkTo(stream, 'box');
  sink.begin({ table: 'conntrack', columns: COLUMNS });
  for (let i = 0; i < 1_000; i++) sink.row(['a', i, 'short']);
  assert.ok(sink.ready !== undefined);
  for (let i = 0; i < 50; i++) sink.row(['too long a text', 123_456_789_012, 'short']);
  sink.end();
  await sink.close();
  const text = lines(stream.text);
  assert.is(text.length, 1_000 + 50 + 4);
  // A text is cut; a number is not, though it pushes the border out.
  for (const line of text.slice(1_003, -1)) assert.is(line, '│ to… │ 123456789012 │ short │');
  for (const line of text.slice(0, 1_003)) assert.is(textWidth(line), textWidth(text[0]));
});

test('markdown: alignment, and every cell whole', async () => {
  assert.equal(lines(await table('markdown', [ROWS], [], { width: 10, color: true })), [
    '| src      | count(\\*) | note |',
    '| -------- | --------: | ---- |',
    '| 10.0.0.1 |         5 | 漢字 |',
    '| 10.0.0.2 |      1200 |      |',
    '',
  ]);
});

test('markdown: a cell is text, whatever it holds', async () => {
  const hostile = 'a|b \\| `c` *d* _e_ SYN_SENT <img> [x](y) &lt; ~~z~~ \n\x1b[2J\u202e';
  const line = lines(await table('markdown', [[[hostile, 1, '']]]))[2];
  const cell = line.slice(2, line.indexOf(' |'));
  assert.is(
    cell,
    'a\\|b \\\\\\| \\`c\\` \\*d\\* \\_e\\_ SYN_SENT \\<img> [x]\\(y) \\&lt; \\~\\~z\\~\\~ \\\\x0a\\\\x1b[2J\\\\u202e',
  );
});

test('markdown: results are tables of their own; rows without a header continue another table', async () => {
  const text = await table('markdown', [[['a', 1, 'b']], [['c', 2, 'd']]]);
  assert.is(text.split('\n\n').length, 3);
  assert.equal(lines(await table('markdown', [[['a', 1, 'b']]], ['noheader'])).length, 1);
});

test('events are shown when they happen, and those of the other table in a line of their own', async () => {
  const expectation = Buffer.from(FLOW);
  // NFNL_SUBSYS_CTNETLINK_EXP
  expectation[5] = 2;
  for (const format of ['box', 'markdown'] as const) {
    const stream = new Collected();
    const sink = await sinkTo(stream, format, [], { width: 100 });
    sink.begin({ table: 'conntrack', events: true });
    sink.entry(viewOf(FLOW));
    await sink.ready();
    assert.match(stream.text, /10\.0\.0\.1:50000 .*→ 192\.0\.2\.80:443/, format);
    sink.entry(viewOf(expectation));
    sink.entry(viewOf(FLOW));
    sink.end();
    await sink.close();
    const rows = lines(stream.text).filter(line => /^[│|] *(new|update)? /.test(line));
    if (format === 'box')
      for (const line of lines(stream.text)) assert.is(textWidth(line), textWidth(lines(stream.text)[0]), line);
    assert.ok(rows.length >= 3, stream.text);
  }
});

test.run();
