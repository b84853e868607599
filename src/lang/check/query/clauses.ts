/** The clauses of a select that a watch has too: columns, where, group by, having, order by, limit. */

import type { Aggregate, CheckedSelect, Column, Grouping, Order, Typed } from '../../checked/ast.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/span.js';
import { print } from '../../print/print.js';
import { fieldOf } from '../../schema/catalogue.js';
import { BOOLEAN, type Type } from '../../schema/type.js';
import type { Expr, LiteralExpr, OrderItem, Projection, SelectStatement } from '../../syntax/ast.js';
import type { Integer } from '../../values/value.js';
import { wholeNumberOf } from '../clauses/constants.js';
import type { ExpressionChecker } from '../expressions/expression-checker.js';
import { rejectQuotedNames } from '../expressions/quoted-names.js';
import { hasAggregate, resolve } from '../expressions/resolve.js';
import type { ClauseChecker, Scope } from '../scope.js';
import { groupColumns, rewriteForGroups } from './groups.js';
import { ownName, type StarColumn, starColumns, tableOfStar } from './star.js';

/** What checks the clauses of a select. */
export interface SelectClauseChecker extends ClauseChecker {
  expressions(scope: Scope): ExpressionChecker;
}

/** The parts of a statement that `checkClauses` reads. */
export interface ClauseStatement extends Span {
  readonly projection: readonly Projection[];
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: SelectStatement['limit'];
  readonly zero?: boolean;
  readonly sugar?: 'count';
}

export interface CheckedClauses {
  readonly where?: Typed;
  readonly columns?: readonly Column[];
  readonly grouping?: Grouping;
  readonly orderBy: readonly Order[];
  readonly limit?: Integer;
  readonly offset: Integer;
  readonly aliases: ReadonlyMap<string, Expr>;
  readonly lateral: NonNullable<Scope['lateral']>;
  readonly aggregates: Aggregate[];
}

type CheckColumn = (expr: Expr, checker: ExpressionChecker) => Typed | undefined;

export type Until = Pick<CheckedSelect, 'until' | 'untilGrouping'>;

/** The clauses that select and watch share. */
export function checkClauses(
  checker: SelectClauseChecker,
  statement: ClauseStatement,
  base: Scope,
  all?: readonly Column[],
  /** The type of what the column of a subquery is compared with. */
  expected?: Type,
): CheckedClauses {
  const { diagnostics } = checker;
  statement = withColumnsOfStars(statement, base, checker);
  const aliases = aliasesOf(statement.projection, diagnostics);
  const lateral = lateralsOf(statement.projection);
  base = { ...base, projected: aliases };
  const plain = lateral.filter(([, expr]) => !hasAggregate(expr));
  const where =
    statement.where &&
    checker
      .expressions({ ...base, lateral: plain, noAggregates: 'aggregates are not allowed in where' })
      .condition(statement.where);
  const keyExprs =
    allKeys(statement, base, aliases) ??
    statement.groupBy.map(expr => columnAt(expr, statement.projection, diagnostics) ?? expr);
  const groupScope: Scope = { ...base, lateral, noAggregates: 'aggregates are not allowed in group by' };
  const listed = expected && statement.projection[0] && print(statement.projection[0].expr);
  /** The column that is compared with a type, wherever it is written. */
  const checkListed: CheckColumn = (expr, expressions) =>
    expected && print(expr) === listed ? expressions.listed(expr, expected) : expressions.check(expr);
  const keys = keyExprs.map((expr, i) => {
    // A column that the query has not is reported already.
    if (expr === statement.groupBy[i] && isPosition(expr, statement.projection)) return undefined;
    const expressions = checker.expressions(groupScope);
    if (rejectQuotedNames(expressions, [expr])) return undefined;
    return checkListed(expr, expressions);
  });

  const aggregates: Aggregate[] = [];
  const isWhole = statement.projection.length === 1 && isStar(statement.projection[0].expr);
  const items = isWhole ? [] : statement.projection;
  const projecting = checker.expressions({ ...base, aggregates });
  let columns = items.map((item, i) => {
    checkBareAlias(item, base, diagnostics);
    return checkColumn(
      item,
      projecting.within({ ...base, aggregates, lateral: lateralsOf(items.slice(0, i)) }),
      expected,
    );
  });
  if (all && (isWhole || items.length === 0) && statement.groupBy.length === 0) {
    columns = [...all];
    if (base.data) for (const name of base.columns ?? []) base.data.add(name);
  }
  const having =
    statement.having && checker.expressions({ ...base, aggregates, aliases, lateral }).condition(statement.having);
  const ordering = checker.expressions({ ...base, aggregates, aliases, lateral });
  const positions = all && items.length === 0 ? all.map(asProjection) : statement.projection;
  const orders = statement.orderBy.flatMap(item => checkOrder(item, positions, ordering, checkListed));

  const isGrouped = statement.groupBy.length > 0 || aggregates.length > 0 || statement.having !== undefined;
  const limit = wholeNumberOf(statement.limit?.count, checker, 'limit');
  const offset = wholeNumberOf(statement.limit?.offset, checker, 'offset') ?? 0;
  if (statement.sugar === 'count' && columns.length === 1)
    columns.unshift(...keys.map((key, i) => key && { name: columnName(keyExprs[i], base), expr: key }));
  if (isGrouped && isWhole)
    diagnostics.error(
      'aggregate',
      statement.projection[0],
      'a grouped query requires columns, got whole entries',
      'name the group keys and aggregates',
    );

  let orderBy = orders.filter((order): order is Order => order !== undefined);
  let grouping: Grouping | undefined;
  if (isGrouped && !keys.includes(undefined)) {
    const known = keys as Typed[];
    const complain = (node: Typed, from: ExpressionChecker): undefined => {
      const written = from.spans.get(node);
      // One of the columns of a star is enough.
      const isOfStar = items.some(item => 'title' in item && item.expr === written);
      const { start } = written ?? statement;
      if (isOfStar && diagnostics.list.some(({ code, span }) => code === 'aggregate' && span.start === start))
        return undefined;
      const own = node.kind === 'field' ? `add it to group by, or use max(${from.written(node)})` : undefined;
      diagnostics.error(
        'aggregate',
        written ?? statement,
        `${node.kind === 'field' ? from.written(node) : 'this'} is neither grouped by nor aggregated`,
        isOfStar ? 'name the columns in place of *' : own,
      );
      return undefined;
    };
    if (items.length === 0 && !isWhole)
      columns = groupColumns(
        keyExprs.map(expr => columnName(expr, base)),
        known,
        aggregates,
      );
    columns = columns.map(
      column =>
        column &&
        withExpr(
          column,
          rewriteForGroups(column.expr, known, node => complain(node, projecting)),
        ),
    );
    orderBy = orderBy.flatMap(order => {
      const expr = rewriteForGroups(order.expr, known, node => complain(node, ordering));
      return expr ? [{ ...order, expr }] : [];
    });
    const test = having && rewriteForGroups(having, known, node => complain(node, ordering));
    grouping = { keys: known, aggregates, having: test };
  }
  return {
    where,
    ...(columns.length > 0 || isGrouped
      ? { columns: columns.filter((column): column is Column => column !== undefined) }
      : {}),
    grouping,
    orderBy,
    limit,
    offset,
    aliases,
    lateral,
    aggregates,
  };
}

