/** The layout of a table: widths found from its first rows, then fixed, so that a table of any length streams. */

import type { Painter } from './style.js';
import type { Cell } from './text/cell.js';
import { fit, pad, textWidth, wrapWithin } from './text/width.js';

export interface LayoutColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Columns of the lowest rank are shortened first, and of these the rightmost. */
  readonly rank: number;
  /** The least useful width of its cells. */
  readonly least: number;
  /** May be left out where there is no room. */
  readonly droppable: boolean;
  /** What is wider continues in the next line, instead of being cut. */
  readonly wraps?: boolean;
}

export interface Look {
  readonly paint: Painter;
  readonly unicode: boolean;
  /** Ends a shortened cell. */
  readonly mark: string;
}

/** Draws a table piece by piece. Its methods return whole lines. */
export interface TableDrawing {
  readonly look: Look;
  /** Rows that are held back to find the widths. */
  readonly sampleSize: number;
  /** Rows that are drawn at once. */
  readonly pieceSize: number;
  /** The least width of a column. */
  readonly leastWidth: number;
  /** Lines above the first row. */
  readonly headerLines: number;
  /** Whether the table is cut to the width of the terminal; where it cannot be, rows are shown as records. */
  readonly fitsTerminal: boolean;
  /** Whether a cell can have several lines. */
  readonly wraps: boolean;
  /** Columns that the gaps and borders of a table take. */
  overhead(columns: number): number;
  /** Sets whether the gaps are as small as they can be, for the next table. */
  tighten?(isTight: boolean): void;
  /** A text with the format's own special characters escaped. */
  readonly escape?: (text: string) => string;
  begin(columns: readonly LayoutColumn[], widths: readonly number[], isTitled: boolean): string;
  rows(rows: readonly (readonly Cell[])[]): string;
  /** Cells of another table, in a line of their own. */
  spanning(cells: readonly Cell[]): string;
  end(): string;
}

const GAP = '  ';
const TIGHT_GAP = ' ';

/** The width that each column needs: that of its widest cell or its title. */
export const naturalWidths = (columns: readonly LayoutColumn[], rows: readonly (readonly Cell[])[]): number[] =>
  columns.map((column, i) => {
    let width = textWidth(column.title);
    for (const row of rows) {
      const needed = textWidth(row[i].text);
      if (needed > width) width = needed;
    }
    return width;
  });

/** Which columns are shown, and how wide. */
export interface Arrangement {
  readonly shown: readonly number[];
  readonly widths: readonly number[];
}

/**
 * Fits columns into `available` columns of the terminal: in the order of rank, each is shortened if that is enough, else left out
 * if it may be, else shortened as far as possible. Numbers are never cut.
 * @param overhead the width of gaps and borders for a number of columns
 * @returns undefined if the columns do not fit
 */
export function arrange(
  columns: readonly LayoutColumn[],
  natural: readonly number[],
  available: number,
  overhead: (columns: number) => number,
): Arrangement | undefined {
  const widths = [...natural];
  const out = new Set<number>();
  const shown = (): number[] => columns.map((_, i) => i).filter(i => !out.has(i));
  const excess = (): number =>
    shown().reduce((sum, i) => sum + widths[i], 0) + overhead(columns.length - out.size) - available;
  const order = columns
    .map((_, i) => i)
    .sort((a, b) => (columns[a].rank === columns[b].rank ? 0 : columns[a].rank - columns[b].rank) || b - a);
  for (const i of order) {
    const missing = excess();
    if (missing <= 0) break;
    const { align, least, droppable } = columns[i];
    const room = align === 'right' ? 0 : Math.max(0, widths[i] - least);
    if (room < missing && droppable && out.size < columns.length - 1) out.add(i);
    else widths[i] -= Math.min(room, missing);
  }
  return excess() > 0 ? undefined : { shown: shown(), widths: shown().map(i => widths[i]) };
}

