/** The table and the lines around it, at widths of all kinds. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HERE } from '../../../src/lang/schema/places.js';
import { textWidth } from '../../../src/shell/display/text/width.js';
import { type FrameState, frameOf } from '../../../src/shell/top/frame.js';
import { wrapLine } from '../../../src/shell/top/panes/wrap-line.js';
import { Totals } from '../../../src/shell/top/refresh/observer.js';
import { RefreshPace } from '../../../src/shell/top/refresh/pace.js';
import { column, TopRow } from '../../../src/shell/top/table/columns.js';
import { RowCursor } from '../../../src/shell/top/table/row-cursor.js';
import { type Line, Table, widthOf } from '../../../src/shell/top/table/table.js';

const test = suite('table of top');

const COLUMNS = [
  column('source', 11, 12),
  column('state', 8, 6),
  column('timeout', 4, 4, { align: 'right' }),
  column('packets', 2, 4, { align: 'right' }),
  column('bytes/s', 8, 8, { align: 'right', typical: 8 }),
];
const ROWS = [
  ['10.0.0.1:1', 'ESTABLISHED', '4d23h', '17', '1 KiB'],
  ['10.0.0.2:2', 'NONE', '9s', '1234567', '210 KiB'],
].map(
  ([...texts], i) =>
    new TopRow(
      String(i),
      () => texts.map(text => ({ text, style: 'plain' as const })),
      () => '',
    ),
);
const textOf = (line: Line): string => line.map(({ text }) => text).join('');

/** The table as text, the titles first. */
function drawn(table: Table, width: number, sort: string, descending = true): string[] {
  const lines = table.draw({
    ...{ columns: COLUMNS, rows: ROWS, first: 0, height: 10, width, cursor: 0, sort, descending, unicode: true },
  });
  return lines.map(textOf);
}

test('another order changes no column but the arrow', () => {
  for (const width of [120, 60]) {
    const table = new Table();
    const [titles, ...rows] = drawn(table, width, 'bytes/s');
    assert.match(titles, / ↓bytes\/s/);
    for (const sort of ['source', 'state', 'timeout', 'packets'])
      for (const descending of [true, false]) {
        const [others, ...same] = drawn(table, width, sort, descending);
        const arrow = descending ? '↓' : '↑';
        assert.ok(others.includes(arrow + sort) || others.includes(sort + arrow), others);
        assert.is(others.replace(arrow, ' ').trimEnd(), titles.replace('↓', ' ').trimEnd());
        assert.equal(same, rows);
      }
  }
});

test('titles are above their columns; the column of the order is seen on any screen', () => {
  const table = new Table();
  for (let width = 40; width <= 100; width++)
    for (const { name, align } of COLUMNS) {
      const [titles, first] = drawn(table, width, name);
      assert.is(textWidth(titles), width);
      assert.ok(titles.includes(name), `${width}: ${titles}`);
      assert.not.match(titles, /\S[↓↑]\S/, 'a space stays between two titles');
      assert.ok(table.visible.includes(name));
      const value = ROWS[0].cells[COLUMNS.findIndex(each => each.name === name)].text;
      const end = (line: string, text: string): number => line.indexOf(text) + text.length;
      if (align === 'right') assert.is(end(first, value), end(titles, name), `${width}: ${name}`);
      else assert.is(first.indexOf(value.slice(0, 6)), titles.indexOf(name), `${width}: ${name}`);
    }
});

const STATE: FrameState = {
  view: { place: HERE, filter: '', descending: true },
  refreshed: { columns: COLUMNS, rows: ROWS, flows: [], totals: new Totals(), fullness: {}, sort: 'source' },
  time: new Date(),
  isPaused: false,
  reading: undefined,
  canDelete: true,
  pace: new RefreshPace(2000),
  pane: undefined,
  cursor: new RowCursor(),
  table: new Table(),
  sort: 'source',
  message: undefined,
  unicode: true,
};

/** The keys in the last line. */
function keysAt(columns: number, more: Partial<FrameState> = {}): string[] {
  const line = textOf(frameOf({ ...STATE, ...more }, { columns, rows: 24 }).lines.at(-1) ?? []);
  assert.ok(textWidth(line) <= columns, line);
  return line.split('  ');
}

test('the line of keys has whole items, as many as fit', () => {
  const all = keysAt(300);
  assert.ok(all.length >= 11);
  let before = 0;
  for (let columns = 40; columns <= 140; columns++) {
    const shown = keysAt(columns);
    assert.equal(
      shown.filter(item => !all.includes(item)),
      [],
    );
    assert.equal(shown.slice(0, 3), ['? help', 'q quit', '/ filter']);
    assert.ok(shown.length >= before, String(columns));
    before = shown.length;
  }
  assert.ok(keysAt(80).length >= 8);
});

