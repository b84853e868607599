import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { fieldOf, TABLES, tableOf } from '../../schema/catalogue.js';
import { fileOf } from '../../schema/places.js';
import type { Type } from '../../schema/type.js';
import { print } from '../../services/print/print.js';
import type {
  Expr,
  Join,
  OrderItem,
  Projection,
  QueryExpr,
  SelectStatement,
  Span,
  TableRef,
} from '../../syntax/ast.js';
import type { Integer } from '../../values/value.js';
import type {
  Aggregate,
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
import { hasAggregate, resolve } from '../expressions/resolve.js';
import type { CheckContext, From, JoinScope, Queries, Scope, SubqueryUse } from '../scope.js';
import { resultColumns } from '../selects.js';
import { alertColumns } from './alerts.js';
import { checkAvailable } from './availability.js';
import { CommonTables } from './common-tables.js';
import { checkCompound } from './compound.js';
import { durationOf, wholeNumberOf } from './constants.js';
import { dataFrom } from './data-files.js';
import { derivedFrom, fromLastResult, fromQuery } from './derived.js';
import { groupColumns, rewriteForGroups } from './groups.js';
import { checkHistory, checkRange } from './history.js';
import { queryAsTable, reportInside } from './named-queries.js';
import { checkOutput, groupedShape } from './output.js';
import { checkOrigin, checkPlace } from './places.js';

/** Checks queries, with the context of a whole statement. */
export class QueryChecker implements Queries {
  /** The selects that `with` names. */
  readonly tables = new CommonTables();
  /** Named queries that are being checked. */
  readonly #inUse = new Set<string>();

  constructor(
    readonly context: CheckContext,
    readonly diagnostics: Diagnostics,
  ) {}

  expressions(scope: Scope): ExpressionChecker {
    return new ExpressionChecker(scope, this.context, this.diagnostics, (query, { purpose, span, type }) =>
      this.subquery(query, purpose, span, type),
    );
  }

  /** The rows of a query that has a name. */
  #named(ref: TableRef): From | undefined {
    const definition =
      ref.kind === 'table' && !tableOf(ref.name.text) ? this.context.queries?.get(ref.name.text) : undefined;
    if (!definition || ref.kind !== 'table') return undefined;
    const key = definition.name.text.toLowerCase();
    const query = this.#inUse.has(key) ? undefined : queryAsTable(definition);
    const inside = new Diagnostics();
    const checker = new QueryChecker(this.context, inside);
    for (const each of [...this.#inUse, key]) checker.#inUse.add(each);
    const checked = query && checker.query(query);
    reportInside(ref.name, inside, this.diagnostics);
    if (!query) {
      const hint = this.#inUse.has(key) ? 'a query cannot use itself' : `write: run ${definition.name.text}(…)`;
      this.diagnostics.error('name.table', ref.name, `query '${ref.name.text}' cannot be used as a table`, hint);
    }
    if (!checked || !this.isPlain(checked, ref, 'a query that is used as a table')) return NOWHERE;
    return fromQuery(this, checked, ref.alias?.text ?? ref.name.text, ref);
  }

  /** @param wanted the type that a column of a data file is read as */
  query(query: QueryExpr, wanted?: Type): CheckedQuery | undefined {
    switch (query.kind) {
      case 'select':
        return this.select(query, wanted);
      case 'compound':
        return checkCompound(this, query);
      case 'with':
        return this.tables.within(this, query);
    }
  }

  /** A query in parentheses in an expression. */
  subquery(query: QueryExpr, purpose: SubqueryUse, span: Span, type?: Type): CheckedQuery | undefined {
    const checked = this.query(query, type);
    if (!checked) return undefined;
    if (purpose !== 'rows' && resultColumns(checked)?.length !== 1) {
      this.diagnostics.error(
        'clause',
        span,
        `a subquery must return one column${purpose === 'value' ? '' : ', whose values form the list'}`,
        'write: (select src from conntrack where …)',
      );
      return undefined;
    }
    if (purpose === 'value' && !isOneRow(checked)) {
      this.diagnostics.error(
        'clause',
        span,
        'a scalar subquery must return one row',
        'use an aggregate, add limit 1, or use in (…)',
      );
      return undefined;
    }
    return this.isPlain(checked, span, 'a subquery') ? checked : undefined;
  }

  /** Whether a query inside another has none of the clauses that only a statement can have. */
  isPlain(query: CheckedQuery, span: Span, what: string): boolean {
    const { output } = query;
    const isRepeated = query.kind === 'select' && query.every !== undefined;
    if (isRepeated || output.format !== undefined || output.file !== undefined || output.modifiers.length > 0) {
      this.diagnostics.error('clause', span, `every and output are not allowed in ${what}`);
      return false;
    }
    if (query.kind !== 'select' || !query.zero) return true;
    this.diagnostics.error(
      'clause',
      span,
      `zero is not allowed in ${what}`,
      'it changes entries: use a statement of its own',
    );
    return false;
  }

  /** What a query reads: a table, a file, or the rows of another query. */
  origin(ref: TableRef): From | undefined {
    if (ref.kind === 'query') return derivedFrom(this, ref);
    const common = ref.kind === 'table' ? this.tables.find(ref) : undefined;
    if (common !== undefined) return common ?? undefined;
    if (ref.kind === 'table' && ref.name.text === '_') return fromLastResult(this, ref);
    return (
      this.#named(ref) ??
      dataFrom(this.context.environment, ref) ??
      checkOrigin(ref, this.diagnostics, this.tables.names)
    );
  }

  select(statement: SelectStatement, wanted?: Type): CheckedSelect | undefined {
    const before = this.diagnostics.list.length;
    const from = this.origin(statement.from);
    return this.selectFrom(from, statement, before, wanted);
  }

  /** A select whose origin is checked; undefined for one with errors. */
  selectFrom(
    from: From | undefined,
    statement: SelectStatement,
    before: number,
    wanted?: Type,
  ): CheckedSelect | undefined {
    const { diagnostics } = this;
    const place = checkPlace(statement.source, this);
    const where = statement.source ? place : this.context.place;
    if (!from) return undefined;
    const { origin, table, name } = from;
    if (origin.kind === 'table')
      checkAvailable(this, origin.table, statement.zero ? 'zero' : 'select', place, statement.from);
    const inHistory = origin.kind === 'table' && where?.kind === 'history';
    const range = checkRange(statement, inHistory, where !== undefined, this);
    if (origin.kind === 'query' && statement.source)
      diagnostics.error(
        'clause',
        statement.source,
        'a place belongs to the select that reads a table',
        'write it there',
      );
    const joins = this.#joins(statement.joins, from, place);
    const base: Scope = {
      table,
      tableName: name,
      watch: false,
      inHistory,
      inFile:
        origin.kind === 'query'
          ? from.inFile
          : origin.kind === 'file' || (where !== undefined && fileOf(where) !== undefined),
      ...(from.columns ? { columns: from.columns } : {}),
      ...(from.data ? { data: from.data } : {}),
      ...(from.missing ? { missing: from.missing } : {}),
      joins: joins.map(join => join.scope),
      once: !statement.every || from.columns !== undefined,
    };
    const clauses = this.clauses(statement, base, from.all, wanted);
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
    if (inHistory) checkHistory(statement, clauses.aggregates, diagnostics);
    if (statement.zero) this.#zero(statement, origin, clauses.grouping !== undefined);
    const output = checkOutput(
      statement.output,
      {
        isWhole: !clauses.columns,
        ...groupedShape(clauses),
        table: table.name,
        inHistory,
        isRepeated: statement.every !== undefined,
      },
      diagnostics,
    );
    const { columns } = clauses;
    const alerts =
      output.format === 'nagios' && columns && clauses.grouping
        ? alertColumns(statement.output, columns, condition => this.until(condition, base, clauses)?.until)
        : [];
    if (diagnostics.list.slice(before).some(each => each.severity === 'error')) return undefined;
    return {
      kind: 'select',
      from: originOf(from),
      place,
      ...(range ? { range } : {}),
      distinct: statement.distinct,
      columns: columns && [...columns, ...alerts],
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
  until(expr: Expr, base: Scope, { aliases, lateral, aggregates, grouping }: CheckedClauses): Until | undefined {
    const checker = this.expressions({ ...base, aliases, lateral, aggregates });
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

  #zero(statement: SelectStatement, origin: Origin, grouped: boolean): void {
    if (origin.kind !== 'table' || origin.table !== 'conntrack')
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
  clauses(statement: ClauseStatement, base: Scope, all?: readonly Column[], wanted?: Type): CheckedClauses {
    const { diagnostics } = this;
    const aliases = this.#aliases(statement.projection);
    const lateral = lateralsOf(statement.projection);
    base = { ...base, projected: aliases };
    const plain = lateral.filter(([, expr]) => !hasAggregate(expr));
    const where =
      statement.where &&
      this.expressions({ ...base, lateral: plain, noAggregates: 'aggregates are not allowed in where' }).condition(
        statement.where,
      );
    const keyExprs =
      allKeys(statement, base, aliases) ??
      statement.groupBy.map(expr => this.#position(expr, statement.projection) ?? expr);
    const groupScope: Scope = { ...base, lateral, noAggregates: 'aggregates are not allowed in group by' };
    const keys = keyExprs.map(expr => this.expressions(groupScope).check(expr));

    const aggregates: Aggregate[] = [];
    const isWhole = statement.projection.length === 1 && isStar(statement.projection[0].expr);
    const items = isWhole ? [] : statement.projection;
    const projecting = this.expressions({ ...base, aggregates });
    let columns = items.map((item, i) => {
      this.#checkBare(item, base);
      return this.#column(
        item,
        projecting.within({ ...base, aggregates, lateral: lateralsOf(items.slice(0, i)) }),
        wanted,
      );
    });
    if (all && (isWhole || items.length === 0) && statement.groupBy.length === 0) {
      columns = [...all];
      if (base.data) for (const name of base.columns ?? []) base.data.add(name);
    }
    const having =
      statement.having && this.expressions({ ...base, aggregates, aliases, lateral }).condition(statement.having);
    const ordering = this.expressions({ ...base, aggregates, aliases, lateral });
    const positions = all && items.length === 0 ? all.map(asProjection) : statement.projection;
    const orders = statement.orderBy.map(item => this.#order(item, positions, ordering));

    const isGrouped = statement.groupBy.length > 0 || aggregates.length > 0 || statement.having !== undefined;
    const limit = wholeNumberOf(statement.limit?.count, this, 'limit');
    const offset = wholeNumberOf(statement.limit?.offset, this, 'offset') ?? 0;
    if (statement.sugar === 'count' && columns.length === 1)
      columns.unshift(...keys.map((key, i) => key && { name: columnName(keyExprs[i]), expr: key }));
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

  #column(item: Projection, checker: ExpressionChecker, wanted: Type | undefined): Column | undefined {
    const isData = wanted && item.expr.kind === 'name' && resolve(checker.scope, item.expr.text)?.kind === 'data';
    const expr = isData ? checker.checkAs(item.expr, wanted) : checker.check(item.expr);
    if (!expr || !item.alias) return expr && { name: columnName(item.expr), expr };
    return { name: item.alias.text, expr, text: print(item.expr) };
  }

  /** `select src dst`: more likely a comma is missing than that a column is given the name of another field. */
  #checkBare({ alias, bare, expr }: Projection, base: Scope): void {
    if (!bare || !alias || !base.table || !fieldOf(base.table, alias.text)) return;
    const before = expr.kind === 'name' ? expr.text : '…';
    this.diagnostics.error(
      'clause',
      alias,
      `'${alias.text}' is a field: a comma is missing, or 'as'`,
      `write '${before}, ${alias.text}' for two fields, '${before} as ${alias.text}' for a new name`,
    );
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
    { table, name, columns, data }: From,
    place: Place | undefined,
  ): { scope: JoinScope; checked(): CheckedJoin }[] {
    const scopes: JoinScope[] = [];
    return joins.flatMap(join => {
      const isFile = join.table.kind === 'file';
      const found = isFile ? undefined : this.origin(join.table);
      if (!isFile && !found) return [];
      const alias = join.table.alias?.text ?? nameOfTable(join.table);
      if (alias === undefined) {
        this.diagnostics.error(
          'missing',
          join.table,
          'a select in join requires a name',
          'write: join (select …) as x on …',
        );
        return [];
      }
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
        join.on &&
        this.expressions({
          table,
          tableName: name,
          watch: false,
          joins: scopes,
          ...(columns ? { columns } : {}),
          ...(data ? { data } : {}),
        }).condition(join.on);
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

export type Until = Pick<CheckedSelect, 'until' | 'untilGrouping'>;

/** What a statement reads after an error: its names are not checked further. */
const NOWHERE: From = {
  origin: { kind: 'table', table: 'conntrack' },
  table: TABLES.conntrack,
  name: '',
  missing: new Set(),
};

const isStar = (expr: Expr): boolean => expr.kind === 'name' && expr.text === '*';
const withExpr = (column: Column, expr: Typed | undefined): Column | undefined => expr && { ...column, expr };
const columnName = (expr: Expr): string => (expr.kind === 'name' ? expr.text.toLowerCase() : print(expr));

/** `lists/hosts.csv.gz` → `hosts`. */
const baseName = (path: string): string => (path.split('/').at(-1) as string).split('.')[0];

/** A file is read as rows of columns if the statement uses names that flows do not have. */
function originOf({ origin, data, missing }: From): Origin {
  const used = data ?? (missing && missing.size > 0 ? missing : undefined);
  if (!used || (origin.kind !== 'data' && origin.kind !== 'file')) return origin;
  return { kind: 'data', path: origin.path, table: 'conntrack', columns: [...used] };
}

/** The name of a table, or of the file without its folder and ending; a select has none. */
function nameOfTable(ref: TableRef): string | undefined {
  return ref.kind === 'file' ? baseName(ref.path) : ref.kind === 'table' ? ref.name.text : undefined;
}

/** Whether a query has exactly one row. */
function isOneRow(query: CheckedQuery): boolean {
  if (query.kind !== 'select') return false;
  return (query.grouping !== undefined && query.grouping.keys.length === 0) || query.limit === 1;
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
