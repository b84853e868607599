import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Table } from '../../schema/catalogue.js';
import { fileOf } from '../../schema/places.js';
import { print } from '../../services/print/print.js';
import type {
  ExceptStatement,
  Expr,
  Join,
  OrderItem,
  Projection,
  QueryExpr,
  SelectStatement,
  Span,
} from '../../syntax/ast.js';
import type { Integer } from '../../values/value.js';
import type {
  Aggregate,
  CheckedExcept,
  CheckedJoin,
  CheckedQuery,
  CheckedSelect,
  Column,
  Grouping,
  Order,
  Origin,
  Place,
  Typed,
} from '../checked-ast.js';
import { ExpressionChecker } from '../expressions/expression-checker.js';
import { resolve } from '../expressions/resolve.js';
import type { CheckContext, JoinScope, Scope } from '../scope.js';
import { leftmost } from '../selects.js';
import { checkAvailable } from './availability.js';
import { durationOf, wholeNumberOf } from './constants.js';
import { groupColumns, rewriteForGroups } from './groups.js';
import { checkOutput, groupedShape } from './output.js';
import { checkOrigin, checkPlace } from './places.js';

/** Checks queries, with the context of a whole statement. */
export class QueryChecker {
  constructor(
    readonly context: CheckContext,
    readonly diagnostics: Diagnostics,
  ) {}

  expressions(scope: Scope): ExpressionChecker {
    return new ExpressionChecker(scope, this.context, this.diagnostics, (query, { single, span }) =>
      this.subquery(query, single, span),
    );
  }

  query(query: QueryExpr): CheckedQuery | undefined {
    return query.kind === 'select' ? this.select(query) : this.except(query);
  }

  /** A query in parentheses: one column, and for a single value one row. */
  subquery(query: QueryExpr, single: boolean, span: Span): CheckedQuery | undefined {
    const checked = this.query(query);
    if (!checked) return undefined;
    if (checked.kind === 'except' || checked.columns?.length !== 1) {
      this.diagnostics.error(
        'clause',
        span,
        `a subquery must return one column${single ? '' : ', whose values form the list'}`,
        'write: (select src from conntrack where …)',
      );
      return undefined;
    }
    const isOneRow = checked.grouping !== undefined && checked.grouping.keys.length === 0;
    if (single && !isOneRow && checked.limit !== 1) {
      this.diagnostics.error(
        'clause',
        span,
        'a scalar subquery must return one row',
        'use an aggregate, add limit 1, or use in (…)',
      );
      return undefined;
    }
    if (checked.every !== undefined || checked.output.format !== undefined || checked.output.file !== undefined) {
      this.diagnostics.error('clause', span, 'every and output are not allowed in a subquery');
      return undefined;
    }
    return checked;
  }

  except(statement: ExceptStatement): CheckedExcept | undefined {
    const left = this.query(statement.left);
    const right = this.select(statement.right);
    if (!left || !right) return undefined;
    const first = leftmost(left);
    const wrong = [first, right].find(each => each.grouping !== undefined);
    if (wrong) {
      this.diagnostics.error('clause', statement, 'except compares entries by tuple: neither side may be grouped');
      return undefined;
    }
    if ((first.columns?.length ?? 0) !== (right.columns?.length ?? 0)) {
      this.diagnostics.error(
        'clause',
        statement,
        'both sides of except must have the same columns',
        'without columns, entries are compared by tuple',
      );
      return undefined;
    }
    const strange = [first, right].find(each => hasNoTuple(each.from));
    if (!first.columns && strange && first.from.table !== right.from.table) {
      this.diagnostics.error(
        'clause',
        statement,
        `except cannot compare the entries of ${first.from.table} and ${right.from.table}`,
        'select from the same table on both sides, or name columns',
      );
      return undefined;
    }
    const repeated = [first, right].find(each => each.every !== undefined);
    if (repeated) {
      this.diagnostics.error('clause', statement, 'every cannot be combined with except');
      return undefined;
    }
    const output = checkOutput(
      statement.output,
      { isWhole: !first.columns, isGrouped: false, table: tableOf(first.from) },
      this.diagnostics,
    );
    return { kind: 'except', left, right, output };
  }