test('a screen that is too small says in one line how many columns or rows are required', () => {
  const shown = (columns: number, rows: number): string[] => frameOf(STATE, { columns, rows }).lines.map(textOf);
  assert.equal(shown(200, 9), ['the terminal is too small: top requires 40 columns and 10 rows']);
  assert.equal(shown(39, 24), ['top requires 40 columns and 10 rows']);
  assert.equal(shown(20, 24), ['requires 40 columns']);
  assert.equal(shown(10, 24), ['40 columns']);
});

test('keys that do nothing in a view are not offered', () => {
  const filtered = { view: { ...STATE.view, filter: 'dport = 53' } };
  assert.ok(keysAt(200, filtered).includes('D delete all'));
  assert.not.ok(keysAt(200).includes('D delete all'));
  assert.ok(keysAt(200).includes('d delete'));
  assert.not.match(keysAt(200, { ...filtered, canDelete: false }).join('  '), /delete/);
});

test('what is not known yet is not 0', () => {
  const shown = (totals: Partial<Totals>): string => {
    const refreshed = {
      ...STATE.refreshed,
      totals: Object.assign(new Totals(), { flows: 2, hasCounters: true }, totals),
    };
    return textOf(frameOf({ ...STATE, refreshed }, { columns: 120, rows: 24 }).lines[2]);
  };
  assert.match(shown({}), /^– B\/s · – packets\/s · – flows\/s/);
  assert.match(
    shown({ seconds: 2, bytes: 0, packets: 0, started: 4, ended: 2 }),
    /^0 B\/s · 0 packets\/s · \+2 −1 flows\/s/,
  );
  assert.match(shown({ hasCounters: false, seconds: 2 }), /^\+0 −0 flows\/s/);
});

test('a message that is wider than the screen is wrapped', () => {
  const text = "network namespace 'nosuch' does not exist: see `ip netns list`, or write another place";
  for (const columns of [40, 60, 100]) {
    const { lines } = frameOf({ ...STATE, message: { text, style: 'error' } }, { columns, rows: 12 });
    assert.is(lines.length, 12);
    const last = lines.slice(-Math.ceil(text.length / (columns - 10))).map(line => textOf(line).trim());
    assert.ok(last.join(' ').endsWith(text), last.join('\n'));
  }
});

test('the bar shows how full the whole table is, also with a condition', () => {
  const shown = (filter: string, columns: number): string => {
    const refreshed = {
      ...STATE.refreshed,
      totals: Object.assign(new Totals(), { flows: filter === '' ? 4000 : 3 }),
      fullness: { entries: 4000, most: 8000 },
    };
    return textOf(frameOf({ ...STATE, refreshed, view: { ...STATE.view, filter } }, { columns, rows: 24 }).lines[1]);
  };
  assert.is(shown('', 80).trim(), '4,000 of 8,000 flows  ████████░░░░░░░░ 50.0 % full');
  assert.is(shown('dport = 53', 80).trim(), '3 of 4,000 flows  table ████████░░░░░░░░ 50.0 % full');
  assert.is(shown('dport = 53', 40).trim(), '3 of 4,000 flows  table 50.0 % full');
});

test('a refresh that the user waits for shows how much it has read', () => {
  const frame = frameOf({ ...STATE, reading: 1_234_567 }, { columns: 120, rows: 24 });
  assert.match(textOf(frame.lines[0]), /^ctq top {2}reading: 1,234,567 rows/);
});

test('long lines are wrapped at spaces, and nothing is lost', () => {
  const long = 'delete from conntrack where (src in (10.0.0.0/8, 192.168.0.0/16)) and proto = tcp and dport = 443';
  const pieces: Line = [{ text: ' ', codes: '' }, ...[...long].map((text, i) => ({ text, codes: String(i % 3) }))];
  for (let width = 20; width <= 120; width++) {
    const lines = wrapLine(pieces, width, 3);
    for (const line of lines) assert.ok(widthOf(line) <= width, textOf(line));
    assert.is(lines.map(line => textOf(line).trim()).join(' '), long);
  }
  const word = 'x'.repeat(50);
  const broken = wrapLine([{ text: ` ${word} y`, codes: '' }], 40, 3).map(textOf);
  assert.equal(broken.length, 2);
  assert.is(broken.map(line => line.trim()).join(''), `${word} y`);
  assert.equal(wrapLine([], 40, 3), [[]]);
});

test.run();
