import type { CheckedSelect, Typed } from '../../../lang/checked/ast.js';
import { walk } from '../../../lang/checked/walk.js';

/** All expressions of a query, including those of its groups. */
export function expressionsOf(select: CheckedSelect): Typed[] {
  const { columns = [], where, grouping, orderBy, until, untilGrouping, joins } = select;
  return [
    ...columns.map(column => column.expr),
    ...(where ? [where] : []),
    ...(grouping ? [...grouping.keys, ...grouping.aggregates.flatMap(each => (each.arg ? [each.arg] : []))] : []),
    ...(grouping?.having ? [grouping.having] : []),
    ...orderBy.map(order => order.expr),
    ...(until ? [until] : []),
    ...(untilGrouping ? untilGrouping.aggregates.flatMap(each => (each.arg ? [each.arg] : [])) : []),
    ...joins.flatMap(join => (join.on ? [join.on] : [])),
  ];
}

/** The fields of the queried table that a query reads, without those of joined tables. */
export function fieldsOf(select: CheckedSelect): readonly string[] | 'all' {
  if (!select.columns && !select.grouping) return 'all';
  const names = new Set<string>();
  for (const expr of expressionsOf(select)) {
    walk(expr, node => {
      if (node.kind === 'field' && node.join === undefined) names.add(node.name);
    });
  }
  return [...names];
}