  select(statement: SelectStatement): CheckedSelect | undefined {
    const { diagnostics } = this;
    const before = diagnostics.list.length;
    const from = checkOrigin(statement.from, diagnostics);
    const place = checkPlace(statement.source, this);
    const where = statement.source ? place : this.context.place;
    if (!from) return undefined;
    const { origin, table, name } = from;
    if (origin.kind === 'table')
      checkAvailable(this, origin.table, statement.zero ? 'zero' : 'select', place, statement.from);
    const joins = this.#joins(statement.joins, table, name, place);
    const base: Scope = {
      table,
      tableName: name,
      watch: false,
      inFile: origin.kind === 'file' || (where !== undefined && fileOf(where) !== undefined),
      joins: joins.map(join => join.scope),
      once: !statement.every,
    };
    const clauses = this.clauses(statement, base);
    const every = durationOf(statement.every, this, 'every');
    const duration = durationOf(statement.for, this, 'for');
    if (statement.every && origin.kind === 'file' && origin.path === '-')
      diagnostics.error(
        'clause',
        statement.from,
        "every reads its rows again, and standard input ('-') can be read only once",
        'save it to a file first, and name the file',
      );
    if (statement.for && !statement.every)
      diagnostics.error('clause', statement.for, 'for requires every in a select', 'add every 2s before it');
    const until = statement.until && this.until(statement.until, base, clauses);
    if (statement.until && !statement.every)
      diagnostics.error('clause', statement.until, 'until requires every in a select', 'add every 2s before it');
    if (statement.distinct && !clauses.columns)
      diagnostics.error(
        'clause',
        statement,
        'distinct requires columns',
        'name the columns: select distinct src, dst from …',
      );
    if (statement.zero) this.#zero(statement, table, clauses.grouping !== undefined);
    const output = checkOutput(
      statement.output,
      {
        isWhole: !clauses.columns,
        ...groupedShape(clauses),
        table: table.name,
      },
      diagnostics,
    );
    if (diagnostics.list.slice(before).some(each => each.severity === 'error')) return undefined;
    return {
      kind: 'select',
      from: origin,
      place,
      distinct: statement.distinct,
      columns: clauses.columns,
      joins: joins.map(join => join.checked()),
      where: clauses.where,
      grouping: clauses.grouping,
      orderBy: clauses.orderBy,
      limit: clauses.limit,
      offset: clauses.offset,
      zero: statement.zero,
      every,
      for: duration,
      ...until,
      output,
    };
  }

  /** The until clause of a repeated query: a condition on groups, on rows, or on all rows as one group. */
  until(expr: Expr, base: Scope, { aliases, aggregates, grouping }: CheckedClauses): Until | undefined {
    const checker = this.expressions({ ...base, aliases, aggregates });
    const condition = checker.condition(expr);
    if (!condition) return undefined;
    if (!grouping && aggregates.length === 0) return { until: condition };
    const until = rewriteForGroups(condition, grouping?.keys ?? [], node => {
      this.diagnostics.error(
        'aggregate',
        checker.spans.get(node) ?? expr,
        `${node.kind === 'field' ? checker.written(node) : 'this'} is neither grouped by nor aggregated`,
        node.kind === 'field' ? `write max(${checker.written(node)}), or the like` : undefined,
      );
      return undefined;
    });
    return until && { until, ...(grouping ? {} : { untilGrouping: { keys: [], aggregates } }) };
  }