/**
 * Widths that take `room` together: of what is wanted, the columns with the most blanks give way, until they only hold what they need.
 * @returns undefined if there is no room for what is needed
 */
export function share(wanted: readonly number[], needed: readonly number[], room: number): number[] | undefined {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  for (; excess > 0; excess--) {
    const blanks = widths.map((width, i) => width - needed[i]);
    const most = Math.max(...blanks);
    if (most <= 0) return undefined;
    widths[blanks.indexOf(most)]--;
  }
  return widths;
}

/** `table`: columns separated by two spaces, and a rule under the header. */
export class PlainDrawing implements TableDrawing {
  readonly look: Look;
  readonly sampleSize = 10_000;
  readonly pieceSize = 1;
  readonly leastWidth = 0;
  readonly headerLines = 2;
  readonly fitsTerminal = true;
  readonly wraps = true;
  readonly #rule: string;
  #gap = GAP;
  #nextGap = GAP;
  #columns: readonly LayoutColumn[] = [];
  #widths: readonly number[] = [];

  constructor(look: Look) {
    this.look = look;
    this.#rule = look.unicode ? '─' : '-';
  }

  overhead(columns: number): number {
    return this.#nextGap.length * Math.max(0, columns - 1);
  }

  tighten(isTight: boolean): void {
    this.#nextGap = isTight ? TIGHT_GAP : GAP;
  }

  begin(columns: readonly LayoutColumn[], widths: readonly number[], isTitled: boolean): string {
    this.#columns = columns;
    this.#widths = widths;
    this.#gap = this.#nextGap;
    if (!isTitled) return '';
    const { paint, mark } = this.look;
    const titles = columns.map(({ title, align }, i) =>
      paint(
        pad(fit(title, widths[i], mark), i === columns.length - 1 && align === 'left' ? 0 : widths[i], align),
        'header',
      ),
    );
    const rules = widths.map(width => paint(this.#rule.repeat(width), 'dim'));
    return `${titles.join(this.#gap).trimEnd()}\n${rules.join(this.#gap)}\n`;
  }

  rows(rows: readonly (readonly Cell[])[]): string {
    let text = '';
    for (const cells of rows) for (const line of this.#lines(cells)) text += `${this.#row(line)}\n`;
    return text;
  }

  spanning(cells: readonly Cell[]): string {
    return `${cells.map(({ text, style }) => this.look.paint(text, style)).join(GAP)}\n`;
  }

  end(): string {
    return '';
  }

  /** The lines of a row: more than one if a cell that may continue is too wide. */
  #lines(cells: readonly Cell[]): readonly (readonly Cell[])[] {
    const isLong = (i: number): boolean =>
      this.#columns[i].wraps === true && textWidth(cells[i].text) > this.#widths[i];
    if (!this.#columns.some((_, i) => isLong(i))) return [cells];
    const parts = this.#columns.map((_, i) =>
      isLong(i) ? wrapWithin(cells[i].text, this.#widths[i]) : [cells[i].text],
    );
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, k) => cells.map(({ style }, i) => ({ text: parts[i][k] ?? '', style })));
  }

  /** The last column is not padded, so that lines end with their text. */
  #row(cells: readonly Cell[]): string {
    const { paint, mark } = this.look;
    const columns = this.#columns;
    let line = '';
    for (let i = 0; i < columns.length; i++) {
      const { text, style } = cells[i];
      const { align } = columns[i];
      const width = this.#widths[i];
      const needed = textWidth(text);
      // A number without its last digits would be another number.
      const isWhole = needed <= width || align === 'right';
      const shown = isWhole ? text : fit(text, width, mark);
      const isLast = i === columns.length - 1 && align === 'left';
      const missing = isLast ? 0 : width - (isWhole ? needed : textWidth(shown));
      const space = missing > 0 ? ' '.repeat(missing) : '';
      const painted = paint(shown, style);
      line += (i === 0 ? '' : this.#gap) + (align === 'right' ? space + painted : painted + space);
    }
    return line.trimEnd();
  }
}
