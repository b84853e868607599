import type { CstNode, IToken } from 'chevrotain';
import type {
  AliasCstNode,
  FilterClausesCstNode,
  GatewaysCstNode,
  IntoClauseCstNode,
  JoinClauseCstNode,
  KeepClauseCstNode,
  LimitClauseCstNode,
  MomentCstNode,
  OutputClauseCstNode,
  PlaceCstNode,
  PlaceNamesCstNode,
  ProjectionsCstNode,
  RangeClauseCstNode,
  SetClauseCstNode,
  SpoolClauseCstNode,
  TableNameCstNode,
  TableRefCstNode,
  TimeClausesCstNode,
  WatchClausesCstNode,
  WhereClauseCstNode,
  WordsCstNode,
} from '../../../../grammar/generated/cst.js';
import type { Span } from '../../diagnostics/span.js';
import type {
  Expr,
  Join,
  Limit,
  Name,
  OrderItem,
  Output,
  Projection,
  RangeRef,
  SourceRef,
  TableName,
  TableRef,
} from '../ast.js';
import { wordHint } from '../errors/foreign/foreign-words.js';
import { unquote } from '../literals/literal.js';
import type { Assignment, IntoRef, KeepRef, SpoolRef } from '../statements.js';
import { compact, nameOf, nested, optional, spanOf, type TreeContext, tokenSpan } from './context.js';
import { arithmetic, expression, literal, pathName } from './expressions.js';

/** The columns of a select; none for whole entries. */
export function projections(context: TreeContext, nodes: readonly ProjectionsCstNode[] | undefined): Projection[] {
  if (!nodes) return [];
  return nodes[0].children.projection.map(node => {
    const { Word, Star, expression: written, alias: named } = node.children;
    const span = spanOf(node);
    if (Star) return { expr: { kind: 'name', text: Word ? `${Word[0].image}.*` : '*', ...span }, ...span };
    return compact<Projection>({
      expr: expression(context, written![0]),
      alias: optional(named, each => alias(context, each)),
      bare: named?.[0].children.Identifier ? true : undefined,
      ...span,
    });
  });
}

function alias({ diagnostics }: TreeContext, { children: { Word, Identifier, Text: text } }: AliasCstNode): Name {
  if (Word) return nameOf(Word[0]);
  if (Identifier) {
    const name = nameOf(Identifier[0]);
    const hint = wordHint(name.text);
    // A word of another language is not meant as a name.
    if (hint !== undefined) diagnostics.error('syntax', name, `unexpected '${name.text}'`, hint);
    return name;
  }
  return quotedName(text![0]);
}

/** `from conntrack as json`: the rows would be shown as if nothing had been said. */
function rejectFormat({ diagnostics }: TreeContext, name: IToken | undefined): void {
  if (name && /^(?:csv|jsonl?|tsv|xml)$/i.test(name.image))
    diagnostics.error('syntax', tokenSpan(name), `unexpected '${name.image}'`, wordHint(name.image));
}

/** What follows `from`: a table, a file, or a select in parentheses, with its alias. */
export function tableRef(context: TreeContext, node: TableRefCstNode): TableRef {
  const { children } = node;
  const span = spanOf(node);
  const as = optional(children.alias, each => alias(context, each));
  if (children.Word) rejectFormat(context, children.alias?.[0].children.Word?.[0]);
  if (children.Word) return compact({ kind: 'table', name: nameOf(children.Word[0]), alias: as, ...span });
  if (children.query) {
    const query = nested(context, 1, node, () => context.query(children.query![0]));
    return compact({ kind: 'query', query, alias: as, ...span });
  }
  return compact({ kind: 'file', path: unquote(children.Text![0].image), alias: as, ...span });
}

export const tableName = (node: TableNameCstNode): TableName => ({
  kind: 'table',
  name: nameOf(node.children.Word[0]),
  ...spanOf(node),
});