/** `h.*` as the columns of that table; `*` with a join as those of what is joined as well. */
export function withColumnsOfStars<S extends ClauseStatement>(
  statement: S,
  base: Scope,
  { context, diagnostics }: SelectClauseChecker,
): S {
  const { projection } = statement;
  if (!projection.some(item => tableOfStar(item))) return statement;
  const [{ start, end, ...first }] = projection;
  const isAlone = projection.length === 1 && base.joins.length === 0;
  // The columns of the only table are whole entries.
  if (isAlone && tableOfStar(projection[0])?.name?.toLowerCase() === ownName(base)?.toLowerCase())
    return { ...statement, projection: [{ ...first, expr: { kind: 'name', text: '*', start, end }, start, end }] };
  const isWhole = statement.zero === true || statement.groupBy.length > 0 || statement.having !== undefined;
  if (projection.length === 1 && isStar(projection[0].expr) && (isWhole || base.joins.length === 0)) return statement;
  return {
    ...statement,
    projection: projection.flatMap(item => starColumns(item, base, context.environment, diagnostics)),
  };
}

/** The until clause of a repeated query: a condition on groups, on rows, or on all rows as one group. */
export function checkUntil(
  queries: SelectClauseChecker,
  expr: Expr,
  base: Scope,
  { aliases, lateral, aggregates, grouping }: CheckedClauses,
): Until | undefined {
  const checker = queries.expressions({ ...base, aliases, lateral, aggregates });
  const condition = checker.condition(expr);
  if (!condition) return undefined;
  if (!grouping && aggregates.length === 0) return { until: condition };
  const until = rewriteForGroups(condition, grouping?.keys ?? [], node => {
    queries.diagnostics.error(
      'aggregate',
      checker.spans.get(node) ?? expr,
      `${node.kind === 'field' ? checker.written(node) : 'this'} is neither grouped by nor aggregated`,
      node.kind === 'field' ? `write max(${checker.written(node)}), or the like` : undefined,
    );
    return undefined;
  });
  return until && { until, ...(grouping ? {} : { untilGrouping: { keys: [], aggregates } }) };
}

