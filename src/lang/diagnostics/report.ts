import type { Diagnostic } from './diagnostic.js';
import { withoutPasswords } from './passwords.js';
import { escapeCode, replaceUnprintable } from './printable.js';
import { textWidth } from './text-width.js';
import { hang } from './wrap.js';

/** A text for a terminal: a tab as two spaces, every other character that would be invisible as its code. */
const visible = (text: string): string =>
  replaceUnprintable(text, character => (character === '\t' ? '  ' : escapeCode(character)));

export interface ReportOptions {
  /** The name of the file; undefined for typed text. */
  readonly name?: string;
  readonly color?: boolean;
  /** Whether the terminal supports more than ASCII; default true. */
  readonly unicode?: boolean;
  /** Columns of the terminal. Where it is not known, lines of the text are cut at 80, and messages are not broken. */
  readonly width?: number;
  /** Lines of the text shown before the one with the error. */
  readonly context?: number;
}

const STYLES = { error: '1;31', warning: '1;33', frame: '34', hint: '36', bold: '1' } as const;
type Paint = (style: keyof typeof STYLES, text: string) => string;

const MIN_WIDTH = 20;

/** The characters that a report is drawn with. */
interface Glyphs {
  readonly bar: string;
  readonly top: string;
  readonly bottom: string;
  /** Marks where a line is cut. */
  readonly cut: string;
}

const UNICODE: Glyphs = { bar: '│', top: '╭─', bottom: '╰─', cut: '…' };
const ASCII: Glyphs = { bar: '|', top: ',-', bottom: '`-', cut: '~' };

/**
 * The diagnostics of a text for a terminal: message, position, the line with a mark under the span, and the hint. No control
 * character of the text reaches the terminal. Ends with a newline.
 */
export function report(text: string, diagnostics: readonly Diagnostic[], options: ReportOptions = {}): string {
  const paint: Paint = options.color
    ? (style, part) => (part === '' ? '' : `\x1b[${STYLES[style]}m${part}\x1b[0m`)
    : (_, part) => part;
  const lines = new Lines(withoutPasswords(text));
  return diagnostics.map(diagnostic => reportOne(lines, diagnostic, options, paint)).join('\n');
}

function reportOne(lines: Lines, diagnostic: Diagnostic, options: ReportOptions, paint: Paint): string {
  const { severity, message, hint, label, span } = diagnostic;
  const start = lines.locate(span.start);
  const name = options.name === undefined ? '' : `${visible(options.name)}:`;
  const gutter = ' '.repeat(String(start.line).length);
  const isUnicode = options.unicode !== false;
  const drawn = isUnicode ? UNICODE : ASCII;
  const shownText = (words: string): string => visible(isUnicode ? words : words.replaceAll('…', '...'));
  const bar = paint('frame', drawn.bar);
  const room = Math.max(MIN_WIDTH, (options.width ?? 80) - gutter.length - 3);

  const out = [
    `${paint(severity, severity)}${paint('bold', `: ${hang(shownText(message), severity.length + 2, options.width)}`)}`,
    `${gutter} ${paint('frame', drawn.top)} ${name}${start.line}:${start.column}`,
  ];
  for (let line = Math.max(1, start.line - (options.context ?? 0)); line < start.line; line++) {
    const shown = window(lines.text(line), 0, 0, room, drawn.cut).text;
    out.push(`${paint('frame', String(line).padStart(gutter.length))} ${bar} ${shown}`.trimEnd());
  }
  const line = lines.text(start.line);
  // A mark over several lines is drawn to the end of the first.
  const length = Math.min(span.end - span.start, line.length - start.offset);
  const shown = window(line, start.offset, start.offset + Math.max(0, length), room, drawn.cut);
  const mark = '^'.repeat(Math.max(1, shown.markWidth));
  const note = label === undefined ? '' : ` ${shownText(label)}`;
  out.push(
    `${paint('frame', String(start.line))} ${bar} ${shown.text}`.trimEnd(),
    `${gutter} ${bar} ${' '.repeat(shown.markStart)}${paint(severity, `${mark}${note}`)}`,
  );
  if (hint !== undefined) {
    const before = `${gutter} ${drawn.bottom} hint: `;
    const words = hang(shownText(hint), before.length, options.width);
    out.push(`${gutter} ${paint('frame', drawn.bottom)} ${paint('hint', 'hint:')} ${words}`);
  }
  return `${out.join('\n')}\n`;
}

