/** Draws the rows that fit on the screen. */
import { textWidth } from '../../../lang/diagnostics/text-width.js';
import type { Cell } from '../../display/cell.js';
import { arrange, naturalWidths } from '../../display/layout.js';
import { sgrCodes } from '../../display/style.js';
import { fit } from '../../display/width.js';
import type { Piece } from '../../interactive/line/screen/frame.js';
import type { TopColumn, TopRow } from './columns.js';

export type Line = readonly Piece[];

/** What is to be drawn. */
export interface TableView {
  readonly columns: readonly TopColumn[];
  /** The rows that are in memory. */
  readonly rows: readonly TopRow[];
  /** The first row on the screen, and how many there are. */
  readonly first: number;
  readonly height: number;
  readonly width: number;
  /** The row under the cursor, as an index of `rows`. */
  readonly cursor: number;
  readonly sort: string;
  readonly descending: boolean;
  readonly unicode: boolean;
}

const PLAIN_GAP = 2;
/** On narrower screens the gap between columns is one. */
const NARROW = 100;

export class Table {
  /** Widths only grow, so that columns keep their places. */
  #widths: number[] = [];
  /** Columns that had a value. */
  #filled = new Set<string>();
  #columns: readonly TopColumn[] = [];
  #width = 0;

  /** Whether a column is shown: an optional one is once it had a value. */
  shows({ optional, name }: TopColumn): boolean {
    return !optional || this.#filled.has(name);
  }

  /** The titles, and the rows. */
  draw(view: TableView): readonly Line[] {
    const { columns, rows, first, height, width, cursor, unicode } = view;
    if (columns !== this.#columns || width !== this.#width) {
      if (columns !== this.#columns) this.#filled = new Set();
      this.#columns = columns;
      this.#width = width;
      this.#widths = columns.map(() => 0);
    }
    const shown = rows.slice(first, first + height);
    for (const { cells } of shown) {
      for (let i = 0; i < columns.length; i++) if (cells[i].text !== '') this.#filled.add(columns[i].name);
    }
    const used = columns.map((_, i) => i).filter(i => this.shows(columns[i]));
    const titled = used.map(i => ({ ...columns[i], title: titleOf(columns[i], view) }));
    const cells = shown.map(row => used.map(i => row.cells[i]));
    const natural = naturalWidths(titled, cells).map((needed, i) => Math.max(needed, this.#widths[used[i]]));
    natural.forEach((needed, i) => {
      this.#widths[used[i]] = needed;
    });
    const gap = width < NARROW ? 1 : PLAIN_GAP;
    const mark = unicode ? '…' : '~';
    const arrangement = arrange(titled, natural, width, count => gap * Math.max(0, count - 1)) ?? {
      shown: titled.map((_, i) => i),
      widths: natural,
    };
    const line = (
      texts: readonly Cell[],
      codesOf: (cell: Cell, column: TopColumn) => string,
      between: string,
    ): Line => {
      const pieces: Piece[] = [];
      arrangement.shown.forEach((at, i) => {
        const column = titled[at];
        const cell = texts[at];
        const columns = arrangement.widths[i];
        const text = column.showsEnd ? [...cell.text].slice(-columns).join('') : fit(cell.text, columns, mark);
        if (i > 0) pieces.push({ text: ' '.repeat(gap), codes: between });
        const codes = codesOf(cell, column);
        const missing = { text: ' '.repeat(Math.max(0, columns - textWidth(text))), codes: between };
        if (column.align === 'right') pieces.push(missing, { text, codes });
        else pieces.push({ text, codes }, missing);
      });
      const rest = width - pieces.reduce((sum, { text }) => sum + textWidth(text), 0);
      if (rest > 0) pieces.push({ text: ' '.repeat(rest), codes: between });
      return pieces;
    };
    const titles = titled.map(({ title }): Cell => ({ text: title, style: 'header' }));
    return [
      line(titles, (_, { name }) => (name === view.sort ? `1;4;${sgrCodes('keyword')}` : '1;4'), '4'),
      ...shown.map((_, i) => {
        const isChosen = first + i === cursor;
        return line(cells[i], ({ style }) => (isChosen ? CHOSEN : sgrCodes(style)), isChosen ? CHOSEN : '');
      }),
    ];
  }
}

const CHOSEN = '7';

/** The title, with an arrow if rows are sorted by the column. */
function titleOf({ name, title, align }: TopColumn, { sort, descending, unicode }: TableView): string {
  if (name !== sort) return title;
  const arrow = unicode ? (descending ? '↓' : '↑') : descending ? 'v' : '^';
  return align === 'right' ? `${arrow} ${title}` : `${title} ${arrow}`;
}

/** A text in pieces, cut to a width. */
export function cut(line: Line, width: number): Line {
  const kept: Piece[] = [];
  let left = width;
  for (const { text, codes } of line) {
    const part = fit(text, left, '');
    if (part !== '') kept.push({ text: part, codes });
    left -= textWidth(part);
    if (part !== text) break;
  }
  return kept;
}

export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + textWidth(text), 0);

/** Two texts in one line, the second at its end; cut if there is no room. */
export function justified(left: Line, right: Line, width: number): Line {
  const gap = width - widthOf(left) - widthOf(right);
  if (gap < 1) return cut(left, width);
  return [...left, { text: ' '.repeat(gap), codes: '' }, ...right];
}
