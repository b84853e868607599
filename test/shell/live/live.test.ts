/** What is drawn in place: which codes reach the terminal, and that the terminal is left as it was. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CELL, TEXT, type Type } from '../../../src/lang/schema/type.js';
import type { Value } from '../../../src/lang/values/value.js';
import type { Terminal } from '../../../src/shell/io.js';
import { LiveControl } from '../../../src/shell/live/live-control.js';
import { LiveSink } from '../../../src/shell/live/live-sink.js';
import { Screen } from '../../../src/shell/live/screen.js';
import { createSink } from '../../../src/shell/output/create-sink.js';
import { ENVIRONMENT } from '../../kit/environment.js';

const test = suite('drawing in place');

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';

function terminal(rows = 10, columns = 40) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, rows, columns });
  let text = '';
  stream.on('data', chunk => {
    text += chunk;
  });
  const exits = new EventEmitter();
  const screen = new Screen(stream as unknown as Terminal, exits);
  return {
    stream,
    exits,
    screen,
    /** What was written since the last look. */
    async look(): Promise<string> {
      await new Promise(resolve => setImmediate(resolve));
      const seen = text;
      text = '';
      return seen;
    },
  };
}

const show = (screen: Screen, text: string): void => {
  screen.write(Buffer.from(text), () => {});
  screen.draw();
};