/** What follows `in` and `use`. */
export function place(context: TreeContext, node: PlaceCstNode): SourceRef {
  const { Netns, Namespace, Star, Pid, Number: number, Variable, History, Fleet, gateways, Word } = node.children;
  const { Text: text, placeNames: listed } = node.children;
  const span = spanOf(node);
  if (Netns) {
    if (Star) return { kind: 'netns', name: '*', ...span };
    if (Namespace) return { kind: 'netns', name: nameOf(Namespace[0]), ...span };
    return { kind: 'netns', name: quotedName(text![0]), ...span };
  }
  if (Pid) {
    const pid: Expr = number
      ? literal(context, number[0])
      : { kind: 'variable', name: Variable![0].image.slice(1), ...tokenSpan(Variable![0]) };
    return { kind: 'pid', pid, ...span };
  }
  if (History) return compact({ kind: 'history', store: optional(text, each => unquote(each.image)), ...span });
  if (Fleet) return { kind: 'fleet', names: optional(gateways, gatewayNames) ?? [], ...span };
  if (Word && listed) return { kind: 'listed', word: nameOf(Word[0]), names: placeNames(listed[0]), ...span };
  if (Word) return { kind: 'quoted', word: nameOf(Word[0]), text: unquote(text![0].image), ...span };
  return { kind: 'kernel', ...span };
}

export const gatewayNames = ({
  children: { Identifier, Text: text, placeNames: listed },
}: GatewaysCstNode): readonly Name[] =>
  listed ? placeNames(listed[0]) : [Identifier ? nameOf(Identifier[0]) : quotedName(text![0])];

const placeNames = (node: PlaceNamesCstNode): readonly Name[] =>
  node.children.placeName.map(({ children: { Word, Text: text } }) => (Word ? nameOf(Word[0]) : quotedName(text![0])));

const quotedName = (token: IToken): Name => ({ ...nameOf(token), text: unquote(token.image) });

export const rangeClause = (
  context: TreeContext,
  nodes: readonly RangeClauseCstNode[] | undefined,
): RangeRef | undefined =>
  optional(nodes, node => {
    const { At, Since, moment: moments, arithmetic: within } = node.children;
    const [first, second] = moments!.map(each => moment(context, each));
    const span = spanOf(node);
    if (At)
      return compact<RangeRef>({
        kind: 'at',
        time: first,
        within: within && arithmetic(context, within[0]),
        ...span,
      });
    if (Since) return { kind: 'since', time: first, ...span };
    return { kind: 'between', from: first, to: second, ...span };
  });

/** `10m ago` is `now() - 10m`. */
function moment(context: TreeContext, { children: { arithmetic: time, Ago } }: MomentCstNode): Expr {
  const expr = arithmetic(context, time[0]);
  return Ago ? beforeNow(expr, tokenSpan(Ago[0])) : expr;
}

/** `now() - DURATION`. @param word where the subtraction is written */
export function beforeNow(duration: Expr, { start, end }: Span): Expr {
  const span = { start, end };
  return {
    kind: 'binary',
    op: '-',
    left: { kind: 'call', name: { text: 'now', ...span }, args: [], star: false, distinct: false, ...span },
    right: duration,
    opSpan: span,
    start: duration.start,
    end,
  };
}

export const intoClause = (
  context: TreeContext,
  nodes: readonly IntoClauseCstNode[] | undefined,
): IntoRef | undefined =>
  optional(once(context, 'into', nodes), node => ({ store: unquote(node.children.Text[0].image), ...spanOf(node) }));

export const keepClause = (
  context: TreeContext,
  nodes: readonly KeepClauseCstNode[] | undefined,
): KeepRef | undefined =>
  optional(once(context, 'keep', nodes), node => ({
    limits: node.children.arithmetic.map(each => arithmetic(context, each)),
    ...spanOf(node),
  }));

export const spoolClause = (
  context: TreeContext,
  nodes: readonly SpoolClauseCstNode[] | undefined,
): SpoolRef | undefined =>
  optional(once(context, 'spool', nodes), node => ({
    size: arithmetic(context, node.children.arithmetic[0]),
    ...spanOf(node),
  }));

export function joinClause(context: TreeContext, node: JoinClauseCstNode): Join {
  const { tableRef: tables, expression: on, Left, Cross } = node.children;
  const span = spanOf(node);
  if (Cross && on) {
    const hint = 'write: join … on …; cross join has every row of one with every row of the other';
    context.diagnostics.error('syntax', spanOf(on[0]), 'cross join has no condition', hint);
  }
  return compact({
    table: tableRef(context, tables[0]),
    on: Cross
      ? { kind: 'literal', type: 'boolean', value: true, text: 'true', ...span }
      : optional(on, each => expression(context, each)),
    outer: Left !== undefined,
    ...span,
  });
}

