import type { CheckedSelect, Typed } from '../../../lang/check/checked-ast.js';

/** Visits a node and its descendants, except subqueries. */
export function walk(node: Typed, visit: (node: Typed) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

function childrenOf(node: Typed): readonly Typed[] {
  switch (node.kind) {
    case 'const':
    case 'field':
    case 'key':
    case 'aggregate':
    case 'scalar':
    case 'exists':
    case 'variable':
      return [];
    case 'unary':
    case 'not':
    case 'has':
    case 'is_null':
    case 'is_class':
    case 'cast':
      return [node.operand];
    case 'binary':
    case 'compare':
      return [node.left, node.right];
    case 'within':
      return [node.operand, node.network];
    case 'like':
      return [node.operand, node.pattern];
    case 'logical':
      return node.operands;
    case 'any':
      return node.tests;
    case 'in':
      return [node.operand, ...node.others];
    case 'call':
      return node.args;
    case 'case':
      return [
        ...node.branches.flatMap(({ when, value }) => [when, value]),
        ...(node.otherwise ? [node.otherwise] : []),
      ];
  }
}

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
