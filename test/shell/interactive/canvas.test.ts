import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { terminalSize } from '../../../src/shell/display/terminal-size.js';
import { layOut, rowOf } from '../../../src/shell/interactive/line/frame.js';
import { Canvas } from '../../../src/shell/interactive/line/screen/canvas.js';
import { frameOf, type View } from '../../../src/shell/interactive/line/screen/drawing.js';
import { FullScreen } from '../../../src/shell/top/screen.js';

const test = suite('canvas');

function canvasOf(columns: number, rows = 24) {
  const output = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  let written = '';
  output.on('data', chunk => (written += String(chunk)));
  const canvas = new Canvas(output);
  const draw = (text: string, cursor = text.length, codes = ''): string => {
    written = '';
    const line = { prompt: [{ text: '> ', codes: '' }], continuation: [{ text: '. ', codes: '' }] };
    canvas.draw(layOut({ ...line, pieces: [{ text, codes }], cursor }, canvas.columns));
    output.read();
    return written;
  };
  return { canvas, draw, output, written: () => written };
}

test('layout: rows, wide characters, lines, the cursor', () => {
  const frame = (text: string, cursor: number) => {
    const line = { prompt: [{ text: '> ', codes: '' }], continuation: [{ text: '. ', codes: '' }] };
    const { rows, cursor: place } = layOut({ ...line, pieces: [{ text, codes: '' }], cursor }, 6);
    return [rows.map(({ pieces }) => pieces.map(each => each.text).join('')), place.row, place.column];
  };
  assert.equal(frame('abc', 1), [['> abc'], 0, 3]);
  assert.equal(frame('abcd', 4), [['> abcd', ''], 1, 0]);
  assert.equal(frame('abcde', 0), [['> abcd', 'e'], 0, 2]);
  assert.equal(frame('a日本', 2), [['> a日', '本'], 0, 5]);
  assert.equal(frame('a\nbc', 4), [['> a', '. bc'], 1, 4]);
});

test('a row is cut to the screen', () => {
  assert.equal(rowOf([{ text: '日本語', codes: '' }], 6).width, 4);
});

test('of a key only what it changed is drawn', () => {
  const { draw } = canvasOf(20);
  assert.match(draw('sel'), /> sel$/);
  assert.is(draw('sele'), 'e');
  assert.is(draw('sele', 0), '\r\x1b[2C');
  assert.match(draw('xsele', 1), /^xsele\r\x1b\[3C$/);
  assert.is(draw('xsele', 1), '');
  assert.match(draw('xs', 2), /\x1b\[K/);
});

test('nothing is erased from the first cell of the screen on: tmux would move it into its history', () => {
  const { canvas, draw, written } = canvasOf(10, 4);
  const all = [draw('abc'), draw('a\nb\nc\nd\ne'), draw('a', 0)];
  canvas.resized({ row: 0, column: 3 });
  all.push(written().slice(all[2].length), draw('abcdef'));
  for (const text of all) assert.not.match(text, /\r\x1b\[J/);
  assert.match(all[3], /^\r \x1b\[J\r/);
});

test('on a screen of another width the line is erased where the terminal has it', () => {
  const resized = (at?: { row: number; column: number }, columns = 10): string => {
    const { canvas, draw, output, written } = canvasOf(20);
    draw('a text that has two rows');
    const before = written().length;
    output.columns = columns;
    canvas.resized(columns === 10 ? { row: 2, column: 6 } : { row: 0, column: 26 }, at);
    output.read();
    return written().slice(before);
  };
  assert.is(resized(), '\x1b[2A\r \x1b[J\r', 'a terminal that does not say where it is wraps rows');
  assert.is(resized({ row: 5, column: 6 }), '\x1b[2A\r \x1b[J\r');
  // One that does not wrap them: the line is where it was.
  assert.is(resized({ row: 5, column: 6 }, 30), '\x1b[1A\r \x1b[J\r');
  assert.is(resized({ row: 5, column: 26 }, 30), '\r \x1b[J\r');
  // The line has left the screen, or its first rows have.
  assert.is(resized({ row: 0, column: 0 }), '\x1b[H\r \x1b[J\r\r\n');
  assert.is(resized({ row: 1, column: 6 }), '\x1b[H\r \x1b[J\r\r\n');
});

test('a line that fills the row is wrapped by the terminal, so that it is copied as one', () => {
  const { draw } = canvasOf(6);
  assert.match(draw('abcdefg'), /> abcdefg(?!\r)/);
});

test('of a text taller than the screen the part with the cursor is drawn', () => {
  const { draw } = canvasOf(10, 4);
  const text = 'a\nb\nc\nd\ne';
  assert.match(draw(text), /\. c.*\. d.*\. e/s);
  assert.not.match(draw(`${text}x`), /\. [ab]/);
  assert.match(draw(text, 0), /> a/);
});

test('a terminal without a size, as a serial line, is drawn on as 80 columns and 24 rows', () => {
  const { canvas, draw } = canvasOf(0, 0);
  assert.is(canvas.columns, 80);
  assert.equal(terminalSize({ columns: 0, rows: 0 }), { columns: 80, rows: 24 });
  assert.equal(terminalSize({}), { columns: 80, rows: 24 });
  const screen = new FullScreen(Object.assign(new PassThrough(), { columns: 0, rows: 0 }), false);
  assert.equal([screen.columns, screen.rows], [80, 24]);
  assert.match(draw('a\nb\nc\nd'), /> a.*\. b.*\. c.*\. d/s);
});

test('a mistake is underlined, without a colour where there are none', () => {
  const mistakes = [{ start: 0, end: 3, message: 'wrong' }] as unknown as View['mistakes'];
  const codesOf = (hasColor: boolean): string[] => {
    const view: View = {
      ...{ prompt: '> ', pieces: [{ text: 'abc', codes: '' }], cursor: 3, ghost: '', end: '', mistakes, note: '' },
      ...{ menu: undefined, search: undefined, hasColor, isBare: false },
    };
    return frameOf(view, { columns: 80, rows: 24 }).rows.flatMap(row => row.pieces.map(({ codes }) => codes));
  };
  assert.ok(codesOf(true).includes('4;31'));
  assert.equal([...new Set(codesOf(false))].sort(), ['', '4']);
});

test.run();