  #zero(statement: SelectStatement, table: Table, grouped: boolean): void {
    if (table.name !== 'conntrack' || statement.from.kind === 'file')
      this.diagnostics.error('clause', statement, 'only the counters of conntrack can be zeroed');
    else if (grouped || statement.distinct)
      this.diagnostics.error(
        'clause',
        statement,
        'zero cannot be combined with group by or distinct: it shows the entries that it zeroes',
      );
    else if (statement.joins.length > 0)
      this.diagnostics.error(
        'clause',
        statement.joins[0],
        'zero cannot be combined with join: it shows the entries that it zeroes',
        'join in a separate select',
      );
  }

  /** The clauses that select and watch share. */
  clauses(statement: ClauseStatement, base: Scope): CheckedClauses {
    const { diagnostics } = this;
    const aliases = this.#aliases(statement.projection);
    base = { ...base, projected: aliases };
    const where =
      statement.where &&
      this.expressions({ ...base, noAggregates: 'aggregates are not allowed in where' }).condition(statement.where);
    const keyExprs = statement.groupBy.map(expr => this.#position(expr, statement.projection) ?? expr);
    const groupScope: Scope = { ...base, noAggregates: 'aggregates are not allowed in group by' };
    const keys = keyExprs.map(expr => {
      const plain = this.expressions(groupScope);
      const isAlias =
        expr.kind === 'name' && resolve(plain.scope, expr.text) === undefined && aliases.has(expr.text.toLowerCase());
      return plain.check(isAlias ? (aliases.get((expr as { text: string }).text.toLowerCase()) as Expr) : expr);
    });

    const aggregates: Aggregate[] = [];
    const isWhole = statement.projection.length === 1 && isStar(statement.projection[0].expr);
    const items = isWhole ? [] : statement.projection;
    const projecting = this.expressions({ ...base, aggregates });
    let columns = items.map(item => this.#column(item, projecting));
    const having = statement.having && this.expressions({ ...base, aggregates, aliases }).condition(statement.having);
    const ordering = this.expressions({ ...base, aggregates, aliases });
    const orders = statement.orderBy.map(item => this.#order(item, statement.projection, ordering));

    const isGrouped = statement.groupBy.length > 0 || aggregates.length > 0 || statement.having !== undefined;
    const limit = wholeNumberOf(statement.limit?.count, this, 'limit');
    const offset = wholeNumberOf(statement.limit?.offset, this, 'offset') ?? 0;
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
        diagnostics.error(
          'aggregate',
          from.spans.get(node) ?? statement,
          `${node.kind === 'field' ? from.written(node) : 'this'} is neither grouped by nor aggregated`,
          node.kind === 'field' ? `add it to group by, or use max(${from.written(node)})` : undefined,
        );
        return undefined;
      };
      if (items.length === 0 && !isWhole)
        columns = groupColumns(
          keyExprs.map(expr => print(expr)),
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
      ...(items.length > 0 || isGrouped
        ? { columns: columns.filter((column): column is Column => column !== undefined) }
        : {}),
      grouping,
      orderBy,
      limit,
      offset,
      aliases,
      aggregates,
    };
  }

  #column(item: Projection, checker: ExpressionChecker): Column | undefined {
    const expr = checker.check(item.expr);
    if (!expr || !item.alias) return expr && { name: columnName(item.expr), expr };
    return { name: item.alias.text, expr, text: print(item.expr) };
  }

  #aliases(projection: readonly Projection[]): Map<string, Expr> {
    const aliases = new Map<string, Expr>();
    for (const { alias, expr } of projection) {
      if (!alias) continue;
      if (aliases.has(alias.text.toLowerCase()))
        this.diagnostics.error('clause', alias, `duplicate column name '${alias.text}'`);
      aliases.set(alias.text.toLowerCase(), expr);
    }
    return aliases;
  }

  /** `order by 2`, `group by 1`: the expression of that column. */
  #position(expr: Expr, projection: readonly Projection[]): Expr | undefined {
    if (expr.kind !== 'literal' || expr.type !== 'integer' || projection.length === 0) return undefined;
    const column = projection[Number(expr.value) - 1];
    if (column) return column.expr;
    this.diagnostics.error('range', expr, `column ${expr.value} is out of range: the query has ${projection.length}`);
    return undefined;
  }

  #order(item: OrderItem, projection: readonly Projection[], checker: ExpressionChecker): Order | undefined {
    const expr = checker.check(this.#position(item.expr, projection) ?? item.expr);
    return expr && { expr, descending: item.descending };
  }

  #joins(
    joins: readonly Join[],
    table: Table,
    name: string,
    place: Place | undefined,
  ): { scope: JoinScope; checked(): CheckedJoin }[] {
    const scopes: JoinScope[] = [];
    return joins.flatMap(join => {
      const isFile = join.table.kind === 'file';
      const found = isFile ? undefined : checkOrigin(join.table, this.diagnostics);
      if (!isFile && !found) return [];
      const alias =
        join.table.alias?.text ?? (join.table.kind === 'file' ? baseName(join.table.path) : join.table.name.text);
      const scope: JoinScope = { alias, used: new Set(), ...(found ? { table: found.table } : {}) };
      scopes.push(scope);
      const origin: Origin | undefined = found?.origin;
      if (origin?.kind === 'table') checkAvailable(this, origin.table, 'join', place, join.table);
      if (!join.on && !(table.name === 'expect' && found?.table.name === 'conntrack')) {
        this.diagnostics.error(
          'clause',
          join,
          'join requires an on condition',
          `write: join ${isFile ? `'${(join.table as { path: string }).path}'` : alias} on src = ${alias}.…`,
        );
      }
      const on =
        join.on && this.expressions({ table, tableName: name, watch: false, joins: scopes }).condition(join.on);
      return [
        {
          scope,
          checked: () => ({
            from: origin ?? { kind: 'data', path: (join.table as { path: string }).path },
            alias,
            on,
            outer: join.outer,
            columns: [...scope.used],
          }),
        },
      ];
    });
  }
}

/** The parts of a statement that `clauses` reads. */
export interface ClauseStatement extends Span {
  readonly projection: readonly Projection[];
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: SelectStatement['limit'];
}

export interface CheckedClauses {
  readonly where?: Typed;
  readonly columns?: readonly Column[];
  readonly grouping?: Grouping;
  readonly orderBy: readonly Order[];
  readonly limit?: Integer;
  readonly offset: Integer;
  readonly aliases: ReadonlyMap<string, Expr>;
  readonly aggregates: Aggregate[];
}

export type Until = Pick<CheckedSelect, 'until' | 'untilGrouping'>;

const isStar = (expr: Expr): boolean => expr.kind === 'name' && expr.text === '*';
const withExpr = (column: Column, expr: Typed | undefined): Column | undefined => expr && { ...column, expr };
const hasNoTuple = ({ table }: Origin): boolean => table === 'sysctl' || table === 'stats' || table === 'expect_stats';
const tableOf = (origin: Origin): string => origin.table;
const columnName = (expr: Expr): string => (expr.kind === 'name' ? expr.text.toLowerCase() : print(expr));

/** `lists/hosts.csv.gz` → `hosts`. */
const baseName = (path: string): string => (path.split('/').at(-1) as string).split('.')[0];
