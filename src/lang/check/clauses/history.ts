import type { Aggregate, CheckedSelect } from '../../checked/ast.js';
import type { CheckedInto, WatchEvent } from '../../checked/statements.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { print } from '../../print/print.js';
import { historyRefusal, isRecorded } from '../../schema/history.js';
import { isServer } from '../../schema/history-server.js';
import { capabilitiesOf, type Place } from '../../schema/places.js';
import type { Expr, SelectStatement } from '../../syntax/ast.js';
import type { WatchStatement } from '../../syntax/statements.js';
import type { Integer } from '../../values/value.js';
import type { ClauseChecker } from '../scope.js';
import { durationOf, wholeNumberOf } from './constants.js';
import { checkStore } from './history-store.js';

/** What cannot be asked of the history: it does not change. */
export function checkHistory(
  statement: SelectStatement,
  aggregates: readonly Aggregate[],
  diagnostics: Diagnostics,
): void {
  const still = 'the history does not change: ask the live table';
  if (statement.every) diagnostics.error('clause', statement.every, 'every requires the live table', still);
  if (aggregates.some(({ name }) => name === 'rate'))
    diagnostics.error('aggregate', statement, 'rate() requires the live table', still);
}

interface Recording {
  readonly on: readonly WatchEvent[];
  readonly clauses: Pick<CheckedSelect, 'columns' | 'grouping'>;
  readonly isMixed: boolean;
  readonly table: string;
  /** Undefined if not known yet. */
  readonly place?: Place;
}

/** `into 'history' keep 30d`: what a watch records. */
export function checkInto(
  checker: ClauseChecker,
  statement: WatchStatement,
  { on, clauses, isMixed, table, place }: Recording,
): CheckedInto | undefined {
  const { diagnostics } = checker;
  const { into, keep: kept, spool } = statement;
  const keep = kept?.limits ?? [];
  if (!into) {
    if (spool)
      diagnostics.error(
        'clause',
        spool,
        'spool requires into',
        `write: into 'clickhouse://…' spool ${print(spool.size)}`,
      );
    if (kept)
      diagnostics.error(
        'clause',
        kept,
        'keep requires into',
        `write: into 'history' keep ${keep.map(print).join(', ')}`,
      );
    return undefined;
  }
  if (place && capabilitiesOf(place).spans === 'gateway')
    diagnostics.error(
      'clause',
      into,
      'into records on the machine that ctq runs on, not on gateways',
      'run the recorder on each gateway: help history',
    );
  const refuse = (message: string, hint: string): void => void diagnostics.error('clause', into, message, hint);
  if (isMixed || table !== 'conntrack') refuse('into records conntrack only', 'watch from conntrack on destroy into …');
  if (on.length !== 1 || on[0] !== 'destroy')
    refuse('into records flows when they end', "write: watch from conntrack on destroy into 'history' …");
  if (clauses.grouping) refuse('into records flows, not groups', 'group them when you ask: select … in history …');
  if (statement.options.length > 0)
    refuse('with cannot be combined with into', 'flows that live long are recorded in pieces');
  if (statement.output) refuse('output cannot be combined with into', 'the flows are written to the history');
  const store = checkStore(into.store, into, diagnostics);
  const fields = recordedFields(clauses.columns, refuse);
  if (store !== undefined && isServer(store)) {
    if (kept)
      diagnostics.error(
        'clause',
        kept,
        'keep cannot be combined with a server: its tables have an age',
        "it is set when they are made: prepare history 'clickhouse://…' keep 90d",
      );
    const size = bytesOf(spool?.size, checker, 'spool');
    return { store, ...(size === undefined ? {} : { spool: size }), ...(fields ? { fields } : {}) };
  }
  if (spool)
    diagnostics.error('clause', spool, 'spool requires a server', 'files need none: they are written every 10 s');
  const [first, second, third] = keep;
  if (!first) {
    refuse('into requires keep: how long may flows be kept?', "write: into 'history' keep 30d, or keep 30d, 20GiB");
    return undefined;
  }
  if (third) diagnostics.error('clause', third, 'keep takes an age and a size', 'write: keep 30d, 20GiB');
  const age = durationOf(first, checker, 'keep');
  const size = bytesOf(second, checker, 'keep');
  if (age === undefined || store === undefined) return undefined;
  return {
    store,
    age,
    ...(size === undefined ? {} : { size }),
    ...(fields ? { fields } : {}),
  };
}

/** Less has room for no segment of a busy gateway: a unit was forgotten. */
const LEAST_BYTES = 1024 ** 2;

/** The size of `keep` or `spool`; undefined after an error has been reported. */
function bytesOf(expr: Expr | undefined, checker: ClauseChecker, clause: string): Integer | undefined {
  const size = wholeNumberOf(expr, checker, `the size of ${clause}`);
  if (expr === undefined || size === undefined || size >= LEAST_BYTES) return size;
  const text = print(expr);
  checker.diagnostics.error(
    'range',
    expr,
    `the size of ${clause} requires at least 1MiB, got ${text}`,
    /^[1-9]\d*$/.test(text) ? `without a unit, it is in bytes: write ${text}GiB` : 'write 1MiB or more',
  );
  return undefined;
}

/** The fields that the columns of a watch name; undefined for all. */
const recordedFields = (
  columns: CheckedSelect['columns'],
  refuse: (message: string, hint: string) => void,
): readonly string[] | undefined =>
  columns?.flatMap(({ expr, name }) => {
    if (expr.kind === 'field' && isRecorded(expr.name)) return expr.name;
    refuse(
      expr.kind === 'field'
        ? (historyRefusal(expr.name)?.message ?? `${name} is computed from other fields`)
        : `'${name}' is not a field`,
      'name fields that are recorded, or leave the columns out to record all',
    );
    return [];
  });
