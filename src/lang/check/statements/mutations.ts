import type { Place, Typed } from '../../checked/ast.js';
import { leftmost } from '../../checked/selects.js';
import type {
  CheckedDelete,
  CheckedFlush,
  CheckedGet,
  CheckedInsert,
  CheckedUpdate,
} from '../../checked/statements.js';
import type { Span } from '../../diagnostics/span.js';
import type { Operation, Table } from '../../schema/catalogue.js';
import type { Limit, SourceRef, TableRef } from '../../syntax/ast.js';
import type {
  DeleteStatement,
  FlushStatement,
  GetStatement,
  InsertStatement,
  UpdateStatement,
} from '../../syntax/statements.js';
import type { Integer } from '../../values/value.js';
import { checkAvailable } from '../clauses/availability.js';
import { checkQueryTestsFields, checkTestsFields } from '../clauses/constant-conditions.js';
import { wholeNumberOf } from '../clauses/constants.js';
import { checkOutput } from '../clauses/output.js';
import { checkOrigin, checkPlace } from '../clauses/places.js';
import { checkClauses } from '../query/clauses.js';
import type { QueryChecker } from '../query/query.js';
import type { Scope } from '../scope.js';
import { checkAssignments } from './assignments.js';

const PARTICIPLES: Readonly<Record<Operation, string>> = {
  select: 'read',
  watch: 'watched',
  get: 'read by get',
  insert: 'inserted into',
  update: 'updated',
  delete: 'deleted from',
  flush: 'flushed',
};

/** The table of a statement, if it supports the operation. */
export function checkTarget(
  checker: QueryChecker,
  ref: TableRef,
  operation: Operation,
): { table: Table; scope: Scope } | undefined {
  if (ref.kind === 'query') {
    checker.diagnostics.error(
      'clause',
      ref,
      `a select cannot be ${PARTICIPLES[operation]}`,
      `write: ${operation} from conntrack where …`,
    );
    return undefined;
  }
  const from = checkOrigin(ref, checker.diagnostics);
  if (!from) return undefined;
  if (from.origin.kind === 'file') {
    checker.diagnostics.error(
      'clause',
      ref,
      `a snapshot cannot be ${PARTICIPLES[operation]}`,
      operation === 'watch' || operation === 'get'
        ? 'select from it'
        : 'restore it first: insert into conntrack from …',
    );
    return undefined;
  }
  if (!from.table.operations.includes(operation)) {
    checker.diagnostics.error(
      'clause',
      ref,
      `${from.table.name} cannot be ${PARTICIPLES[operation]}`,
      `it supports: ${from.table.operations.join(', ')}`,
    );
    return undefined;
  }
  return {
    table: from.table,
    scope: {
      table: from.table,
      tableName: from.name,
      watch: operation === 'watch',
      joins: [],
      noAggregates: 'aggregates are not allowed here',
    },
  };
}

/** The place that a statement names, which must be one where its table can be used in this way. */
function checkTargetPlace(
  checker: QueryChecker,
  target: { readonly table: Table } | undefined,
  operation: Operation,
  table: TableRef,
  source: SourceRef | undefined,
): Place | undefined {
  const place = checkPlace(source, checker);
  if (target && (place || !source)) checkAvailable(checker, target.table.name, operation, place, source ?? table);
  return place;
}

/** A change requires a condition, so that a forgotten one does not mean all entries. */
function checkWhere(
  checker: QueryChecker,
  statement: Span & { where?: GetStatement['where'] },
  scope: Scope,
  hint: string,
): Typed | undefined {
  if (statement.where) {
    const where = checker
      .expressions({ ...scope, noAggregates: 'aggregates are not allowed in where' })
      .condition(statement.where);
    return where && checkTestsFields(statement.where, checker) ? where : undefined;
  }
  checker.diagnostics.error('missing', { start: statement.end, end: statement.end }, 'where is required', hint);
  return undefined;
}

/** `get … where …`; undefined after an error has been reported. */
export function checkGet(checker: QueryChecker, statement: GetStatement): CheckedGet | undefined {
  const target = checkTarget(checker, statement.from, 'get');
  const place = checkTargetPlace(checker, target, 'get', statement.from, statement.source);
  if (!target) return undefined;
  const { table, scope } = target;
  const where = checkWhere(
    checker,
    statement,
    scope,
    'get requires a condition that identifies one entry: where src = … and dst = …',
  );
  const clauses = checkClauses(checker, { ...statement, where: undefined, groupBy: [], orderBy: [] }, scope);
  if (clauses.grouping)
    checker.diagnostics.error('aggregate', statement, 'get returns one entry: aggregates and groups are not allowed');
  if (statement.zero && table.name !== 'conntrack')
    checker.diagnostics.error('clause', statement, 'only the counters of conntrack can be zeroed');
  const output = checkOutput(
    statement.output,
    { isWhole: !clauses.columns, isGrouped: false, table: table.name },
    checker.diagnostics,
  );
  if (!where) return undefined;
  return {
    kind: 'get',
    table: table.name as CheckedGet['table'],
    place,
    columns: clauses.columns,
    where,
    zero: statement.zero,
    output,
  };
}

