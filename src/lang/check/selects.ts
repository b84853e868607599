import type { CheckedQuery, CheckedSelect, Origin, ResultColumn } from './checked-ast.js';

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

/** The first select of a query: the rows of the result are of it. */
export const leftmost = (query: CheckedQuery): CheckedSelect =>
  query.kind === 'select' ? query : leftmost(query.left);

/** The columns without those that only a format reads. */
export const shown = <C extends { readonly alert?: unknown }>(columns: readonly C[]): readonly C[] =>
  columns.filter(({ alert }) => alert === undefined);

/** The columns of a query's result; undefined for whole entries. */
export function resultColumns(query: CheckedQuery): readonly ResultColumn[] | undefined {
  if (query.kind === 'compound') return query.columns;
  return query.columns && shown(query.columns).map(({ name, expr }) => ({ name, type: expr.type }));
}
