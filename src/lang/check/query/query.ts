import type { CheckedQuery, CheckedSelect, Origin, WrittenQuery } from '../../checked/ast.js';
import { hasOneRow, resultColumns } from '../../checked/selects.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/span.js';
import { fieldOf, TABLES, type Table, tableOf } from '../../schema/catalogue.js';
import { capabilitiesOf, fileOf } from '../../schema/places.js';
import type { Type } from '../../schema/type.js';
import type { QueryExpr, SelectStatement, TableRef } from '../../syntax/ast.js';
import { checkAvailable } from '../clauses/availability.js';
import { checkTestsFields } from '../clauses/constant-conditions.js';
import { durationOf } from '../clauses/constants.js';
import { checkHistory } from '../clauses/history.js';
import { checkOutput, groupedShape } from '../clauses/output.js';
import { checkOrigin, checkPlace } from '../clauses/places.js';
import { checkRange, rangeWithEnd } from '../clauses/range.js';
import { withRowTypes } from '../expressions/conditions/rows.js';
import { ExpressionChecker } from '../expressions/expression-checker.js';
import { writtenLists } from '../expressions/variables/lists.js';
import type { CheckContext, ComparedRows, From, OuterTable, Queries, Scope, SubqueryUse } from '../scope.js';
import { alertColumns } from './alerts.js';
import { checkClauses, checkUntil, withColumnsOfStars } from './clauses.js';
import { CommonTables } from './common-tables.js';
import { checkCompound } from './compound.js';
import { dataFrom } from './data-files.js';
import { derivedFrom, fromLastResult, fromQuery } from './derived.js';
import { checkJoins, pathOf } from './joins.js';
import { queryAsTable, reportInside } from './named-queries.js';

/** Checks queries, with the context of a whole statement. */
export class QueryChecker implements Queries {
  /** The selects that `with` names. */
  readonly tables = new CommonTables();
  /** The subqueries of the statement that is being checked, so far. */
  subqueries: WrittenQuery['subqueries'][number][] = [];
  /** The tables around the query that is being checked. */
  #outer: readonly OuterTable[] = [];
  /** Named queries that are being checked. */
  readonly #inUse = new Set<string>();

  constructor(
    readonly context: CheckContext,
    readonly diagnostics: Diagnostics,
  ) {}

  expressions(scope: Scope): ExpressionChecker {
    return new ExpressionChecker(scope, this.context, this.diagnostics, (query, { purpose, span, type, rows }) => {
      const outer = this.#outer;
      this.#outer = [...outer, ...tablesOf(scope)];
      const checked = this.subquery(query, purpose, span, type, rows);
      this.#outer = outer;
      return checked;
    });
  }

  /** The rows of a query that has a name. */
  #named(ref: TableRef): From | undefined {
    const definition =
      ref.kind === 'table' && !tableOf(ref.name.text) ? this.context.queries?.get(ref.name.text) : undefined;
    if (!definition || ref.kind !== 'table') return undefined;
    const key = definition.name.text.toLowerCase();
    const query = this.#inUse.has(key) ? undefined : queryAsTable(definition);
    const inside = new Diagnostics();
    const checker = new QueryChecker({ ...this.context, isFilledIn: true }, inside);
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

  /** @param expected the type of what its column is compared with */
  query(query: QueryExpr, expected?: Type): CheckedQuery | undefined {
    switch (query.kind) {
      case 'select':
        return this.select(query, expected);
      case 'compound':
        return checkCompound(this, query, expected);
      case 'with':
        return this.tables.within(this, query, expected);
    }
  }