/** `insert into … set …`, `insert into … from …`; undefined after an error has been reported. */
export function checkInsert(checker: QueryChecker, statement: InsertStatement): CheckedInsert | undefined {
  const target = checkTarget(checker, statement.into, 'insert');
  const place = checkTargetPlace(checker, target, 'insert', statement.into, statement.target);
  if (!target) return undefined;
  const { table, scope } = target;
  const from = statement.from && checker.query(statement.from);
  if (from && leftmost(from).columns) {
    checker.diagnostics.error(
      'clause',
      statement.from as Span,
      'insert copies whole entries: the query must have no columns',
      'write: insert into conntrack set mark = 1 from conntrack where …',
    );
  }
  if (statement.from && from && leftmost(from).written)
    checker.diagnostics.error(
      'clause',
      statement.from,
      'insert copies entries of one gateway, not of several',
      "name it: from conntrack in ssh 'gw1'",
    );
  if (statement.from && from) checkQueryTestsFields(statement.from, checker);
  // Without a query there is no row whose fields an expression could name.
  const rowScope: Scope = statement.from ? scope : { watch: false, joins: [], noAggregates: scope.noAggregates };
  const set = checkAssignments(checker.expressions(rowScope), table, statement.set, 'insert');
  if (!statement.from && statement.set.length === 0) {
    checker.diagnostics.error(
      'missing',
      statement,
      'insert requires set or from',
      "write: insert into conntrack set proto = tcp, src = …, or: insert into conntrack from 'dump.save'",
    );
  }
  const output = checkOutput(
    statement.output,
    { isWhole: true, isGrouped: false, table: table.name },
    checker.diagnostics,
  );
  if (!set || (statement.from && !from)) return undefined;
  return {
    kind: 'insert',
    table: table.name as CheckedInsert['table'],
    target: place,
    set,
    from,
    onConflict: statement.onConflict ?? 'error',
    output,
  };
}

/** The maximum number of entries that a change affects. There is no offset, as entries have no order. */
function checkLimit(checker: QueryChecker, limit: Limit | undefined): Integer | undefined {
  if (limit?.offset)
    checker.diagnostics.error(
      'clause',
      limit.offset,
      'offset is not allowed in a change: its entries have no order',
      'select the entries with where',
    );
  return wholeNumberOf(limit?.count, checker, 'limit');
}

/** `update … set … where …`; undefined after an error has been reported. */
export function checkUpdate(checker: QueryChecker, statement: UpdateStatement): CheckedUpdate | undefined {
  const target = checkTarget(checker, statement.table, 'update');
  const place = checkTargetPlace(checker, target, 'update', statement.table, statement.source);
  if (!target) return undefined;
  const { table, scope } = target;
  const set = checkAssignments(checker.expressions(scope), table, statement.set, 'update');
  const where = checkWhere(checker, statement, scope, 'add where …; where true means every entry');
  const limit = checkLimit(checker, statement.limit);
  const output = checkOutput(
    statement.output,
    { isWhole: true, isGrouped: false, table: table.name },
    checker.diagnostics,
  );
  if (!set || !where) return undefined;
  return {
    kind: 'update',
    table: table.name as CheckedUpdate['table'],
    place,
    set,
    where,
    limit,
    output,
  };
}

/** `delete from … where …`; undefined after an error has been reported. */
export function checkDelete(checker: QueryChecker, statement: DeleteStatement): CheckedDelete | undefined {
  const target = checkTarget(checker, statement.from, 'delete');
  const place = checkTargetPlace(checker, target, 'delete', statement.from, statement.source);
  if (!target) return undefined;
  const { table, scope } = target;
  const where = checkWhere(checker, statement, scope, `flush ${table.name} deletes all; so does where true`);
  const limit = checkLimit(checker, statement.limit);
  const output = checkOutput(
    statement.output,
    { isWhole: true, isGrouped: false, table: table.name },
    checker.diagnostics,
  );
  if (!where) return undefined;
  return {
    kind: 'delete',
    table: table.name as CheckedDelete['table'],
    place,
    where,
    limit,
    output,
  };
}

/** `flush TABLE`; undefined after an error has been reported. */
export function checkFlush(checker: QueryChecker, statement: FlushStatement): CheckedFlush | undefined {
  const target = checkTarget(checker, statement.table, 'flush');
  const place = checkTargetPlace(checker, target, 'flush', statement.table, statement.source);
  return target && { kind: 'flush', table: target.table.name as CheckedFlush['table'], place };
}
