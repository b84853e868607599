import { isDeepStrictEqual } from 'node:util';
import type { CheckedSelect, Column, Typed } from '../../../../lang/checked/ast.js';
import { historyColumns } from './history-rows.js';

type WithColumns = CheckedSelect & { readonly columns: readonly Column[] };

/** A select as the history answers it: with its columns, and `distinct` as a group for each row that differs, which SQL can make. */
export function answerable(select: CheckedSelect): WithColumns {
  const columns = select.columns ?? historyColumns();
  if (!select.distinct || select.grouping || select.joins.length > 0) return { ...select, columns };
  const keyOf = (expr: Typed): Typed | undefined => {
    const index = columns.findIndex(column => isDeepStrictEqual(column.expr, expr));
    return index < 0 ? undefined : { kind: 'key', index, type: expr.type };
  };
  const orderBy = select.orderBy.map(({ expr, descending }) => ({ expr: keyOf(expr), descending }));
  // An order by something else takes it from the first of the equal rows.
  if (orderBy.some(({ expr }) => expr === undefined)) return { ...select, columns };
  return {
    ...select,
    distinct: false,
    columns: columns.map((column, index) => ({ ...column, expr: { kind: 'key', index, type: column.expr.type } })),
    grouping: { keys: columns.map(({ expr }) => expr), aggregates: [] },
    orderBy: orderBy as WithColumns['orderBy'],
  };
}
