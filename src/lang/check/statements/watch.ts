import type { CheckedWatch, WatchEvent } from '../../checked/statements.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { enumNames } from '../../schema/flags.js';
import { capabilitiesOf, type Place } from '../../schema/places.js';
import { eventSynonym } from '../../schema/synonyms.js';
import type { Expr, TableRef } from '../../syntax/ast.js';
import type { WatchStatement } from '../../syntax/statements.js';
import { checkAvailable } from '../clauses/availability.js';
import { durationOf } from '../clauses/constants.js';
import { checkInto } from '../clauses/history.js';
import { checkOutput, groupedShape } from '../clauses/output.js';
import { checkPlace } from '../clauses/places.js';
import { writtenLists } from '../expressions/variables/lists.js';
import { type CheckedClauses, checkClauses, checkUntil, type Until } from '../query/clauses.js';
import type { QueryChecker } from '../query/query.js';
import type { Scope } from '../scope.js';
import { checkTarget } from './mutations.js';

/** The options after `with`. */
export const WATCH_OPTIONS = ['resync', 'existing', 'state'] as const;
type Option = (typeof WATCH_OPTIONS)[number];

/** `watch …`; undefined after an error has been reported. */
export function checkWatch(checker: QueryChecker, statement: WatchStatement): CheckedWatch | undefined {
  const { diagnostics } = checker;
  const before = diagnostics.list.length;
  const log = statement.from.find(ref => ref.kind === 'file');
  if (log !== undefined) checkLog(checker, statement, log);
  const targets = statement.from.map(ref => checkTarget(checker, log === undefined ? ref : FLOWS_OF_LOG, 'watch'));
  const place: Place | undefined =
    log?.kind === 'file' ? { kind: 'file', path: log.path } : checkPlace(statement.source, checker);
  const [target] = targets;
  if (target && (place || !statement.source))
    checkAvailable(checker, target.table.name, 'watch', place, statement.source ?? statement.from[0]);
  if (!target || targets.includes(undefined)) return undefined;
  // A log may hold events of both tables; what names fields is about flows.
  const named: readonly unknown[] = [statement.where, statement.until, ...statement.projection, ...statement.groupBy];
  const isWhole = log !== undefined && named.every(part => part === undefined) && statement.having === undefined;
  const tables = isWhole
    ? (['conntrack', 'expect'] as const)
    : targets.map(each => each!.table.name as 'conntrack' | 'expect');
  if (new Set(tables).size < tables.length) diagnostics.error('clause', statement.from[1], 'duplicate table');
  const isMixed = tables.length > 1 && log === undefined;
  const on = checkEvents(checker, statement, tables);
  const clauses = checkClauses(checker, statement, target.scope);
  if (isMixed && (clauses.columns || clauses.where)) {
    diagnostics.error(
      'clause',
      statement,
      'columns and where are not allowed in a watch of both tables',
      'their fields differ: watch one table at a time',
    );
  }
  if (statement.orderBy.length > 0 && !clauses.grouping)
    diagnostics.error(
      'clause',
      statement.orderBy[0].expr,
      'order by requires group by in a watch: events come in the order in which they occur',
      'it sorts the groups of each window: add group by … every 5s',
    );
  const every = durationOf(statement.every, checker, 'every');
  if (statement.every && !clauses.grouping)
    diagnostics.error(
      'clause',
      statement.every,
      'every requires a grouped watch',
      'add group by, or an aggregate such as count(*)',
    );
  const duration = durationOf(statement.for, checker, 'for');
  const until = statement.until && checkWatchUntil(checker, statement, statement.until, target.scope, clauses);
  if (isMixed && statement.until)
    diagnostics.error(
      'clause',
      statement.until,
      'until is not allowed in a watch of both tables',
      'use for 1m, or limit',
    );
  const options = new Set<Option>();
  for (const name of statement.options) {
    const option = WATCH_OPTIONS.find(each => each === name.text.toLowerCase());
    if (option) {
      options.add(option);
      const isLog = (place ?? checker.context.place)?.kind === 'file';
      if (isLog && option !== 'existing')
        diagnostics.error(
          'clause',
          name,
          `with ${option} is not allowed in a watch of a file`,
          'with existing shows the events that the file holds already',
        );
    } else
      diagnostics.error(
        'name.option',
        name,
        `unknown watch option '${name.text}'`,
        didYouMean(name.text, WATCH_OPTIONS) ?? `options are ${WATCH_OPTIONS.join(', ')}`,
      );
  }
  const where = place ?? checker.context.place;
  const isOfGateways = where !== undefined && capabilitiesOf(where).spans === 'gateway';
  const into = checkInto(checker, statement, {
    on,
    clauses,
    isMixed,
    table: tables[0],
    place: where,
  });
  const output = checkOutput(
    statement.output,
    { isWhole: !clauses.columns, ...groupedShape(clauses), table: tables[0], isRepeated: true },
    diagnostics,
  );
  if (diagnostics.list.slice(before).some(each => each.severity === 'error')) return undefined;
  return {
    kind: 'watch',
    tables,
    place,
    on,
    columns: clauses.columns,
    where: clauses.where,
    grouping: clauses.grouping,
    orderBy: clauses.orderBy,
    limit: clauses.limit,
    every,
    for: duration,
    ...until,
    resync: options.has('resync'),
    existing: options.has('existing'),
    state: options.has('state'),
    ...(into ? { into } : {}),
    output,
    ...(isOfGateways
      ? { written: { statement, subqueries: checker.subqueries, lists: writtenLists(checker.context.variables) } }
      : {}),
  };
}

