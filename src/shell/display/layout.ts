/**
 * The layout of a table: widths found from the first rows, then fixed, so that a table of any length streams. The
 * package cli-table3 was measured and is not used: 0.55 s for 1,000 rows of nine cells, 14.6 s for 10,000,
 * and it wants all rows at once.
 */
import type { Cell } from './cell.js';
import type { Painter } from './style.js';
import { fit, pad, textWidth } from './width.js';

export interface LayoutColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** What is shortened first: columns of the lowest rank, and of these the rightmost. */
  readonly rank: number;
  /** The least width that is of any use, its title apart. */
  readonly least: number;
  /** May be left out where there is no room. */
  readonly droppable: boolean;
}

export interface Look {
  readonly paint: Painter;
  /** Ends a shortened cell. */
  readonly mark: string;
  /** What the rule under the header is made of. */
  readonly rule: string;
}

const GAP = '  ';

/** Widths of the columns as their cells want them: the widest cell or the title. */
export const naturalWidths = (columns: readonly LayoutColumn[], rows: readonly (readonly Cell[])[]): number[] =>
  columns.map((column, i) => {
    let width = textWidth(column.title);
    for (const row of rows) {
      const wanted = textWidth(row[i].text);
      if (wanted > width) width = wanted;
    }
    return width;
  });

export const totalWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);

/** Which columns are shown, and how wide. */
export interface Arrangement {
  readonly shown: readonly number[];
  readonly widths: readonly number[];
}

/**
 * Makes room: in the order of rank a column is shortened where that is enough, else left out where it may be, else shortened
 * as far as it goes. Numbers are never cut. Undefined where all that is not enough.
 */
export function arrange(
  columns: readonly LayoutColumn[],
  natural: readonly number[],
  available: number,
): Arrangement | undefined {
  const widths = [...natural];
  const out = new Set<number>();
  const shown = (): number[] => columns.map((_, i) => i).filter(i => !out.has(i));
  const excess = (): number => totalWidth(shown().map(i => widths[i])) - available;
  const order = columns.map((_, i) => i).sort((a, b) => columns[a].rank - columns[b].rank || b - a);
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

/** One line of a table. The last column is not padded, so that lines end with their text. */
export function layoutRow(
  columns: readonly LayoutColumn[],
  widths: readonly number[],
  cells: readonly Cell[],
  look: Look,
): string {
  let line = '';
  for (let i = 0; i < columns.length; i++) {
    const { text, style } = cells[i];
    const { align } = columns[i];
    const wanted = textWidth(text);
    // A number that lost digits would be another number.
    const whole = wanted <= widths[i] || align === 'right';
    const shown = whole ? text : fit(text, widths[i], look.mark);
    const last = i === columns.length - 1 && align === 'left';
    const missing = last ? 0 : widths[i] - (whole ? wanted : textWidth(shown));
    const space = missing > 0 ? ' '.repeat(missing) : '';
    const painted = look.paint(shown, style);
    line += (i === 0 ? '' : GAP) + (align === 'right' ? space + painted : painted + space);
  }
  return line.trimEnd();
}

/** The titles and the rule under them. */
export function layoutHeader(columns: readonly LayoutColumn[], widths: readonly number[], look: Look): string[] {
  const titles = columns.map(({ title, align }, i) =>
    look.paint(
      pad(fit(title, widths[i], look.mark), i === columns.length - 1 && align === 'left' ? 0 : widths[i], align),
      'header',
    ),
  );
  const rules = widths.map(width => look.paint(look.rule.repeat(width), 'dim'));
  return [titles.join(GAP).trimEnd(), rules.join(GAP)];
}