// ---------------------------------------------------------------- lines

class Lines {
  /** Start offsets of lines. */
  readonly #starts: number[] = [0];

  constructor(readonly source: string) {
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  text(line: number): string {
    const end = this.#starts[line] ?? this.source.length + 1;
    return this.source.slice(this.#starts[line - 1], end - 1).replace(/\r$/, '');
  }

  /** Line and column from 1, the column in characters; the offset within the line from 0. */
  locate(offset: number): { line: number; column: number; offset: number } {
    const at = Math.max(0, Math.min(offset, this.source.length));
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= at) low = middle;
      else high = middle;
    }
    const line = this.text(low + 1);
    const inLine = Math.min(at - this.#starts[low], line.length);
    return { line: low + 1, column: characters(line, inLine) + 1, offset: inLine };
  }
}

/** The number of characters in the first `units` UTF-16 units; a surrogate pair is one. */
function characters(text: string, units: number): number {
  let count = 0;
  for (let i = 0; i < units; i++) {
    const isSecond = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && i > 0 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
    if (!isSecond) count++;
  }
  return count;
}

// ---------------------------------------------------------------- what fits

interface Window {
  readonly text: string;
  /** In columns. */
  readonly markStart: number;
  readonly markWidth: number;
}

/** The part of a line around a span that fits the width, and the position of the span in it. */
function window(line: string, start: number, end: number, room: number, cut: string): Window {
  // More than this never fits, and a line may be a whole file.
  const from = Math.max(0, start - room);
  const to = Math.min(line.length, Math.max(end, start + 1), start + room) + room;
  const head = [...visible(line.slice(from, start))];
  const mark = [...visible(line.slice(start, Math.min(end, start + room)))];
  const tail = [...visible(line.slice(Math.min(end, start + room), to))];
  let isCutBefore = from > 0;
  let isCutAfter = to < line.length;

  const isWide = (): boolean => width(head) + width(mark) + width(tail) > room;
  if (isCutBefore || isCutAfter || isWide()) {
    const inner = room - 2;
    if (cutTo(mark, inner, 1, count => mark.splice(-count))) {
      tail.length = 0;
      isCutAfter = true;
    }
    // The span is placed a third from the left, to show more of what follows.
    const rest = inner - width(mark);
    const left = Math.max(Math.floor(rest / 3), rest - width(tail));
    if (cutTo(head, left, 0, count => head.splice(0, count))) isCutBefore = true;
    if (cutTo(tail, rest - width(head), 0, count => tail.splice(-count))) isCutAfter = true;
  }
  const before = `${isCutBefore ? cut : ''}${head.join('')}`;
  return {
    text: `${before}${mark.join('')}${tail.join('')}${isCutAfter ? cut : ''}`,
    markStart: textWidth(before),
    markWidth: width(mark),
  };
}

const width = (characters: readonly string[]): number => textWidth(characters.join(''));

/**
 * Takes characters away until the others fit. None is wider than two columns, so that some can go before the others are measured.
 * @param least characters that stay
 * @returns whether any had to go
 */
function cutTo(characters: string[], room: number, least: number, remove: (count: number) => void): boolean {
  let isCut = false;
  for (;;) {
    const excess = Math.ceil((width(characters) - room) / 2);
    const count = Math.min(excess, characters.length - least);
    if (count <= 0) return isCut;
    remove(count);
    isCut = true;
  }
}
