/** Draws the rows that fit on the screen. */
import { textWidth } from '../../../lang/diagnostics/text-width.js';
import { arrange, naturalWidths } from '../../display/layout.js';
import { sgrCodes } from '../../display/style.js';
import type { Cell } from '../../display/text/cell.js';
import { fit } from '../../display/text/width.js';
import type { Piece } from '../../interactive/line/frame.js';
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
  /** The names of the columns that are on the screen, from the left. */
  visible: readonly string[] = [];

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
      this.#widths = columns.map(({ typical }) => typical);
    }
    const shown = rows.slice(first, first + height);
    for (const { cells } of shown) {
      for (let i = 0; i < columns.length; i++) if (cells[i].text !== '') this.#filled.add(columns[i].name);
    }
    const used = columns.map((_, i) => i).filter(i => this.shows(columns[i]));
    // The column that rows are sorted by is always seen.
    const seen = used.map(i =>
      columns[i].name === view.sort ? { ...columns[i], rank: SORTED_RANK, droppable: false } : columns[i],
    );
    const cells = shown.map(row => used.map(i => row.cells[i]));
    const gap = width < NARROW ? 1 : PLAIN_GAP;
    // The arrow takes a narrow gap: a space stays between two titles.
    const titled = (i: number): number => textWidth(seen[i].title) + (gap > 1 || seen[i].isUnsortable ? 0 : 1);
    const natural = naturalWidths(seen, cells).map((needed, i) => Math.max(needed, this.#widths[used[i]], titled(i)));
    natural.forEach((needed, i) => {
      this.#widths[used[i]] = needed;
    });
    const mark = unicode ? '…' : '~';
    const arrangement = arrange(seen, natural, width, count => gap * Math.max(0, count - 1)) ?? {
      shown: seen.map((_, i) => i),
      widths: natural,
    };
    this.visible = arrangement.shown.map(at => seen[at].name);
    const line = (row: readonly Cell[], isChosen: boolean): Line => {
      const between = isChosen ? CHOSEN : '';
      const pieces: Piece[] = [];
      arrangement.shown.forEach((at, i) => {
        const column = seen[at];
        const cell = row[at];
        const columns = arrangement.widths[i];
        const text = column.showsEnd ? [...cell.text].slice(-columns).join('') : fit(cell.text, columns, mark);
        if (i > 0) pieces.push({ text: ' '.repeat(gap), codes: between });
        const codes = isChosen ? CHOSEN : sgrCodes(cell.style);
        const missing = { text: ' '.repeat(Math.max(0, columns - textWidth(text))), codes: between };
        if (column.align === 'right') pieces.push(missing, { text, codes });
        else pieces.push({ text, codes }, missing);
      });
      const rest = width - widthOf(pieces);
      if (rest > 0) pieces.push({ text: ' '.repeat(rest), codes: between });
      return pieces;
    };
    return [
      titles(
        arrangement.shown.map((at, i) => ({ ...seen[at], width: arrangement.widths[i] })),
        { ...view, gap, mark },
      ),
      ...cells.map((row, i) => line(row, first + i === cursor)),
    ];
  }
}

/** More than any other rank. */
const SORTED_RANK = 100;
const CHOSEN = '7';

/** The titles. The arrow of the column that rows are sorted by has its place in the gap, so that no column changes its width. */
function titles(
  columns: readonly (TopColumn & { readonly width: number })[],
  view: Pick<TableView, 'sort' | 'descending' | 'unicode' | 'width'> & { readonly gap: number; readonly mark: string },
): Line {
  const arrow = view.unicode ? (view.descending ? '↓' : '↑') : view.descending ? 'v' : '^';
  const pieces: Piece[] = [];
  let end = 0;
  columns.forEach(({ name, title, align, width }, i) => {
    if (i > 0) end += view.gap;
    const isSorted = name === view.sort;
    const withArrow = (shown: string): string => (align === 'right' ? arrow + shown : shown + arrow);
    const whole = fit(title, width, view.mark);
    const isFull = view.gap === 1 && columns.length > 1 && textWidth(whole) >= width;
    const text = !isSorted ? whole : withArrow(isFull ? fit(title, width - 1, view.mark) : whole);
    const at = align === 'right' ? end + width - textWidth(text) : end;
    const missing = at - widthOf(pieces);
    if (missing > 0) pieces.push({ text: ' '.repeat(missing), codes: UNDERLINED });
    pieces.push({ text, codes: isSorted ? `1;4;${sgrCodes('keyword')}` : `1;${UNDERLINED}` });
    end += width;
  });
  const rest = view.width - widthOf(pieces);
  if (rest > 0) pieces.push({ text: ' '.repeat(rest), codes: UNDERLINED });
  return pieces;
}

const UNDERLINED = '4';

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