test('the next frame overwrites the last one line by line, and erases what is left of it', async () => {
  const { screen, look } = terminal();
  show(screen, 'a\nb\nc\n');
  const first = await look();
  assert.is(first, `${HIDE}\r\u001b[?7la\u001b[K\r\nb\u001b[K\r\nc\u001b[K\r\n\u001b[J\u001b[?7h`);
  show(screen, 'd\n');
  assert.is(await look(), '\r\u001b[3A\u001b[?7ld\u001b[K\r\n\u001b[J\u001b[?7h');
  assert.not.match(first, /\u001b\[(2J|H|\?1049)/, 'the rest of the screen is left alone');
  await screen.close();
  assert.is(await look(), SHOW);
});

test('the last character of a line that fills the screen stays', async () => {
  const { screen, look } = terminal(10, 5);
  show(screen, 'four\nfives\nmore than five\n');
  const [four, five, more] = (await look()).split('\r\n');
  assert.match(four, /four\u001b\[K$/);
  assert.is(five, '\u001b[Kfives');
  assert.is(more, '\u001b[Kmore than five');
  await screen.close();
});

test('a frame is not higher than the screen', async () => {
  const { screen, look } = terminal(5);
  show(screen, Array.from({ length: 9 }, (_, i) => `line ${i}\n`).join(''));
  const text = await look();
  assert.is(text.split('\r\n').length - 1, 4);
  assert.match(text, /line 2.*\r\n… 6 more lines: limit shows fewer/);
  screen.abort();
  assert.is(await look(), SHOW);
});

test('a terminal that became narrower has broken the lines', async () => {
  const { screen, stream, look } = terminal();
  show(screen, `${'x'.repeat(30)}\n\u001b[1m${'y'.repeat(10)}\u001b[0m\n`);
  await look();
  stream.columns = 10;
  show(screen, 'z\n');
  assert.match(await look(), /^\r\u001b\[4A/);
});

test('messages are above the frame', async () => {
  const { screen, look } = terminal();
  const written: string[] = [];
  screen.writeAbove(() => written.push(''));
  assert.is(await look(), '', 'nothing is drawn yet');
  show(screen, 'a\nb\n');
  await look();
  screen.writeAbove(() => written.push('x'));
  assert.match(await look(), /^\r\u001b\[2A\u001b\[J\u001b\[\?7la/);
  assert.is(written.length, 2);
});

test('however the program ends, the cursor is there', async () => {
  const { screen, exits, look } = terminal();
  show(screen, 'a\n');
  await look();
  exits.emit('exit');
  assert.is(await look(), SHOW);
  assert.is(exits.listenerCount('exit'), 0);
});

test('half a result is not drawn, and late names are waited for', async () => {
  const { screen, look } = terminal(20, 80);
  let answer: (name: string) => void = () => {};
  const inner = await createSink(
    { format: 'table', modifiers: ['resolve'] },
    {
      destination: screen,
      isTTY: true,
      color: false,
      unicode: true,
      environment: ENVIRONMENT,
      lookup: () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    },
  );
  const sink = new LiveSink(inner, screen);
  sink.begin({ table: 'conntrack', columns: [{ name: 'src', type: { name: 'address' } }] });
  sink.row([0x0a00_0001]);
  sink.end();
  assert.is(await look(), '');
  answer('host.example');
  await sink.ready();
  assert.match(await look(), /host\.example/);
  sink.begin({ table: 'conntrack', columns: [{ name: 'src', type: { name: 'address' } }] });
  sink.row([0x0a00_0001]);
  sink.abandon();
  await sink.ready();
  await sink.close();
  assert.is((await look()).replace(SHOW, ''), '', 'the last whole result stays');
});

test('another size of the terminal: the last result is drawn once more, in that', async () => {
  const { screen, stream, look } = terminal(20, 60);
  const inner = await createSink(
    { format: 'table', modifiers: ['noheader'] },
    {
      destination: screen,
      isTTY: true,
      color: false,
      unicode: true,
      environment: ENVIRONMENT,
      width: () => stream.columns,
    },
  );
  const sink = new LiveSink(inner, screen);
  const header = { table: 'conntrack', columns: [{ name: 'helper', type: { name: 'text' } }] } as const;
  stream.emit('resize');
  assert.is(await look(), '', 'nothing is shown yet');
  sink.begin(header);
  sink.row(['a name that has many letters']);
  sink.end();
  sink.begin(header);
  await look();
  stream.columns = 20;
  stream.emit('resize');
  // Two lines, as the terminal has broken the one.
  assert.is(await look(), '\r\u001b[2A\u001b[?7l\u001b[Ka name that has man…\r\n\u001b[J\u001b[?7h');
  // The result that was begun comes as if nothing had been.
  sink.row(['b']);
  stream.emit('resize');
  assert.match(await look(), /a name that has man…/, 'half a result is not drawn');
  sink.end();
  assert.is(await look(), '\r\u001b[1A\u001b[?7lb\u001b[K\r\n\u001b[J\u001b[?7h');
  await sink.close();
  await look();
  stream.emit('resize');
  assert.is(await look(), '');
});

test('events one after another: a new header where the terminal has got another size', async () => {
  const { screen, stream, look } = terminal(20, 60);
  const sink = await createSink(
    { format: 'table', modifiers: [] },
    {
      destination: screen,
      isTTY: true,
      color: false,
      unicode: true,
      environment: ENVIRONMENT,
      width: () => stream.columns,
    },
  );
  const columns = [{ name: 'helper', type: { name: 'text' } }] as const;
  sink.begin({ table: 'conntrack', columns, events: true });
  sink.row(['a name that has many letters']);
  sink.row(['a name that has many letters']);
  stream.columns = 20;
  sink.row(['a name that has many letters']);
  sink.row(['b']);
  sink.end();
  screen.draw();
  const lines = stripVTControlCharacters(await look()).split('\r\n');
  assert.equal(
    lines.filter(line => !line.startsWith('─')).map(line => line.trim()),
    [
      'helper',
      'a name that has many letters',
      'a name that has many letters',
      'helper',
      'a name that has man…',
      'b',
      '',
    ],
  );
  screen.abort();
});

/** The lines of events, one after another, on a terminal of some width. */
async function eventLines(width: number, rows: readonly (readonly Value[])[]): Promise<string[]> {
  const { screen, look } = terminal(30, width);
  const sink = await createSink(
    { format: 'table', modifiers: [] },
    { destination: screen, isTTY: true, color: false, unicode: true, environment: ENVIRONMENT, width: () => width },
  );
  const columns = [
    { name: 'src', type: { name: 'address' } },
    { name: 'dport', type: { name: 'port' } },
    { name: 'state', type: { name: 'text' } },
  ] as const;
  sink.begin({ table: 'conntrack', columns, events: true });
  for (const row of rows) sink.row(row);
  sink.end();
  screen.draw();
  screen.abort();
  const written = stripVTControlCharacters(await look()).split('\r\n');
  return written.map(line => line.trim()).filter(line => line !== '' && !line.startsWith('─'));
}

test('on a narrow terminal, blanks of events give way before a cell is cut', async () => {
  const [short, long] = [0x0a00_0001, 0xc0a8_64c8];
  // Where there is room, a column is as wide as its values usually are.
  assert.equal(await eventLines(40, [[short, 80, 'ESTABLISHED']]), [
    'src              dport  state',
    '10.0.0.1            80  ESTABLISHED',
  ]);
  const rows = [
    [short, 80, 'SYN_SENT'],
    [short, 80, 'ESTABLISHED'],
    [short, 65000, 'NONE'],
  ];
  assert.equal(await eventLines(28, rows), [
    'src           dport state',
    '10.0.0.1         80 SYN_SENT',
    // A new header, as the columns have other places.
    'src        dport state',
    '10.0.0.1      80 ESTABLISHED',
    '10.0.0.1   65000 NONE',
  ]);
  // A row that cannot be whole changes nothing; the last columns are cut first.
  const more = [
    [long, 80, 'ESTABLISHED'],
    [long, 80, 'NONE'],
    [short, 80, 'ESTABLISHED'],
  ];
  assert.equal(await eventLines(28, [...rows.slice(1), ...more]), [
    'src        dport state',
    '10.0.0.1      80 ESTABLISHED',
    '10.0.0.1   65000 NONE',
    '192.168.1…    80 ESTABLISHED',
    'src             dport state',
    '192.168.100.200    80 NONE',
    '10.0.0.1           80 ESTA…',
  ]);
});

/** A live view of two columns, and its keys. */
async function view(rows = 10, columns = 60, who: Type = TEXT) {
  const { screen, look, stream } = terminal(rows, columns);
  const inner = await createSink(
    { format: 'table', modifiers: ['noheader'] },
    { destination: screen, isTTY: true, width: columns, color: false, unicode: true, environment: ENVIRONMENT },
  );
  let quits = 0;
  const control = new LiveControl({
    interval: '2s',
    unicode: true,
    color: false,
    quit: () => quits++,
    scroll: (by, unit) => screen.scroll(by, unit),
  });
  const sink = new LiveSink(inner, screen, control);
  const result = (...values: readonly (readonly Value[])[]): void => {
    sink.begin({
      table: 'conntrack',
      columns: [
        { name: 'n', type: { name: 'integer' } },
        { name: 'who', type: who },
      ],
    });
    for (const row of values) sink.row(row);
    sink.end();
  };
  /** The lines on the screen, as far as they were written since the last look. */
  const lines = async (): Promise<string[]> =>
    stripVTControlCharacters((await look()).split('\u001b[?7l').at(-1) ?? '')
      .split('\r\n')
      .slice(0, -1);
  return { sink, stream, result, lines, quits: () => quits };
}

test('a live view shows when, how often, and how to leave; the line disappears with it', async () => {
  const { sink, result, lines, quits } = await view();
  result([1, 'a']);
  const [row, status] = await lines();
  assert.is(row, '1  a');
  assert.match(status, /^\d\d:\d\d:\d\d every 2s · q quit · space pause · s sort$/);
  sink.press('q');
  assert.is(quits(), 1);
  await sink.close();
  assert.equal(await lines(), ['1  a']);
});

test('a paused view stays, and shows the last result afterwards', async () => {
  const { sink, result, lines } = await view();
  result([1, 'a']);
  sink.press(' ');
  assert.match((await lines()).at(-1) ?? '', /paused · q quit · space continue/);
  result([2, 'b']);
  assert.equal(await lines(), []);
  sink.press(' ');
  const [row, status] = await lines();
  assert.is(row, '2  b');
  assert.not.match(status, /paused/);
});

test('a paused view stays as it is when it is left, and when it is drawn anew', async () => {
  const { sink, stream, result, lines } = await view();
  result([1, 'a']);
  sink.press(' ');
  result([2, 'b']);
  await lines();
  sink.press('s');
  assert.is((await lines())[0], '1  a');
  stream.emit('resize');
  assert.is((await lines())[0], '1  a');
  sink.press('q');
  await sink.close();
  assert.equal(await lines(), ['1  a']);
});

test('rows are sorted by the column that keys choose, nulls last', async () => {
  const { sink, result, lines } = await view();
  result([1, 'b'], [null, 'c'], [3, 'a']);
  await lines();
  sink.press('s');
  assert.equal((await lines()).slice(0, 3), ['3  a', '1  b', '   c']);
  sink.press('r');
  assert.equal((await lines()).slice(0, 3), ['1  b', '3  a', '   c']);
  sink.press('s');
  result([1, 'b'], [null, 'c'], [3, 'a']);
  assert.equal((await lines()).slice(0, 3), ['   c', '1  b', '3  a']);
  sink.press('s');
  result([1, 'b'], [3, 'a']);
  assert.equal((await lines()).slice(0, 2), ['1  b', '3  a']);
});

test('a column of a file is sorted by the numbers in it', async () => {
  const { sink, result, lines } = await view(10, 60, CELL);
  result([1, '9'], [2, '10'], [3, 'x']);
  await lines();
  sink.press('ss');
  assert.equal((await lines()).slice(0, 3), ['3  x', '2  10', '1  9']);
});

test('on a narrow and low terminal keys scroll, and the line below is cut', async () => {
  const { sink, result, lines } = await view(5, 40);
  result([1, 'a'], [2, 'b'], [3, 'c'], [4, 'd'], [5, 'e']);
  const shown = await lines();
  assert.equal(shown.slice(0, 3), ['1  a', '2  b', 'lines 1–2 of 5: ↑ ↓ scroll']);
  assert.is(shown.length, 4);
  assert.ok(shown[3].length < 40);
  const after = async (keys: string) => {
    sink.press(keys);
    return (await lines()).slice(0, 3);
  };
  assert.equal(await after('\x1b[B'), ['2  b', '3  c', 'lines 2–3 of 5: ↑ ↓ scroll']);
  assert.equal(await after('G'), ['4  d', '5  e', 'lines 4–5 of 5: ↑ ↓ scroll']);
  assert.equal(await after('k\x1b[A'), ['2  b', '3  c', 'lines 2–3 of 5: ↑ ↓ scroll']);
  assert.equal(await after('\x1b[6~'), ['4  d', '5  e', 'lines 4–5 of 5: ↑ ↓ scroll']);
  // The next result is shown from there, as far as it goes.
  result([6, 'f'], [7, 'g'], [8, 'h'], [9, 'i']);
  assert.equal((await lines()).slice(0, 3), ['8  h', '9  i', 'lines 3–4 of 4: ↑ ↓ scroll']);
  assert.equal(await after('g'), ['6  f', '7  g', 'lines 1–2 of 4: ↑ ↓ scroll']);
  result([1, 'a']);
  assert.is((await lines())[0], '1  a');
  // At the end all of it is there.
  result([1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']);
  await lines();
  await sink.close();
  assert.equal(await lines(), ['1  a', '2  b', '3  c', '4  d']);
});

test('a long result that was scrolled leaves its first lines, without the line of the keys', async () => {
  const { sink, result, lines } = await view(5, 60);
  result(...Array.from({ length: 300 }, (_, i): [number, string] => [i + 1, 'a']));
  await lines();
  sink.press('G');
  assert.equal((await lines()).slice(0, 2), ['299  a', '300  a']);
  await sink.close();
  assert.equal(await lines(), ['  1  a', '  2  a', '  3  a', '… 297 more lines: limit shows fewer']);
});

test.run();
