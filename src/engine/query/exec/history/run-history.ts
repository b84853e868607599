import type { CheckedSelect } from '../../../../lang/checked/ast.js';
import { type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import { integer, type Value } from '../../../../lang/values/value.js';
import { CtqError } from '../../../errors.js';
import type { Sink } from '../../../formats/sink.js';
import { milliseconds } from '../../../sources/history/columns.js';
import type { HistoryStore, Reads } from '../../../sources/history/history-store.js';
import { openStore } from '../../../sources/history/open-store.js';
import { compileHistory, type HistoryQuery } from '../../../sources/history/sql/compile.js';
import type { Dialect } from '../../../sources/history/sql/dialect.js';
import type { QueryContext, QuerySummary } from '../../context.js';
import { fieldsOf } from '../../plan/fields.js';
import type { Plan } from '../../plan/plan.js';
import { Feeder } from '../join/feeder.js';
import type { Joins } from '../join/joins.js';
import { Pipeline } from '../pipeline.js';
import type { Pace } from '../steps.js';
import { answerable } from './answerable.js';
import type { Batches, Counts } from './batches.js';
import { warnOfGaps } from './gaps.js';
import type { HistoryRow } from './history-rows.js';
import { warnOfNothing } from './nothing.js';
import { partialGroupsOf } from './partial-groups.js';

/** What is asked of a history. */
export interface HistoryPlan {
  readonly query: HistoryQuery;
  readonly dialect: Dialect;
  readonly reads: Reads;
  /** Rows of what it reads, where they were counted. */
  readonly stored?: number;
}

/**
 * What `explain` shows: subqueries are not run for it, so their values are not a part of the SQL.
 * @param counts whether to count the rows of what it reads
 * @throws CtqError without a history
 */
export async function historyPlan(
  plan: Plan,
  name: string,
  { environment, variables, historyLevel, signal }: QueryContext,
  counts = false,
): Promise<HistoryPlan> {
  const select = answerable(plan.select);
  const store = await openStore(name, signal);
  try {
    const query = compileHistory(
      select,
      namesOf(select),
      {
        environment,
        now: integer(environment.now()),
        variable: name => variables.get(name) ?? { kind: 'value', type: { name: 'null' }, value: null },
      },
      store.dialect,
      historyLevel,
    );
    const reads = await store.reads(query, true);
    const stored = counts ? await store.stored?.(query) : undefined;
    return { query, dialect: store.dialect, reads, ...(stored === undefined ? {} : { stored }) };
  } finally {
    await store.close();
  }
}

/** The fields of the table that a select reads. */
const namesOf = (select: CheckedSelect): readonly string[] => {
  const fields = fieldsOf(select);
  return fields === 'all' ? [] : fields;
};

/** The rows of a plan on the history, between begin and end of the sink. @throws CtqError */
export async function runHistory(
  plan: Plan,
  name: string,
  reading: EvalContext<HistoryRow>,
  sink: Sink,
  session: QueryContext,
  joins: Joins<HistoryRow>,
  pace: Pace,
): Promise<QuerySummary> {
  const store = await openStore(name, session.signal);
  try {
    return await answer(plan, { store, name }, reading, sink, session, joins, pace);
  } finally {
    await store.close();
  }
}

async function answer(
  plan: Plan,
  { store, name }: { readonly store: HistoryStore; readonly name: string },
  reading: EvalContext<HistoryRow>,
  sink: Sink,
  session: QueryContext,
  joins: Joins<HistoryRow>,
  pace: Pace,
): Promise<QuerySummary> {
  const select = answerable(plan.select);
  const names = namesOf(select);
  const constants = withoutRow(reading as EvalContext<never>);
  const query = compileHistory(select, names, constants, store.dialect, session.historyLevel);
  const reads = await store.reads(query, false);
  const within = select.range?.kind === 'at' ? { within: milliseconds(select.range.within) } : {};
  await warnOfGaps(store, name, { ...query.bounds, ...within }, names, session);
  if (reads.isEmpty) await warnOfNothing(store, name, query.bounds, session);
  const answerBy = (each: HistoryQuery): Promise<Counts> => {
    const batches = store.rows(each, session.signal);
    // Without files there is no group; a query without keys has one all the same.
    if (each.level === 'whole' && !reads.isEmpty) return groupsOf(select, batches, reading, sink, pace);
    if (each.partial) return partialGroupsOf(select, each, each.partial, batches, reading, sink, pace);
    return rowsOf(select, each, batches, reading, sink, joins, pace);
  };
  const counts = await answerBy(query).catch((error: unknown) => {
    // The groups of SQL are merged here: they may be more than those of the statement, for which the memory is enough.
    const isTooMuch = query.level === 'partial' && error instanceof CtqError && error.code === 'history-memory';
    if (!isTooMuch) throw error;
    return answerBy(compileHistory(select, names, constants, store.dialect, 'rows'));
  });
  if (store.notice !== undefined) session.warn(store.notice);
  if (store.incomplete !== undefined) session.incomplete?.(store.incomplete);
  const { read } = store;
  if (read?.rows === 0) await warnOfNothing(store, name, query.bounds, session);
  return { ...counts, bytes: read?.bytes ?? reads.bytes, repeats: 0, ...(read ? { scanned: read.rows } : {}) };
}

async function rowsOf(
  select: CheckedSelect,
  query: HistoryQuery,
  batches: Batches,
  reading: EvalContext<HistoryRow>,
  sink: Sink,
  joins: Joins<HistoryRow>,
  pace: Pace,
): Promise<Counts> {
  const row: HistoryRow = { values: [], at: new Map(query.fields.map((field, i) => [field, i])) };
  const pipeline = new Pipeline(select, reading, sink, { emit: () => {}, keep: each => each });
  const feeder = new Feeder(pipeline, select.joins.length > 0 ? joins : undefined, pace);
  let read = 0;
  all: for await (const batch of batches) {
    for (const values of batch) {
      row.values = values;
      read++;
      const more = feeder.push(row);
      if (more === false || (more !== true && !(await more))) break all;
    }
    const pause = pace.pause();
    if (pause !== undefined) await pause;
  }
  await pace.run(pipeline.finishing(0));
  return { rows: pipeline.emitted, read, kept: pipeline.kept, isMet: pipeline.isMet };
}

/** The groups come from SQL; `having`, order, limit and columns are the pipeline's. */
async function groupsOf(
  select: CheckedSelect,
  batches: Batches,
  reading: EvalContext<HistoryRow>,
  sink: Sink,
  pace: Pace,
): Promise<Counts> {
  const { grouping } = select;
  const keys = grouping?.keys.length ?? 0;
  type Group = readonly Value[];
  const pipeline = new Pipeline<Group>(
    { ...select, where: grouping?.having, grouping: undefined },
    {
      ...withoutRow(reading as EvalContext<never>),
      key: index => group => group[index],
      aggregate: index => group => group[keys + index],
    },
    sink,
    { emit: () => {}, keep: group => group },
  );
  let read = 0;
  all: for await (const batch of batches) {
    for (const group of batch) {
      read++;
      if (!pipeline.push(group)) break all;
      if (pipeline.isDue) await pace.run(pipeline.catchUp());
    }
    const pause = pace.pause();
    if (pause !== undefined) await pause;
  }
  await pace.run(pipeline.finishing(0));
  return { rows: pipeline.emitted, read, kept: read, isMet: pipeline.isMet };
}