function checkColumn(
  item: Projection | StarColumn,
  checker: ExpressionChecker,
  expected: Type | undefined,
): Column | undefined {
  // As SQL writes names; a text on purpose has a name of its own, or single quotes.
  const isQuoted = item.expr.kind === 'literal' && item.expr.text.startsWith('"') && !item.alias;
  if (isQuoted && rejectQuotedNames(checker, [item.expr])) return undefined;
  const expr = expected ? checker.listed(item.expr, expected) : checker.check(item.expr);
  if (!expr || !item.alias)
    return expr && { name: 'title' in item ? item.title : columnName(item.expr, checker.scope), expr };
  return { name: item.alias.text, expr, text: print(item.expr) };
}

/** `select src dst`: more likely a comma is missing than that a column is given the name of another field. */
function checkBareAlias({ alias, bare, expr }: Projection, base: Scope, diagnostics: Diagnostics): void {
  if (!bare || !alias || !base.table || !fieldOf(base.table, alias.text)) return;
  const before = expr.kind === 'name' ? expr.text : '…';
  diagnostics.error(
    'clause',
    alias,
    `'${alias.text}' is a field: a comma is missing, or 'as'`,
    `write '${before}, ${alias.text}' for two fields, '${before} as ${alias.text}' for a new name`,
  );
}

function aliasesOf(projection: readonly Projection[], diagnostics: Diagnostics): Map<string, Expr> {
  const aliases = new Map<string, Expr>();
  for (const { alias, expr } of projection) {
    if (!alias) continue;
    if (aliases.has(alias.text.toLowerCase()))
      diagnostics.error('clause', alias, `duplicate column name '${alias.text}'`);
    aliases.set(alias.text.toLowerCase(), expr);
  }
  return aliases;
}

/** `order by 2`, `group by 1`: the expression of that column. */
function columnAt(expr: Expr, projection: readonly Projection[], diagnostics: Diagnostics): Expr | undefined {
  if (!isPosition(expr, projection)) return undefined;
  const column = projection[Number(expr.value) - 1];
  if (column) return column.expr;
  diagnostics.error('range', expr, `column ${expr.value} is out of range: the query has ${projection.length}`);
  return undefined;
}

const isPosition = (expr: Expr, projection: readonly Projection[]): expr is LiteralExpr =>
  expr.kind === 'literal' && expr.type === 'integer' && projection.length > 0;

function checkOrder(
  item: OrderItem,
  projection: readonly Projection[],
  checker: ExpressionChecker,
  check: CheckColumn,
): readonly (Order | undefined)[] {
  const column = columnAt(item.expr, projection, checker.diagnostics);
  if (!column && rejectQuotedNames(checker, [item.expr])) return [undefined];
  const expr = check(column ?? item.expr, checker);
  if (expr === undefined) return [undefined];
  const order = { expr, descending: item.descending };
  if (!item.nullsFirst) return [order];
  return [{ expr: { kind: 'is_null', operand: expr, type: BOOLEAN }, descending: true }, order];
}

const isStar = (expr: Expr): boolean => expr.kind === 'name' && expr.text === '*';
const withExpr = (column: Column, expr: Typed | undefined): Column | undefined => expr && { ...column, expr };

/** What a column of the result is called: a column of a file, or of a select, as it is called there, whatever the case in which it is written. */
function columnName(expr: Expr, scope: Scope): string {
  if (expr.kind !== 'name') return print(expr);
  const lower = expr.text.toLowerCase();
  const resolved = resolve(scope, expr.text);
  if (resolved === undefined || resolved.kind === 'alias') return lower;
  const { name } = resolved;
  const join = resolved.join === undefined ? undefined : scope.joins[resolved.join];
  const names = (join === undefined ? scope.columns : join.names) ?? [];
  const own = resolved.kind === 'data' ? name : names.find(each => each.toLowerCase() === name);
  if (own === undefined || !lower.endsWith(own.toLowerCase())) return lower;
  return (join && lower.includes('.') ? `${join.alias}.` : lower.slice(0, lower.length - own.length)) + own;
}

const lateralsOf = (items: readonly Projection[]): (readonly [string, Expr])[] =>
  items.flatMap(({ alias, expr }) => (alias ? [[alias.text.toLowerCase(), expr] as const] : []));

/** A column of the rows of a query, as if it were written out. */
const asProjection = ({ name }: Column): Projection => ({
  expr: { kind: 'name', text: name, start: 0, end: 0 },
  start: 0,
  end: 0,
});

/** The keys of `group by all`: every column without an aggregate. Undefined for other keys. */
function allKeys(
  { groupBy, projection }: ClauseStatement,
  base: Scope,
  aliases: ReadonlyMap<string, Expr>,
): readonly Expr[] | undefined {
  const [first] = groupBy;
  const isAll = groupBy.length === 1 && first.kind === 'name' && first.text.toLowerCase() === 'all';
  if (!isAll || aliases.has('all') || resolve(base, 'all') !== undefined) return undefined;
  return projection.filter(({ expr }) => !isStar(expr) && !hasAggregate(expr)).map(({ expr }) => expr);
}
