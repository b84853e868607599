import type { CheckedQuery, Place } from '../../../lang/checked/ast.js';
import { leftmost, selectsOf } from '../../../lang/checked/selects.js';
import type { CheckedInsert } from '../../../lang/checked/statements.js';
import { walk } from '../../../lang/checked/walk.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import { integer } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { CtqError } from '../../errors.js';
import type { WholeFile } from '../../formats/reading/report/parse-report.js';
import type { Sink } from '../../formats/sink.js';
import { eventOf } from '../../formats/writing/event.js';
import type { QueryContext } from '../../query/context.js';
import { runQuery } from '../../query/exec/select.js';
import { readSubqueries } from '../../query/exec/subqueries.js';
import { expressionsOf } from '../../query/plan/fields.js';
import { warnOfMissingFields } from '../../query/plan/missing-fields.js';
import { type ChangeOptions, ChangeRun, executeChange } from '../change-run.js';
import { describeEntry } from '../describe.js';
import { invalidChange, toEntryError } from '../errors.js';
import { copyingContext } from '../finding/whole-lists.js';
import type { ChangeSummary } from '../summary.js';
import { compileAssignments } from '../values/set-values.js';
import { ExpectationInserter } from './expectation-inserter.js';
import { FlowInserter } from './flow-inserter.js';
import { checkParts, sourceError, wholeSource, withCount } from './whole-source.js';

/** Creates the entries of one table. */
interface Inserter {
  /** Adds an entry: the copy of a row, or without one what `set` describes. @throws CtqError if it cannot be inserted */
  add(row: MessageView | undefined): void;
  /** Whether it is time to send. */
  readonly isDue: boolean;
  /** Sends the requests; some may still be in progress when this returns. */
  send(): Promise<void>;
  /** Waits for the requests in progress, so that they are counted. */
  drain(): Promise<void>;
  /** To be called after the last entry: sends the rest, and does what takes more than one step. */
  finish(): Promise<void>;
}

/**
 * `insert into …`: one entry that `set` describes, or a copy of each entry of a query. An entry that lacks a part which the
 * kernel requires is refused before anything is sent. A copy that is refused does not stop the others.
 */
export async function runInsert(
  statement: CheckedInsert,
  session: QueryContext,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const { table, from } = statement;
  const run = new ChangeRun(session, options);
  const assign = compileAssignments(table, statement.set, await readingOfSet(statement, session));
  const place = statement.target ?? session.place;
  const whole = wholeSource();
  const Kind = table === 'conntrack' ? FlowInserter : ExpectationInserter;
  const inserter: Inserter = new Kind(statement, assign, session.source(place), run);
  if (from) checkTable(from, table);
  return executeChange('insert', table, run, async () => {
    options.sink?.begin({ table });
    try {
      if (from === undefined) {
        run.counts.matched = 1;
        inserter.add(undefined);
      } else {
        const sink = new RowSink(inserter, run, statement, whole, isSamePlace(from, place, session));
        await runQuery(from, sink, { ...copyingContext(from, session), wholeFile: whole });
      }
      await inserter.finish();
    } catch (error) {
      await inserter.drain();
      throw withCount(error, run.counts.created);
    } finally {
      await inserter.drain().finally(() => options.sink?.end());
    }
  });
}

/** How the expressions of `set` read the rows that are copied. */
async function readingOfSet(
  { table, set, from }: CheckedInsert,
  session: QueryContext,
): Promise<EvalContext<MessageView>> {
  const { environment, variables } = session;
  const columns = set.map(({ field, value }) => ({ name: field, expr: value }));
  if (from) warnOfMissingFields({ ...leftmost(from), columns }, session);
  return {
    environment,
    now: integer(environment.now()),
    field: node => readerOf(table, node.name),
    query: await readSubqueries(
      set.map(each => each.value),
      session,
      runQuery,
    ),
    variable: name => variables.get(name) ?? { kind: 'value', type: { name: 'null' }, value: null },
  };
}

/** Checks that the entries of a query fit the table. What a file contains is known only when it is read. */
function checkTable(query: CheckedQuery, table: CheckedInsert['table']): void {
  const { from } = leftmost(query);
  if (from.kind === 'file') return;
  const accepted = table === 'expect' ? ['expect'] : ['conntrack', 'dying', 'unconfirmed'];
  if (!accepted.includes(from.table))
    throw invalidChange(
      `the entries of ${from.table} cannot be inserted into ${table}`,
      `it accepts those of ${accepted.join(', ')}`,
    );
}

/** Whether rows are read from the place they are inserted into: all are read first then, so that no copy is copied again. */
export function isSamePlace(query: CheckedQuery, target: Place, session: QueryContext): boolean {
  return selectsOf(query).some(
    ({ from, place }) => from.kind === 'table' && JSON.stringify(place ?? session.place) === JSON.stringify(target),
  );
}

/** Whether a query has a condition on the events of a log. */
const choosesEvents = (query: CheckedQuery): boolean =>
  selectsOf(query).some(select => {
    const { from } = select;
    let found = from.kind === 'query' && choosesEvents(from.query);
    for (const expression of expressionsOf(select))
      walk(expression, node => {
        found ||= node.kind === 'field' && node.join === undefined && node.name === 'event';
      });
    return found;
  });

/** The error for rows that are what happened to entries: a flow has several, and may have ended since. */
function logError(table: CheckedInsert['table'], query: CheckedQuery): CtqError {
  const { from } = leftmost(query);
  const file = from.kind === 'file' ? `'${from.path}'` : "'FILE'";
  return sourceError(
    `events cannot be inserted into ${table}: a log has several of an entry, which may have ended since`,
    `where event = 'new' selects the entries that began; … and id not in (select id from ${file} where event = 'destroy') those of them that have not ended, where the log has ids (-o id)`,
  );
}

/** Receives the rows of the query. */
class RowSink implements Sink {
  #chosen: boolean | undefined;
  constructor(
    readonly inserter: Inserter,
    readonly run: ChangeRun,
    readonly statement: CheckedInsert,
    readonly whole: WholeFile,
    /** Nothing is sent before all rows have been read. */
    readonly readsAllFirst: boolean,
  ) {}

  get #choosesEvents(): boolean {
    this.#chosen ??= choosesEvents(this.statement.from!);
    return this.#chosen;
  }

  begin(): void {}

  entry(row: MessageView): void {
    const { counts } = this.run;
    const { from, table } = this.statement;
    // The first row shows whether it is a log, before anything is sent; a log may follow a list, too.
    if (!this.#choosesEvents && eventOf(row, true) !== undefined) throw logError(table, from!);
    counts.read++;
    counts.matched++;
    if (row.isExpectation !== (table === 'expect'))
      throw invalidChange(`${row.isExpectation ? 'an expectation' : 'a flow'} cannot be inserted into ${table}`);
    try {
      checkParts(row, this.statement, this.whole);
      this.inserter.add(row);
    } catch (error) {
      this.run.refuse(() => describeEntry(row), toEntryError(error, 'insert an entry'));
    }
  }

  row(): void {}

  end(): void {}

  readonly finishesOnAbort = true;

  ready(): Promise<void> | undefined {
    return !this.readsAllFirst && this.inserter.isDue ? this.inserter.send() : undefined;
  }
}