  /** A query in parentheses in an expression. */
  subquery(
    query: QueryExpr,
    purpose: SubqueryUse,
    span: Span,
    type?: Type,
    rows?: ComparedRows,
  ): CheckedQuery | undefined {
    const plain = this.query(query, type);
    if (!plain) return undefined;
    const checked = rows ? withRowTypes(plain, rows.types) : plain;
    if (purpose !== 'rows' && resultColumns(checked)?.length !== 1) {
      this.diagnostics.error(
        'clause',
        span,
        `a subquery must return one column${purpose === 'value' ? '' : ', whose values form the list'}`,
        'write: (select src from conntrack where …)',
      );
      return undefined;
    }
    if (purpose === 'value' && !hasOneRow(checked)) {
      this.diagnostics.error(
        'clause',
        span,
        'a subquery that is a value must have one row, whatever the table holds',
        'use an aggregate, add limit 1, or use in (…)',
      );
      return undefined;
    }
    if (!this.isPlain(checked, span, 'a subquery')) return undefined;
    this.subqueries.push({ written: rows?.written ?? query, query: checked });
    return checked;
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

  select(statement: SelectStatement, expected?: Type): CheckedSelect | undefined {
    const before = this.diagnostics.list.length;
    const from = this.origin(statement.from);
    return this.selectFrom(from, statement, before, expected);
  }

  /** A select whose origin is checked; undefined for one with errors. */
  selectFrom(
    from: From | undefined,
    statement: SelectStatement,
    before: number,
    expected?: Type,
  ): CheckedSelect | undefined {
    const outer = this.subqueries;
    this.subqueries = [];
    try {
      return this.#selectFrom(from, statement, before, expected);
    } finally {
      this.subqueries = outer;
    }
  }

  #selectFrom(
    from: From | undefined,
    statement: SelectStatement,
    before: number,
    expected: Type | undefined,
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
    const inFile =
      origin.kind === 'query'
        ? from.inFile
        : origin.kind === 'file' || (where !== undefined && fileOf(where) !== undefined);
    const joins = checkJoins(this, statement.joins, { ...from, inFile }, place);
    const base: Scope = {
      table,
      tableName: name,
      watch: false,
      inHistory,
      inFile,
      ...pathOf(origin),
      ...(from.columns ? { columns: from.columns } : {}),
      ...(from.data ? { data: from.data } : {}),
      ...(from.missing ? { missing: from.missing } : {}),
      joins: joins.map(join => join.scope),
      ...(this.#outer.length > 0 ? { outer: this.#outer } : {}),
      once: !statement.every || from.columns !== undefined,
    };
    // As a member of a fleet is sent it.
    statement = withColumnsOfStars(statement, base, this);
    const clauses = checkClauses(this, statement, base, from.all, expected);
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
    const isEndOfRange = statement.until !== undefined && statement.range?.kind === 'since' && !statement.every;
    if (isEndOfRange) diagnostics.error('clause', statement.until!, ...rangeWithEnd(statement));
    const until = isEndOfRange ? undefined : statement.until && checkUntil(this, statement.until, base, clauses);
    if (statement.until && !statement.every && !isEndOfRange)
      diagnostics.error('clause', statement.until, 'until requires every in a select', 'add every 2s before it');
    if (statement.distinct && !clauses.columns)
      diagnostics.error(
        'clause',
        statement,
        'distinct requires columns',
        'name the columns: select distinct src, dst from …',
      );
    if (inHistory) checkHistory(statement, clauses.aggregates, diagnostics);
    if (statement.zero && statement.where && clauses.where) checkTestsFields(statement.where, this);
    if (statement.zero) this.#zero(statement, origin, clauses.grouping !== undefined);
    const hasErrors = diagnostics.list.slice(before).some(each => each.severity === 'error');
    const output = checkOutput(
      statement.output,
      hasErrors
        ? undefined
        : {
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
        ? alertColumns(statement.output, columns, condition => checkUntil(this, condition, base, clauses)?.until)
        : [];
    if (diagnostics.list.slice(before).some(each => each.severity === 'error')) return undefined;
    const isOfGateways = origin.kind === 'table' && where !== undefined && capabilitiesOf(where).spans === 'gateway';
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
      ...(isOfGateways
        ? { written: { statement, subqueries: this.subqueries, lists: writtenLists(this.context.variables) } }
        : {}),
    };
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
}

/** The tables that it reads. */
const tablesOf = ({ table, tableName, data, columns, joins }: Scope): OuterTable[] => [
  ...(table ? [outerTable(tableName ?? table.name, data ? undefined : table, columns)] : []),
  ...joins.map(({ alias, table: joined, columns: known }) => outerTable(alias, joined, known)),
];

const outerTable = (name: string, table: Table | undefined, columns: readonly string[] = []): OuterTable => ({
  name,
  has: field =>
    table ? fieldOf(table, field) !== undefined : columns.some(each => each.toLowerCase() === field.toLowerCase()),
});

/** What a statement reads after an error: its names are not checked further. */
const NOWHERE: From = {
  origin: { kind: 'table', table: 'conntrack' },
  table: TABLES.conntrack,
  name: '',
  missing: new Set(),
};

/** A file is read as rows of columns if the statement uses names that flows do not have. */
function originOf({ origin, data, missing }: From): Origin {
  const used = data ?? (missing && missing.size > 0 ? missing : undefined);
  if (!used || (origin.kind !== 'data' && origin.kind !== 'file')) return origin;
  return { kind: 'data', path: origin.path, table: 'conntrack', columns: [...used] };
}
