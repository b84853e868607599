import type { CellSource } from '../schema/environment.js';
import { isCell } from '../schema/type.js';
import type { CheckedQuery, CheckedSelect, Origin, ResultColumn, Typed } from './ast.js';
import { walk } from './walk.js';

/** A select of whole entries, with no clauses but those given. */
export const selectFrom = (from: Origin, clauses: Partial<CheckedSelect> = {}): CheckedSelect => ({
  distinct: false,
  joins: [],
  orderBy: [],
  offset: 0,
  zero: false,
  output: { modifiers: [] },
  ...clauses,
  kind: 'select',
  from,
});

/** The selects of a query, which `except` and `union` combine, from left to right. */
export const selectsOf = (query: CheckedQuery): CheckedSelect[] =>
  query.kind === 'select' ? [query] : [...selectsOf(query.left), query.right];

/** Whether a query has at most one row, whatever it reads. */
export const hasOneRow = (query: CheckedQuery): boolean =>
  query.kind === 'select' &&
  (query.grouping?.keys.length === 0 ||
    query.limit === 1 ||
    (query.from.kind === 'query' && query.joins.length === 0 && hasOneRow(query.from.query)));

/** The first select of a query: the rows of the result are of it. */
export const leftmost = (query: CheckedQuery): CheckedSelect =>
  query.kind === 'select' ? query : leftmost(query.left);

/**
 * Whether a column of a query is made of cells of a file. A null there is a cell that is blank, or that cannot be read: it says nothing
 * about what is in a list.
 */
export function readsCells(query: CheckedQuery, index = 0): boolean {
  if (query.kind === 'compound') return readsCells(query.left, index) || readsCells(query.right, index);
  const { from, joins, grouping, columns = [] } = query;
  const isOfCells = (node: Typed): boolean => {
    let found = false;
    walk(node, each => {
      if (each.kind === 'key') found ||= grouping !== undefined && isOfCells(grouping.keys[each.index]);
      if (each.kind !== 'field') return;
      const origin = each.join === undefined ? from : joins[each.join].from;
      found ||= each.type.isCell === true || origin.kind === 'data' || isOfCellsIn(origin, each.name);
    });
    return found;
  };
  const column = shown(columns)[index];
  return column !== undefined && isOfCells(column.expr);
}

/** Whether a column of a select in `from` is made of cells. */
function isOfCellsIn(origin: CheckedSelect['joins'][number]['from'], name: string): boolean {
  if (origin.kind !== 'query' || !origin.columns) return false;
  return readsCells(
    origin.query,
    origin.columns.findIndex(column => column.name.toLowerCase() === name),
  );
}

/** The columns without those that only a format reads. */
export const shown = <C extends { readonly alert?: unknown }>(columns: readonly C[]): readonly C[] =>
  columns.filter(({ alert }) => alert === undefined);

/** The columns of a query's result; undefined for whole entries. */
export function resultColumns(query: CheckedQuery): readonly ResultColumn[] | undefined {
  if (query.kind === 'compound') return query.columns;
  return (
    query.columns &&
    shown(query.columns).map(({ name, expr }) => {
      const cells = sourcesOf(query, expr);
      return { name, type: expr.type, ...(cells ? { cells } : {}) };
    })
  );
}

/** The columns of files whose cells an expression is, unchanged. */
export function sourcesOf(
  { from, joins, grouping }: Pick<CheckedSelect, 'from' | 'joins' | 'grouping'>,
  expr: Typed,
): readonly CellSource[] | undefined {
  if (expr.kind === 'key' && grouping) return sourcesOf({ from, joins }, grouping.keys[expr.index]);
  // The least and the greatest of cells are cells.
  if (expr.kind === 'aggregate' && grouping && isCell(expr.type)) {
    const { name, arg } = grouping.aggregates[expr.index];
    return arg && (name === 'min' || name === 'max') ? sourcesOf({ from, joins }, arg) : undefined;
  }
  if (expr.kind !== 'field' || !isCell(expr.type)) return undefined;
  const origin = expr.join === undefined ? from : joins[expr.join].from;
  if (origin.kind === 'data') return [{ path: origin.path, column: expr.name }];
  if (origin.kind !== 'query' && origin.kind !== 'result') return undefined;
  return origin.columns?.find(({ name }) => name.toLowerCase() === expr.name)?.cells;
}
