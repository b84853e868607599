/** The columns of the table, and its rows as text. */

import type { LayoutColumn } from '../../display/layout.js';
import type { Cell } from '../../display/text/cell.js';

export interface TopColumn extends LayoutColumn {
  /** Identifies the column for sorting. */
  readonly name: string;
  /** The width that it has at first, so that it does not grow with its values. */
  readonly typical: number;
  /** Left out while it is empty in all rows. */
  readonly optional: boolean;
  /** Of a cell that is too wide, the end is shown: a sparkline. */
  readonly showsEnd?: true;
  /** The order in which the column is sorted first. */
  readonly isDescending: boolean;
  /** Rows cannot be sorted by it. */
  readonly isUnsortable?: true;
}

/** A row. Its text is made when it is first asked for: of many rows, few are on the screen. */
export class TopRow {
  /** Identifies the row in all refreshes. */
  readonly key: string;
  readonly #makeCells: () => readonly Cell[];
  readonly #makeCondition: () => string;
  #cells: readonly Cell[] | undefined;

  constructor(key: string, cells: () => readonly Cell[], condition: () => string) {
    this.key = key;
    this.#makeCells = cells;
    this.#makeCondition = condition;
  }

  get cells(): readonly Cell[] {
    this.#cells ??= this.#makeCells();
    return this.#cells;
  }

  /** A condition of the language that the flows of the row meet, and no others. */
  get condition(): string {
    return this.#makeCondition();
  }
}

export const column = (
  name: string,
  rank: number,
  least: number,
  more: Partial<Omit<TopColumn, 'name' | 'rank' | 'least'>> = {},
): TopColumn => ({
  name,
  title: name,
  rank,
  least,
  align: 'left',
  droppable: rank < 9,
  // A left title has room for the arrow of the order.
  typical: more.align === 'right' ? 0 : name.length + 1,
  optional: false,
  isDescending: more.align === 'right',
  ...more,
});

/** The sparkline of each row. */
export const HISTORY = column('history', 6, 8, { showsEnd: true, isUnsortable: true });
