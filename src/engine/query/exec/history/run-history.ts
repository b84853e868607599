import { type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import { integer, type Value } from '../../../../lang/values/value.js';
import type { Sink } from '../../../formats/sink.js';
import { compileHistory, type HistoryQuery } from '../../../sources/history/sql/compile.js';
import { type HistoryStore, openStore, type Reads } from '../../../sources/history/store.js';
import type { QueryContext, QuerySummary } from '../../context.js';
import { fieldsOf } from '../../plan/fields.js';
import type { Plan } from '../../plan/plan.js';
import { Feeder } from '../join/feeder.js';
import type { Joins } from '../join/joins.js';
import { Pipeline } from '../pipeline.js';
import type { Pace } from '../steps.js';
import { warnOfGaps } from './gaps.js';
import { type HistoryRow, historyColumns } from './history-rows.js';

/** What is asked of a history. */
export interface HistoryPlan {
  readonly query: HistoryQuery;
  readonly engine: string;
  readonly reads: Reads;
}

/** What `explain` shows: subqueries are not run for it, so their values are not a part of the SQL. @throws CtqError without a history */
export async function historyPlan(
  plan: Plan,
  name: string,
  { environment, variables, signal }: QueryContext,
): Promise<HistoryPlan> {
  const store = await openStore(name, signal);
  try {
    const query = compileHistory(
      withColumns(plan),
      namesOf(plan),
      {
        environment,
        now: integer(environment.now()),
        variable: name => variables.get(name) ?? { kind: 'value', type: { name: 'null' }, value: null },
      },
      store.dialect,
    );
    return { query, engine: store.dialect.engine, reads: await store.reads(query) };
  } finally {
    await store.close();
  }
}

const withColumns = ({ select }: Plan) => (select.columns ? select : { ...select, columns: historyColumns() });

/** The fields of the table that a plan reads. */
const namesOf = (plan: Plan): readonly string[] => {
  const fields = fieldsOf(withColumns(plan));
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
  const select = withColumns(plan);
  const names = namesOf(plan);
  const query = compileHistory(select, names, withoutRow(reading as EvalContext<never>), store.dialect);
  const reads = await store.reads(query);
  await warnOfGaps(store, name, { ...query.bounds, isMoment: select.range?.kind === 'at' }, names, session);
  const batches = store.rows(query, session.signal);
  // Without files there is no group; a query without keys has one all the same.
  const isWhole = query.level === 'whole' && !reads.isEmpty;
  const counts = isWhole
    ? await groupsOf(plan, batches, reading, sink, pace)
    : await rowsOf({ ...plan, select }, query, batches, reading, sink, joins, pace);
  if (store.notice !== undefined) session.warn(store.notice);
  return { ...counts, bytes: store.read?.bytes ?? reads.bytes, repeats: 0 };
}

type Batches = AsyncIterable<Iterable<readonly Value[]>>;
type Counts = Pick<QuerySummary, 'rows' | 'read' | 'kept' | 'isMet'>;

async function rowsOf(
  { select }: Plan,
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
  { select }: Plan,
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
