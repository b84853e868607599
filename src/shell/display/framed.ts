/**
 * `box` and `markdown`: tables with borders, drawn by cli-table3. It needs all the rows that it draws at once, and its time grows
 * faster than their number; so it draws pieces of a table whose widths are fixed.
 */
import CliTable from 'cli-table3';
import type { LayoutColumn, Look, TableDrawing } from './layout.js';
import type { Cell } from './text/cell.js';
import { fit, textWidth } from './text/width.js';

type Chars = NonNullable<ConstructorParameters<typeof CliTable>[0]>['chars'];

/** Rows drawn at once: the setup costs more for fewer rows, and time is not linear for more. */
const PIECE = 32;
/** Drawing this many rows takes some 0.3 s, in which nothing else runs. */
const SAMPLE = 1_000;
/** Spaces on each side of a cell. */
const PADDING = 1;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  mid: '',
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
} as const satisfies Chars;

const UNICODE_LINES = {
  top: '─',
  'top-mid': '┬',
  'top-left': '┌',
  'top-right': '┐',
  bottom: '─',
  'bottom-mid': '┴',
  'bottom-left': '└',
  'bottom-right': '┘',
  mid: '─',
  'left-mid': '├',
  'mid-mid': '┼',
  'right-mid': '┤',
} as const satisfies Chars;

const ASCII_LINES = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  mid: '-',
  'left-mid': '+',
  'mid-mid': '+',
  'right-mid': '+',
} as const satisfies Chars;

const ASCII = /^[\x20-\x7e]*$/;
/**
 * Reserves the columns of a text that cli-table3 would measure otherwise than Unicode does, that has colours, or that is wider
 * than its column: a private-use character, of width 1.
 */
const RESERVED = '\ue000';

type Row = readonly Cell[];

/** Draws pieces of one table. */
abstract class FramedDrawing implements TableDrawing {
  readonly look: Look;
  readonly pieceSize = PIECE;
  readonly wraps = false;
  readonly sampleSize = SAMPLE;
  protected columns: readonly LayoutColumn[] = [];
  protected widths: readonly number[] = [];
  /** Between the cells, and at both sides. */
  readonly #side: string;

  constructor(look: Look, side: string) {
    this.look = look;
    this.#side = look.paint(side, 'dim');
  }

  overhead(columns: number): number {
    return columns * (1 + 2 * PADDING) + 1;
  }

  begin(columns: readonly LayoutColumn[], widths: readonly number[], isTitled: boolean): string {
    this.columns = columns;
    this.widths = widths;
    return this.head(isTitled);
  }

  rows(rows: readonly Row[]): string {
    return this.#text(this.draw(rows.map(row => this.columns.map((_, i) => this.cell(row[i], i)))));
  }

