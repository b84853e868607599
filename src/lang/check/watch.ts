import { wordsOf } from '../schema/flags.js';
import type { Expr, WatchStatement } from '../syntax/ast.js';
import { checkAvailable } from './availability.js';
import type { CheckedWatch, WatchEvent } from './checked-ast.js';
import { durationOf } from './constants.js';
import { suggestion } from './convert.js';
import { checkTarget } from './mutations.js';
import { checkOutput } from './output.js';
import { checkPlace } from './places.js';
import type { Clauses, QueryChecker, Until } from './query.js';
import type { Scope } from './scope.js';

/** What may stand after `with`. */
export const WATCH_OPTIONS = ['resync', 'existing', 'state'] as const;
type Option = (typeof WATCH_OPTIONS)[number];

export function checkWatch(checker: QueryChecker, statement: WatchStatement): CheckedWatch | undefined {
  const { diagnostics } = checker;
  const before = diagnostics.list.length;
  const targets = statement.from.map(ref => checkTarget(checker, ref, 'watch'));
  const place = checkPlace(statement.source, checker);
  const [target] = targets;
  if (target && (place || !statement.source))
    checkAvailable(checker, target.table.name, 'watch', place, statement.source ?? statement.from[0]);
  if (!target || targets.includes(undefined)) return undefined;
  const tables = targets.map(each => each!.table.name as 'conntrack' | 'expect');
  if (new Set(tables).size < tables.length)
    diagnostics.error('clause', statement.from[1], 'the same table is watched twice');
  const isMixed = tables.length > 1;
  const on = checkEvents(checker, statement, tables);
  const clauses = checker.clauses(statement, target.scope);
  if (isMixed && (clauses.columns || clauses.where)) {
    diagnostics.error(
      'clause',
      statement,
      'a watch of both tables shows whole entries without a condition',
      'the tables have different fields: watch one at a time for columns and where',
    );
  }
  if (statement.orderBy.length > 0 && !clauses.grouping)
    diagnostics.error(
      'clause',
      statement.orderBy[0].expr,
      'events come in the order in which they happen',
      'order by sorts the groups of each window: add group by … every 5s',
    );
  const every = durationOf(statement.every, checker, 'every');
  if (statement.every && !clauses.grouping)
    diagnostics.error(
      'clause',
      statement.every,
      'every makes windows of a grouped watch',
      'add group by, or an aggregate such as count(*)',
    );
  const duration = durationOf(statement.for, checker, 'for');
  const until = statement.until && checkUntil(checker, statement, statement.until, target.scope, clauses);
  if (isMixed && statement.until)
    diagnostics.error('clause', statement.until, 'a watch of both tables ends by for, limit or the user', 'add for 1m');
  const options = new Set<Option>();
  for (const name of statement.options) {
    const option = WATCH_OPTIONS.find(each => each === name.text.toLowerCase());
    if (option) options.add(option);
    else
      diagnostics.error(
        'name.option',
        name,
        `watch has no option '${name.text}'`,
        suggestion(name.text, WATCH_OPTIONS) ?? `with ${WATCH_OPTIONS.join(', ')}`,
      );
  }
  const output = checkOutput(
    statement.output,
    { isWhole: !clauses.columns, isGrouped: clauses.grouping !== undefined, table: tables[0] },
    diagnostics,
  );
  if (diagnostics.list.slice(before).some(each => each.severity === 'error')) return undefined;
  return {
    kind: 'watch',
    tables,
    ...(place ? { place } : {}),
    on,
    ...(clauses.columns ? { columns: clauses.columns } : {}),
    ...(clauses.where ? { where: clauses.where } : {}),
    ...(clauses.grouping ? { grouping: clauses.grouping } : {}),
    orderBy: clauses.orderBy,
    ...(clauses.limit === undefined ? {} : { limit: clauses.limit }),
    ...(every === undefined ? {} : { every }),
    ...(duration === undefined ? {} : { for: duration }),
    ...until,
    resync: options.has('resync'),
    existing: options.has('existing'),
    state: options.has('state'),
    output,
  };
}

/** Windows end a watch by what they hold, events by what they are. */
function checkUntil(
  checker: QueryChecker,
  statement: WatchStatement,
  expr: Expr,
  scope: Scope,
  clauses: Clauses,
): Until | undefined {
  if (clauses.grouping && statement.every) return checker.until(expr, scope, clauses);
  const noAggregates = 'until looks at one event here: aggregates are known at the end of a window, made by every';
  const until = checker.expressions({ ...scope, aliases: clauses.aliases, noAggregates }).condition(expr);
  return until && { until };
}

function checkEvents(checker: QueryChecker, statement: WatchStatement, tables: readonly string[]): WatchEvent[] {
  const known = wordsOf('event');
  const events: WatchEvent[] = [];
  for (const name of statement.on) {
    const word = name.text.toLowerCase();
    if (!known.includes(word)) {
      checker.diagnostics.error(
        'name.value',
        name,
        `there is no event '${name.text}'`,
        suggestion(word, known) ?? `events are ${known.join(', ')}`,
      );
    } else if (word === 'update' && tables.every(table => table === 'expect')) {
      checker.diagnostics.error(
        'name.value',
        name,
        'the kernel tells no updates of expectations',
        'events are new and destroy',
      );
    } else if (!events.includes(word as WatchEvent)) {
      events.push(word as WatchEvent);
    }
  }
  return events.length > 0 ? events : tables.includes('conntrack') ? ['new', 'update', 'destroy'] : ['new', 'destroy'];
}
