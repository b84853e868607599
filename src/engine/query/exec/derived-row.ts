import type { QueryOrigin, ResultOrigin } from '../../../lang/checked/ast.js';
import type { Getter, Value } from '../../../lang/values/value.js';

/** A row of a select in `from` or `join`: the values of its columns. */
export type DerivedRow = readonly Value[];

/** How a column of the rows of a query is read. */
export function columnOf({ columns = [] }: QueryOrigin | ResultOrigin, name: string): Getter<DerivedRow> {
  const index = columns.findIndex(column => column.name.toLowerCase() === name);
  return row => row[index];
}
