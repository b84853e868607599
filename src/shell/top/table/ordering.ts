/** What rows are sorted by, and how keys change it. */
import type { View } from '../view.js';
import type { TopColumn } from './columns.js';
import type { Table } from './table.js';

/** A view that is on the screen. */
export interface Ordered {
  readonly view: View;
  readonly columns: readonly TopColumn[];
  /** The column that rows are sorted by. */
  readonly sort: string;
}

/** The columns that have values, and that rows can be sorted by. */
const sortable = ({ columns }: Ordered, table: Table): readonly TopColumn[] =>
  columns.filter(column => !column.isUnsortable && table.shows(column));

const sortedBy = ({ view }: Ordered, column: TopColumn | undefined): View =>
  column === undefined ? view : { ...view, sort: column.name, descending: column.isDescending };

/** Sorted by the next column, or by the previous one. */
export function sortedByNext(ordered: Ordered, table: Table, step: 1 | -1): View {
  const columns = sortable(ordered, table);
  const at = columns.findIndex(({ name }) => name === ordered.sort);
  return sortedBy(ordered, columns[(at + step + columns.length) % columns.length]);
}

/** Sorted by a column on the screen. @param number counted from 1, at the left */
export function sortedByNumber(ordered: Ordered, table: Table, number: number): View {
  const name = table.visible[number - 1];
  return sortedBy(
    ordered,
    sortable(ordered, table).find(column => column.name === name),
  );
}

/** The other way round. */
export const reversed = ({ view, sort }: Ordered): View => ({ ...view, sort, descending: !view.descending });
