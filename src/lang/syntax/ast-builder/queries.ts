/** Selects, and what combines them. */

import type {
  CountStatementCstNode,
  QueryCstNode,
  SelectStatementCstNode,
  SelectTailCstNode,
  SetOperatorCstNode,
  SourceClauseCstNode,
} from '../../../../grammar/generated/cst.js';
import type { Span } from '../../diagnostics/span.js';
import type { CompoundStatement, QueryExpr, SelectStatement, SetOperator, SourceRef, WithStatement } from '../ast.js';
import {
  filterClauses,
  joinClause,
  outputClause,
  place,
  projections,
  rangeClause,
  tableRef,
  timeClauses,
} from './clauses.js';
import { across, compact, nameOf, nested, optional, spanOf, type TreeContext, tokenSpan } from './context.js';

/** The place that a statement names after `in`. */
export const source = (
  context: TreeContext,
  nodes: readonly SourceClauseCstNode[] | undefined,
): SourceRef | undefined => optional(nodes, node => place(context, node.children.place[0]));

/** A query with the selects that `with` names before it. */
export function query(context: TreeContext, node: QueryCstNode): QueryExpr {
  const { commonTables } = node.children;
  if (!commonTables) return compound(context, node);
  return nested(context, 1, node, (): WithStatement => {
    const tables = commonTables[0].children.commonTable.map(table => ({
      name: nameOf(table.children.Word[0]),
      query: query(context, table.children.query[0]),
      ...spanOf(table),
    }));
    return { kind: 'with', tables, query: compound(context, node), ...spanOf(node) };
  });
}

/** A select, or several that `except`, `intersect` or `union` combines. */
function compound(context: TreeContext, node: QueryCstNode): SelectStatement | CompoundStatement {
  const { selectStatement: nodes, setOperator: operators = [] } = node.children;
  if (nodes.length === 1) return selectStatement(context, nodes[0]);
  return nested(context, nodes.length, node, () => {
    const selects = nodes.map(each => selectStatement(context, each));
    const { orderBy, limit, every, for: duration, until, output, ...last } = selects.pop()!;
    for (const select of selects) rejectTail(context, select);
    rejectMixed(context, operators);
    let left: SelectStatement | CompoundStatement = selects[0];
    for (const [i, operator] of operators.entries()) {
      const op = operatorOf(operator);
      const isOutermost = i === operators.length - 1;
      const right: SelectStatement = isOutermost ? { ...last, orderBy: [] } : selects[i + 1];
      left = compact<CompoundStatement>({
        kind: 'compound',
        op,
        left,
        right,
        orderBy: [],
        ...(isOutermost ? { orderBy, limit, every, for: duration, until, output } : {}),
        ...across(nodes[0], nodes[i + 1]),
      });
    }
    return left;
  });
}

function operatorOf({ children }: SetOperatorCstNode): SetOperator {
  const word = children.Except ? 'except' : children.Intersect ? 'intersect' : 'union';
  return children.All ? `${word} all` : word;
}

/** In SQL intersect binds closer than the others, here all would be taken from left to right. */
function rejectMixed({ diagnostics }: TreeContext, operators: readonly SetOperatorCstNode[]): void {
  const isIntersect = ({ children }: SetOperatorCstNode): boolean => children.Intersect !== undefined;
  const other = operators.find(operator => isIntersect(operator) !== isIntersect(operators[0]));
  if (other === undefined) return;
  const message = 'intersect cannot be mixed with union or except';
  diagnostics.error(
    'clause',
    spanOf(other),
    message,
    'say what comes first: select from (select … intersect select …) union select …',
  );
}

/** The clauses that order and show the whole result follow the last select. */
function rejectTail({ diagnostics }: TreeContext, { orderBy, limit, every, output }: SelectStatement): void {
  const clauses: readonly (readonly [string, Span | undefined])[] = [
    ['order by', orderBy[0]],
    ['limit', limit],
    ['every', every],
    ['output', output],
  ];
  for (const [word, clause] of clauses) {
    if (!clause) continue;
    const hint =
      word === 'order by' || word === 'limit'
        ? 'it applies to the whole result; for one part: select from (select … limit 5) union select …'
        : 'the selects have a single result';
    diagnostics.error('clause', clause, `'${word}' must follow the last select`, hint);
  }
}

function selectStatement(context: TreeContext, node: SelectStatementCstNode): SelectStatement {
  const c = node.children;
  return compact<SelectStatement>({
    kind: 'select',
    distinct: c.Distinct !== undefined,
    projection: projections(context, c.projections),
    from: tableRef(context, c.tableRef[0]),
    ...selectTail(context, c.selectTail[0]),
    ...spanOf(node),
  });
}

/** `count conntrack`. */
export function countStatement(context: TreeContext, node: CountStatementCstNode): SelectStatement {
  const c = node.children;
  const name = nameOf(c.Count[0]);
  const span = tokenSpan(c.Count[0]);
  const tail = selectTail(context, c.selectTail[0]);
  // A number of groups without their keys has no use.
  const keys = tail.groupBy
    .filter(({ kind }) => kind !== 'literal')
    .map(expr => ({ expr, start: expr.start, end: expr.end }));
  return compact<SelectStatement>({
    kind: 'select',
    distinct: false,
    projection: [
      ...keys,
      {
        expr: { kind: 'call', name: { ...name, text: 'count' }, args: [], star: true, distinct: false, ...span },
        ...span,
      },
    ],
    from: tableRef(context, c.tableRef[0]),
    ...tail,
    sugar: 'count',
    ...spanOf(node),
  });
}

const selectTail = (context: TreeContext, { children: c }: SelectTailCstNode) => ({
  source: source(context, c.sourceClause),
  range: rangeClause(context, c.rangeClause),
  joins: (c.joinClause ?? []).map(join => joinClause(context, join)),
  ...filterClauses(context, c.filterClauses[0]),
  zero: c.Zero !== undefined,
  ...timeClauses(context, c.timeClauses[0]),
  output: outputClause(context, c.outputClause),
});