  spanning(cells: readonly Cell[]): string {
    const width = this.widths.reduce((sum, each) => sum + each, 0) + (this.widths.length - 1) * (1 + 2 * PADDING);
    const { text } = this.shownOf({ text: cells.map(cell => cell.text).join('  '), style: 'plain' }, 'left', width);
    const [line] = this.draw([[{ content: this.#reserve(text, textWidth(text)), colSpan: this.columns.length }]]);
    return this.#text([line]);
  }

  abstract readonly leastWidth: number;
  abstract readonly headerLines: number;
  abstract readonly fitsTerminal: boolean;
  abstract end(): string;
  protected abstract head(isTitled: boolean): string;
  /** The text of a cell in the format's own escapes. */
  protected abstract shownOf(cell: Cell, align: LayoutColumn['align'], width: number): { text: string; width: number };

  readonly #reserved: string[] = [];

  #reserve(text: string, width: number): string {
    this.#reserved.push(width === 0 ? `${text} ` : text);
    return RESERVED.repeat(Math.max(1, width));
  }

  protected cell(cell: Cell, i: number): string {
    const width = this.widths[i];
    const shown = this.shownOf(cell, this.columns[i].align, width);
    const painted = this.look.paint(shown.text, cell.style);
    if (painted === shown.text && shown.width <= width && ASCII.test(painted)) return painted;
    return this.#reserve(painted, Math.min(shown.width, width));
  }

  /** The lines of a table of these rows. */
  protected draw(
    rows: readonly (readonly (string | { content: string; colSpan: number })[])[],
    more: Draw = {},
  ): string[] {
    const table = new CliTable({
      head: more.head === undefined ? [] : [...more.head],
      chars: { ...(more.lines ?? NO_LINES), left: this.#side, middle: this.#side, right: this.#side },
      style: { head: [], border: [], compact: true, 'padding-left': PADDING, 'padding-right': PADDING },
      colWidths: this.widths.map(width => width + 2 * PADDING),
      colAligns: this.columns.map(({ align }) => align),
    });
    for (const row of rows) table.push([...row]);
    const text = table.toString();
    let next = 0;
    const filled = text.replaceAll(/\ue000+/g, () => this.#reserved[next++]);
    this.#reserved.length = 0;
    return filled.split('\n');
  }

  protected titles(): string[] {
    return this.columns.map(({ title }, i) => this.cell({ text: title, style: 'header' }, i));
  }

  #text(lines: readonly string[]): string {
    return lines.map(line => `${line}\n`).join('');
  }
}

interface Draw {
  readonly head?: readonly string[];
  readonly lines?: Chars;
}

/** Cells are cut to the width of their column, as `table` does; a number is not, and pushes the border out. */
export class BoxDrawing extends FramedDrawing {
  readonly headerLines = 3;
  readonly #lines: typeof UNICODE_LINES | typeof ASCII_LINES;
  readonly leastWidth = 1;
  readonly fitsTerminal = true;

  constructor(look: Look) {
    super(look, look.unicode ? '│' : '|');
    this.#lines = look.unicode ? UNICODE_LINES : ASCII_LINES;
  }

  protected override shownOf({ text }: Cell, align: LayoutColumn['align'], width: number) {
    const shown = align === 'right' ? text : fit(text, width, this.look.mark);
    return { text: shown, width: textWidth(shown) };
  }

  protected override head(isTitled: boolean): string {
    const empty = [this.columns.map(() => '')];
    if (!isTitled) return this.#rule(this.draw(empty, { lines: this.#lines })[0]);
    const [top, titles, rule] = this.draw(empty, { head: this.titles(), lines: this.#lines });
    return `${this.#rule(top)}${titles}\n${this.#rule(rule)}`;
  }

  override end(): string {
    return this.#rule(this.draw([this.columns.map(() => '')], { lines: this.#lines }).at(-1) ?? '');
  }

  #rule(line: string): string {
    return `${this.look.paint(line, 'dim')}\n`;
  }
}

/** What Markdown (CommonMark, and GFM's tables) would read as markup in a cell; `_` within words is not. */
const MARKUP = /[\\|`*<~]|(?<=\])\(|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+;)/gu;

/** Cells are never cut: the table is read by programs. A cell that is wider than its column pushes the others out. */
export class MarkdownDrawing extends FramedDrawing {
  readonly headerLines = 2;
  /** A delimiter of at least three characters is understood by every reader. */
  readonly leastWidth = 3;
  readonly fitsTerminal = false;
  #isTitled = true;

  constructor(look: Look) {
    super({ ...look, paint: text => text }, '|');
  }

  readonly escape = (text: string): string => text.replace(MARKUP, '\\$&');

  protected override shownOf({ text }: Cell) {
    return { text, width: textWidth(text) };
  }

  protected override head(isTitled: boolean): string {
    this.#isTitled = isTitled;
    if (!isTitled) return '';
    const delimiters = this.columns.map(({ align }, i) =>
      align === 'right' ? `${'-'.repeat(this.widths[i] - 1)}:` : '-'.repeat(this.widths[i]),
    );
    return this.draw([this.titles(), delimiters])
      .map(line => `${line}\n`)
      .join('');
  }

  /** Without an empty line the next table would be a part of this one. */
  override end(): string {
    return this.#isTitled ? '\n' : '';
  }
}
