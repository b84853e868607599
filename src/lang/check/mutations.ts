import type { Operation, Table } from '../schema/catalogue.js';
import type {
  DeleteStatement,
  FlushStatement,
  GetStatement,
  InsertStatement,
  Limit,
  SourceRef,
  Span,
  TableRef,
  UpdateStatement,
} from '../syntax/ast.js';
import type { Integer } from '../values/value.js';
import { checkAssignments } from './assignments.js';
import { checkAvailable } from './availability.js';
import type {
  CheckedDelete,
  CheckedFlush,
  CheckedGet,
  CheckedInsert,
  CheckedUpdate,
  Place,
  Typed,
} from './checked-ast.js';
import { wholeNumberOf } from './constants.js';
import { checkOutput } from './output.js';
import { checkOnePlace, checkOrigin } from './places.js';
import type { QueryChecker } from './query.js';
import type { Scope } from './scope.js';
import { leftmost } from './selects.js';

const DOING: Readonly<Record<Operation, string>> = {
  select: 'read',
  watch: 'watched',
  get: 'read by get',
  insert: 'inserted into',
  update: 'updated',
  delete: 'deleted from',
  flush: 'flushed',
};

/** The table of a statement, where that may be done with it. */
export function checkTarget(
  checker: QueryChecker,
  ref: TableRef,
  operation: Operation,
): { table: Table; scope: Scope } | undefined {
  const from = checkOrigin(ref, checker.diagnostics);
  if (!from) return undefined;
  if (from.origin.kind === 'file') {
    checker.diagnostics.error(
      'clause',
      ref,
      `a snapshot cannot be ${DOING[operation]}`,
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
      `${from.table.name} cannot be ${DOING[operation]}`,
      `it can be: ${from.table.operations.join(', ')}`,
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
      noAggregates: 'no aggregate may stand here',
    },
  };
}

function checkTargetPlace(checker: QueryChecker, source: SourceRef | undefined): Place | undefined {
  const place = checkOnePlace(source, 'a change', checker);
  if (place?.kind === 'ssh')
    checker.diagnostics.error(
      'clause',
      source as SourceRef,
      'another host is read and watched from here, not changed',
      `run ctq there: ssh -t ${place.host} ctq`,
    );
  if (place?.kind === 'file')
    checker.diagnostics.error('clause', source as SourceRef, 'a snapshot file cannot be changed');
  return place;
}

/** Every change says which entries it means: forgetting the condition must not mean all of them. */
function checkWhere(
  checker: QueryChecker,
  statement: Span & { where?: GetStatement['where'] },
  scope: Scope,
  hint: string,
): Typed | undefined {
  if (statement.where)
    return checker
      .expressions({ ...scope, noAggregates: 'where looks at one row: no aggregate may stand in it' })
      .condition(statement.where);
  checker.diagnostics.error(
    'missing',
    { start: statement.end, end: statement.end },
    'which entries? where is missing',
    hint,
  );
  return undefined;
}

export function checkGet(checker: QueryChecker, statement: GetStatement): CheckedGet | undefined {
  const target = checkTarget(checker, statement.from, 'get');
  const place = checkOnePlace(statement.source, 'get', checker);
  if (!target) return undefined;
  if (place?.kind !== 'every_netns') checkAvailable(checker, target.table.name, 'get', place, statement.from);
  const { table, scope } = target;
  const where = checkWhere(
    checker,
    statement,
    scope,
    'get wants the one entry that the condition names: where src = … and dst = …',
  );
  const clauses = checker.clauses({ ...statement, where: undefined, groupBy: [], orderBy: [] }, scope);
  if (clauses.grouping)
    checker.diagnostics.error('aggregate', statement, 'get gives one entry: there is nothing to aggregate');
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
    ...(place ? { place } : {}),
    ...(clauses.columns ? { columns: clauses.columns } : {}),
    where,
    zero: statement.zero,
    output,
  };
}

export function checkInsert(checker: QueryChecker, statement: InsertStatement): CheckedInsert | undefined {
  const target = checkTarget(checker, statement.into, 'insert');
  const place = checkTargetPlace(checker, statement.target);
  if (target && !place) checkAvailable(checker, target.table.name, 'insert', undefined, statement.into);
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
  // Without a query there is no row whose fields an expression could name.
  const rowScope: Scope = statement.from ? scope : { watch: false, joins: [], noAggregates: scope.noAggregates };
  const set = checkAssignments(checker.expressions(rowScope), table, statement.set, 'insert');
  if (!statement.from && statement.set.length === 0) {
    checker.diagnostics.error(
      'missing',
      statement,
      'what is to be inserted?',
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
    ...(place ? { target: place } : {}),
    set,
    ...(from ? { from } : {}),
    onConflict: statement.onConflict ?? 'error',
    output,
  };
}

/** How many entries a change touches at most: they come in no order, so that none can be left out first. */
function checkLimit(checker: QueryChecker, limit: Limit | undefined): Integer | undefined {
  if (limit?.offset)
    checker.diagnostics.error(
      'clause',
      limit.offset,
      'a change has no offset: its entries come in no order',
      'name the entries by the condition',
    );
  return wholeNumberOf(limit?.count, checker, 'limit');
}

export function checkUpdate(checker: QueryChecker, statement: UpdateStatement): CheckedUpdate | undefined {
  const target = checkTarget(checker, statement.table, 'update');
  const place = checkTargetPlace(checker, statement.source);
  if (target && !place) checkAvailable(checker, target.table.name, 'update', undefined, statement.table);
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
    ...(place ? { place } : {}),
    set,
    where,
    ...(limit === undefined ? {} : { limit }),
    output,
  };
}

export function checkDelete(checker: QueryChecker, statement: DeleteStatement): CheckedDelete | undefined {
  const target = checkTarget(checker, statement.from, 'delete');
  const place = checkTargetPlace(checker, statement.source);
  if (target && !place) checkAvailable(checker, target.table.name, 'delete', undefined, statement.from);
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
    ...(place ? { place } : {}),
    where,
    ...(limit === undefined ? {} : { limit }),
    output,
  };
}

export function checkFlush(checker: QueryChecker, statement: FlushStatement): CheckedFlush | undefined {
  const target = checkTarget(checker, statement.table, 'flush');
  const place = checkTargetPlace(checker, statement.source);
  if (target && !place) checkAvailable(checker, target.table.name, 'flush', undefined, statement.table);
  return target && { kind: 'flush', table: target.table.name as CheckedFlush['table'], ...(place ? { place } : {}) };
}