/** Names in a watch of a log are those of flows. */
const FLOWS_OF_LOG: TableRef = { kind: 'table', name: { text: 'conntrack', start: 0, end: 0 }, start: 0, end: 0 };

/** A log is the only source of its watch. */
function checkLog(checker: QueryChecker, statement: WatchStatement, log: TableRef): void {
  const { diagnostics } = checker;
  if (statement.from.length > 1)
    diagnostics.error(
      'clause',
      log,
      'a file cannot be watched together with another table',
      "write: watch from 'nat.log'",
    );
  if (statement.source)
    diagnostics.error('clause', statement.source, 'in is not allowed after a file', "write: watch from 'nat.log'");
}

/** The until clause applies to windows if there are any, else to events. */
function checkWatchUntil(
  checker: QueryChecker,
  statement: WatchStatement,
  expr: Expr,
  scope: Scope,
  clauses: CheckedClauses,
): Until | undefined {
  if (clauses.grouping && statement.every) return checkUntil(checker, expr, scope, clauses);
  const noAggregates = 'aggregates in until require every: they are known at the end of a window';
  const until = checker.expressions({ ...scope, aliases: clauses.aliases, noAggregates }).condition(expr);
  return until && { until };
}

function checkEvents(checker: QueryChecker, statement: WatchStatement, tables: readonly string[]): WatchEvent[] {
  const known = enumNames('event');
  const events: WatchEvent[] = [];
  for (const name of statement.on) {
    const word = name.text.toLowerCase();
    if (!known.includes(word)) {
      checker.diagnostics.error(
        'name.value',
        name,
        `unknown event '${name.text}'`,
        eventSynonym(word) ?? didYouMean(word, known) ?? `events are ${known.join(', ')}`,
      );
    } else if (word === 'update' && tables.every(table => table === 'expect')) {
      checker.diagnostics.error(
        'name.value',
        name,
        'the kernel sends no update events for expectations',
        'events are new and destroy',
      );
    } else if (!events.includes(word as WatchEvent)) {
      events.push(word as WatchEvent);
    }
  }
  return events.length > 0 ? events : tables.includes('conntrack') ? ['new', 'update', 'destroy'] : ['new', 'destroy'];
}