export const whereClause = (context: TreeContext, nodes: readonly WhereClauseCstNode[] | undefined): Expr | undefined =>
  optional(nodes, node => expression(context, node.children.expression[0]));

export const wordList = (node: WordsCstNode): Name[] => node.children.Word.map(nameOf);

/** `where`, `group by`, `having`, `order by` and `limit`, each of which may be left out. */
export function filterClauses(context: TreeContext, { children }: FilterClausesCstNode) {
  const groups = children.groupClause?.[0].children.expression ?? [];
  const orders = children.orderClause?.[0].children.orderItem ?? [];
  return {
    where: whereClause(context, children.whereClause),
    groupBy: groups.map(node => expression(context, node)),
    having: optional(children.havingClause, node => expression(context, node.children.expression[0])),
    orderBy: orders.map(
      (node): OrderItem => ({
        expr: expression(context, node.children.expression[0]),
        descending: node.children.Desc !== undefined,
        ...(isNullsFirst(context, node.children.Word?.[0]) ? { nullsFirst: true } : {}),
        ...spanOf(node),
      }),
    ),
    limit: limitClause(context, children.limitClause),
  };
}

/** What follows `nulls`. */
function isNullsFirst({ diagnostics }: TreeContext, word: IToken | undefined): boolean {
  const place = word?.image.toLowerCase();
  if (word && place !== 'first' && place !== 'last')
    diagnostics.error('syntax', tokenSpan(word), `expected 'first' or 'last' after 'nulls', got '${word.image}'`);
  return place === 'first';
}

export const limitClause = (
  context: TreeContext,
  nodes: readonly LimitClauseCstNode[] | undefined,
): Limit | undefined =>
  optional(nodes, node => {
    const [count, offset] = node.children.arithmetic;
    return compact({
      count: arithmetic(context, count),
      offset: offset && arithmetic(context, offset),
      ...spanOf(node),
    });
  });

/** `every`, `for` and `until`, which come in any order. */
export const timeClauses = (context: TreeContext, { children }: TimeClausesCstNode | WatchClausesCstNode) => ({
  every: optional(once(context, 'every', children.everyClause), node =>
    arithmetic(context, node.children.arithmetic[0]),
  ),
  for: optional(once(context, 'for', children.forClause), node => arithmetic(context, node.children.arithmetic[0])),
  until: optional(once(context, 'until', children.untilClause), node =>
    expression(context, node.children.expression[0]),
  ),
});

/** Clauses of one kind; reports duplicates. */
export function once<N extends CstNode>(
  { diagnostics }: TreeContext,
  word: string,
  nodes: readonly N[] | undefined,
): readonly N[] | undefined {
  for (const node of nodes?.slice(1) ?? []) diagnostics.error('syntax', spanOf(node), `duplicate '${word}'`);
  return nodes;
}

export const outputClause = (
  context: TreeContext,
  nodes: readonly OutputClauseCstNode[] | undefined,
): Output | undefined =>
  optional(nodes, node =>
    compact({
      words: node.children.words === undefined ? [] : wordList(node.children.words[0]),
      warning: optional(once(context, 'warning', node.children.warningClause), each =>
        expression(context, each.children.expression[0]),
      ),
      critical: optional(once(context, 'critical', node.children.criticalClause), each =>
        expression(context, each.children.expression[0]),
      ),
      file: optional(
        node.children.destination,
        ({
          children: {
            Text: [token],
          },
        }) => ({
          path: unquote(token.image),
          ...tokenSpan(token),
        }),
      ),
      ...spanOf(node),
    }),
  );

export const assignments = (context: TreeContext, nodes: readonly SetClauseCstNode[] | undefined): Assignment[] =>
  (nodes?.[0].children.assignment ?? []).map(node => ({
    field: pathName(node.children.path[0]),
    op: node.children.AssignOperator[0].image as Assignment['op'],
    value: expression(context, node.children.expression[0]),
    ...spanOf(node),
  }));
