import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Table } from '../schema/catalogue.js';
import { print } from '../services/print/print.js';
import type {
  ExceptStatement,
  Expr,
  Join,
  OrderItem,
  Projection,
  QueryExpr,
  SelectStatement,
  Span,
} from '../syntax/ast.js';
import type { Integer } from '../values/value.js';
import { checkAvailable } from './availability.js';
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
} from './checked-ast.js';
import { durationOf, wholeNumberOf } from './constants.js';
import { ExpressionChecker } from './expressions.js';
import { groupColumns, overGroups } from './groups.js';
import { checkOutput } from './output.js';
import { checkOnePlace, checkOrigin, checkPlace } from './places.js';
import { resolve } from './resolve.js';
import type { CheckContext, JoinScope, Scope } from './scope.js';
import { leftmost } from './selects.js';

/** Checks queries; keeps what is the same for a whole statement. */
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
        `a subquery gives one column${single ? '' : ', whose values make the list'}`,
        'write: (select src from conntrack where …)',
      );
      return undefined;
    }
    const isOneRow = checked.grouping !== undefined && checked.grouping.keys.length === 0;
    if (single && !isOneRow && checked.limit !== 1) {
      this.diagnostics.error(
        'clause',
        span,
        'a subquery that stands for a value gives one row',
        'use an aggregate, add limit 1, or use in (…)',
      );
      return undefined;
    }
    if (checked.every !== undefined || checked.output.format !== undefined || checked.output.file !== undefined) {
      this.diagnostics.error('clause', span, 'a subquery has no every and no output of its own');
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
      this.diagnostics.error('clause', statement, 'except compares entries by their tuples: neither side may group');
      return undefined;
    }
    if ((first.columns?.length ?? 0) !== (right.columns?.length ?? 0)) {
      this.diagnostics.error(
        'clause',
        statement,
        'both sides of except have the same columns',
        'or no columns: then entries are compared by tuple',
      );
      return undefined;
    }
    const strange = [first, right].find(each => hasNoTuple(each.from));
    if (!first.columns && strange && first.from.table !== right.from.table) {
      this.diagnostics.error(
        'clause',
        statement,
        `except cannot compare the entries of ${first.from.table} and ${right.from.table}`,
        'both sides must be the same table, or have columns',
      );
      return undefined;
    }
    const repeated = [first, right].find(each => each.every !== undefined);
    if (repeated) {
      this.diagnostics.error('clause', statement, 'a comparison is made once: every does not go with except');
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
    const place = statement.zero ? checkOnePlace(statement.source, 'zero', this) : checkPlace(statement.source, this);
    if (!from) return undefined;
    const { origin, table, name } = from;
    const namesAll = place?.kind === 'every_netns' && statement.zero;
    if (origin.kind === 'table' && !namesAll)
      checkAvailable(this, origin.table, statement.zero ? 'zero' : 'select', place, statement.from);
    const joins = this.#joins(statement.joins, table, name, place);
    const base: Scope = {
      table,
      tableName: name,
      watch: false,
      inFile:
        origin.kind === 'file' ||
        (statement.source === undefined ? this.context.place?.kind === 'file' : statement.source.kind === 'file'),
      joins: joins.map(join => join.scope),
      once: !statement.every,
    };
    const clauses = this.clauses(statement, base);
    const every = durationOf(statement.every, this, 'every');
    const duration = durationOf(statement.for, this, 'for');
    if (statement.for && !statement.every)
      diagnostics.error('clause', statement.for, 'for ends a repeated query', 'add every 2s before it');
    const until = statement.until && this.until(statement.until, base, clauses);
    if (statement.until && !statement.every)
      diagnostics.error('clause', statement.until, 'until ends a repeated query', 'add every 2s before it');
    if (statement.distinct && !clauses.columns)
      diagnostics.error(
        'clause',
        statement,
        'distinct compares columns, and whole entries have none',
        'name the columns: select distinct src, dst from …',
      );
    if (statement.zero) this.#zero(statement, table, clauses.grouping !== undefined);
    const output = checkOutput(
      statement.output,
      {
        isWhole: !clauses.columns,
        isGrouped: clauses.grouping !== undefined,
        table: table.name,
      },
      diagnostics,
    );
    if (diagnostics.list.slice(before).some(each => each.severity === 'error')) return undefined;
    return {
      kind: 'select',
      from: origin,
      ...(place ? { place } : {}),
      distinct: statement.distinct,
      ...(clauses.columns ? { columns: clauses.columns } : {}),
      joins: joins.map(join => join.checked()),
      ...(clauses.where ? { where: clauses.where } : {}),
      ...(clauses.grouping ? { grouping: clauses.grouping } : {}),
      orderBy: clauses.orderBy,
      ...(clauses.limit === undefined ? {} : { limit: clauses.limit }),
      offset: clauses.offset,
      zero: statement.zero,
      ...(every === undefined ? {} : { every }),
      ...(duration === undefined ? {} : { for: duration }),
      ...until,
      output,
    };
  }

  /** What ends a repeated query: a condition on its groups, or on its rows, or on all of them together. */
  until(expr: Expr, base: Scope, { aliases, aggregates, grouping }: Clauses): Until | undefined {
    const checker = this.expressions({ ...base, aliases, aggregates });
    const condition = checker.condition(expr);
    if (!condition) return undefined;
    if (!grouping && aggregates.length === 0) return { until: condition };
    const until = overGroups(condition, grouping?.keys ?? [], node => {
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
        'zero shows the entries whose counters it zeroes: it does not go with group by or distinct',
      );
    else if (statement.joins.length > 0)
      this.diagnostics.error(
        'clause',
        statement.joins[0],
        'zero shows the entries whose counters it zeroes: it does not go with join',
        'join in a select of its own',
      );
  }

  /** The clauses that select and watch share. */
  clauses(statement: ClauseSource, base: Scope): Clauses {
    const { diagnostics } = this;
    const aliases = this.#aliases(statement.projection);
    base = { ...base, projected: aliases };
    const where =
      statement.where &&
      this.expressions({ ...base, noAggregates: 'where looks at one row: no aggregate may stand in it' }).condition(
        statement.where,
      );
    const keyExprs = statement.groupBy.map(expr => this.#position(expr, statement.projection) ?? expr);
    const groupScope: Scope = { ...base, noAggregates: 'no aggregate may stand in group by' };
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
        'a grouped query has columns, not whole entries',
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
          replaced(
            column,
            overGroups(column.expr, known, node => complain(node, projecting)),
          ),
      );
      orderBy = orderBy.flatMap(order => {
        const expr = overGroups(order.expr, known, node => complain(node, ordering));
        return expr ? [{ ...order, expr }] : [];
      });
      const test = having && overGroups(having, known, node => complain(node, ordering));
      grouping = { keys: known, aggregates, ...(test ? { having: test } : {}) };
    }
    return {
      ...(where ? { where } : {}),
      ...(items.length > 0 || isGrouped
        ? { columns: columns.filter((column): column is Column => column !== undefined) }
        : {}),
      ...(grouping ? { grouping } : {}),
      orderBy,
      ...(limit === undefined ? {} : { limit }),
      offset,
      aliases,
      aggregates,
    };
  }

  #column(item: Projection, checker: ExpressionChecker): Column | undefined {
    const expr = checker.check(item.expr);
    return expr && { name: item.alias?.text ?? columnName(item.expr), expr };
  }

  #aliases(projection: readonly Projection[]): Map<string, Expr> {
    const aliases = new Map<string, Expr>();
    for (const { alias, expr } of projection) {
      if (!alias) continue;
      if (aliases.has(alias.text.toLowerCase()))
        this.diagnostics.error('clause', alias, `two columns are named '${alias.text}'`);
      aliases.set(alias.text.toLowerCase(), expr);
    }
    return aliases;
  }

  /** `order by 2`, `group by 1`: the expression of that column. */
  #position(expr: Expr, projection: readonly Projection[]): Expr | undefined {
    if (expr.kind !== 'literal' || expr.type !== 'integer' || projection.length === 0) return undefined;
    const column = projection[Number(expr.value) - 1];
    if (column) return column.expr;
    this.diagnostics.error('range', expr, `there is no column ${expr.value}: the query has ${projection.length}`);
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
          'a join says on what',
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
            ...(on ? { on } : {}),
            outer: join.outer,
            columns: [...scope.used],
          }),
        },
      ];
    });
  }
}

/** What of a statement `clauses` reads. */
export interface ClauseSource extends Span {
  readonly projection: readonly Projection[];
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: SelectStatement['limit'];
}

export interface Clauses {
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
const replaced = (column: Column, expr: Typed | undefined): Column | undefined => expr && { ...column, expr };
const hasNoTuple = ({ table }: Origin): boolean => table === 'sysctl' || table === 'stats' || table === 'expect_stats';
const tableOf = (origin: Origin): string => origin.table;
const columnName = (expr: Expr): string => (expr.kind === 'name' ? expr.text.toLowerCase() : print(expr));

/** `lists/hosts.csv.gz` → `hosts`. */
const baseName = (path: string): string => (path.split('/').at(-1) as string).split('.')[0];
