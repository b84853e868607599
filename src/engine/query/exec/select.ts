import { getHeapStatistics } from 'node:v8';
import type {
  CheckedJoin,
  CheckedQuery,
  CheckedSelect,
  DataOrigin,
  QueryOrigin,
  ResultOrigin,
} from '../../../lang/checked/ast.js';
import { selectFrom } from '../../../lang/checked/selects.js';
import { type EvalContext, withoutRow } from '../../../lang/evaluate/evaluate.js';
import { namespaceName, refusalOf } from '../../../lang/schema/places.js';
import { type Getter, type Integer, integer } from '../../../lang/values/value.js';
import { CTA_STATS_GLOBAL } from '../../ctnetlink/constants.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import { getStats } from '../../ctnetlink/requests/requests.js';
import { contextAt } from '../../ctnetlink/row-context.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { Sink } from '../../formats/sink.js';
import type { DataRow } from '../../sources/data-file/gathering.js';
import { readSettings, type SettingRow } from '../../sources/sysctl/sysctl.js';
import type { KeptResult, QueryContext, QuerySummary } from '../context.js';
import { expressionsOf } from '../plan/fields.js';
import { warnOfMissingFields } from '../plan/missing-fields.js';
import { type Plan, planSelect } from '../plan/plan.js';
import { runCompound } from './compound.js';
import { type Inlet, runDerived } from './derived.js';
import { columnOf, type DerivedRow } from './derived-row.js';
import { divide } from './fleet/division.js';
import { headerOf } from './header.js';
import { historyReading } from './history/history-rows.js';
import { type Iteration, rowKeyOf, SINGLE_ITERATION } from './iteration.js';
import { Feeder } from './join/feeder.js';
import type { ReadTable } from './join/joined-rows.js';
import { Joins } from './join/joins.js';
import { LEFT_OUT_HINT, leftOutMessage } from './left-out.js';
import { type Entries, type GroupTaker, Pipeline } from './pipeline.js';
import { Cells } from './read/cells.js';
import { messagesOf, type Traffic } from './read/messages.js';
import { settingReading } from './read/setting-rows.js';
import { runSettings } from './run-settings.js';
import { atOnce, Pace, STEP_SIZE } from './steps.js';
import { readSubqueries } from './subqueries.js';

/** Runs a query once and passes its rows to the sink. @throws CtqError */
export async function runQuery(query: CheckedQuery, to: Sink, session: QueryContext): Promise<QuerySummary> {
  const sink = session.guard?.rowsOf(query, to) ?? to;
  return query.kind === 'compound' ? runCompound(query, sink, session, runQuery) : runSelect(query, sink, session);
}

/** Runs one select into a sink. @throws CtqError; the signal's reason when it is aborted */
export async function runSelect(select: CheckedSelect, sink: Sink, session: QueryContext): Promise<QuerySummary> {
  const plan = planSelect(select, session);
  sink.begin(headerOf(select, session));
  const summary = await runPlan(plan, sink, session);
  sink.end();
  return summary;
}

/** Passes the rows of a plan to a sink, between its begin and end. */
export async function runPlan(
  plan: Plan,
  sink: Sink,
  session: QueryContext,
  iteration: Iteration = SINGLE_ITERATION,
): Promise<QuerySummary> {
  const cells = new Cells(session.environment);
  const summary = await runReading(plan, sink, session, iteration, cells);
  await cells.locate(session);
  cells.report(session);
  return summary;
}

async function runReading(
  plan: Plan,
  sink: Sink,
  session: QueryContext,
  iteration: Iteration,
  cells: Cells,
): Promise<QuerySummary> {
  const own = {
    ...(await readingOf(plan.select, session)),
    unread: cells.unread(plan.select),
    reportsCasts: session.reportsCasts,
  };
  const pace = new Pace(session.signal, sink);
  const division = divide(plan.select, session.place);
  if (division !== undefined) {
    const { runFleet } = await import('./fleet/run-fleet.js');
    return runFleet(plan, division, own, sink, session, iteration, pace, { query: runQuery, plan: runPlan });
  }
  const table: ReadTable = join => tableRows(join, plan, session, own.now ?? 0);
  const { joins: joined } = plan.select;
  if (plan.request.kind === 'settings') {
    const reading = settingReading(own);
    const joins = await Joins.read(plan.select, table, reading, pace, session, cells);
    return runSettings(plan, { ...reading, field: joins.reader(reading.field) }, sink, session, iteration, joins, pace);
  }
  if (plan.request.kind === 'history') {
    const { runHistory } = await import('./history/run-history.js');
    const reading = historyReading(own);
    const joins = await Joins.read(plan.select, table, reading, pace, session, cells);
    return runHistory(
      plan,
      plan.request.store,
      { ...reading, field: joins.reader(reading.field) },
      sink,
      session,
      joins,
      pace,
    );
  }
  const { from } = plan.select;
  if (from.kind === 'data') {
    const rows: EvalContext<DataRow> = {
      ...withoutRow(own),
      field: node => cells.reader(from.path, node),
    };
    const joins = await Joins.read(plan.select, table, rows, pace, session, cells);
    const parts = {
      reading: { ...rows, field: joins.reader(rows.field) },
      entries: { emit: () => {}, keep: (row: DataRow) => row },
      joins: joined.length > 0 ? joins : undefined,
      keep: (row: DataRow) => row,
      growth: undefined,
    };
    return runDerived(plan, parts, sink, iteration, pace, inlet => feedData(from, inlet, session, pace));
  }
  if ((from.kind === 'query' || from.kind === 'result') && from.columns) {
    const rows: EvalContext<DerivedRow> = { ...withoutRow(own), field: node => columnOf(from, node.name) };
    const joins = await Joins.read(plan.select, table, rows, pace, session, cells);
    const parts = {
      reading: { ...rows, field: joins.reader(rows.field) },
      entries: { emit: () => {}, keep: copyOf },
      joins: joined.length > 0 ? joins : undefined,
      keep: copyOf,
      growth: undefined,
    };
    return runDerived(plan, parts, sink, iteration, pace, inlet => feedRows(from, inlet, session, pace));
  }
  const joins = await Joins.read(plan.select, table, own, pace, session, cells);
  const reading = { ...own, field: joins.reader(own.field) };
  if (plan.request.kind === 'count') return runCount(plan, reading, sink, session, iteration.groups);
  const growth = iteration.growth?.(rowKeyOf(plan.table), each => (each.start < 0 ? null : each.start));
  if (from.kind === 'query' || from.kind === 'result') {
    const keep = (view: MessageView): MessageView => view.keep();
    const parts = { reading, entries: entriesTo(sink), joins: joined.length > 0 ? joins : undefined, keep, growth };
    return runDerived(plan, parts, sink, iteration, pace, inlet => feedRows(from, inlet, session, pace));
  }
  const pipeline = new Pipeline(plan.select, reading, sink, entriesTo(sink), growth);
  const traffic: Traffic = { bytes: 0, repeats: 0 };
  const feeder = new Feeder(pipeline, joined.length > 0 ? joins : undefined, pace);
  const read = await feed(plan, session, traffic, own.now ?? 0, feeder);
  await pace.run(pipeline.finishing(iteration.seconds, iteration.groups));
  if (pipeline.leftOut > 0 && iteration === SINGLE_ITERATION)
    session.warn(leftOutMessage(pipeline.leftOut), LEFT_OUT_HINT);
  return { rows: pipeline.emitted, read, kept: pipeline.kept, ...traffic, isMet: pipeline.isMet };
}

/** Passes on the rows of a query, or of the last result. */
async function feedRows<Row>(
  from: QueryOrigin | ResultOrigin,
  inlet: Inlet<Row>,
  session: QueryContext,
  pace: Pace,
): Promise<QuerySummary> {
  if (from.kind === 'query') return runQuery(from.query, inlet, session);
  const kept = lastResultOf(session);
  const rows = (from.columns ? kept?.rows : kept?.entries) ?? [];
  for (const [i, row] of rows.entries()) {
    inlet.take(row as Row);
    if (i % STEP_SIZE !== STEP_SIZE - 1) continue;
    await inlet.ready();
    await pace.pause();
  }
  return { rows: 0, read: rows.length, kept: 0, bytes: 0, repeats: 0 };
}

/** Passes on the rows of a data file. */
async function feedData(
  { path, columns }: DataOrigin,
  inlet: Inlet<DataRow>,
  { signal, stdin, warn, note, unread, guard }: QueryContext,
  pace: Pace,
): Promise<QuerySummary> {
  const { readDataFile } = await import('../../sources/data-file/data-file.js');
  const { rows } = await readDataFile(path, {
    ...{ columns, signal, stdin, warn, note, unread },
    hasLines: guard !== undefined,
  });
  for (const [i, row] of rows.entries()) {
    inlet.take(row);
    if (i % STEP_SIZE !== STEP_SIZE - 1) continue;
    await inlet.ready();
    await pace.pause();
  }
  return { rows: 0, read: rows.length, kept: 0, bytes: 0, repeats: 0 };
}

const copyOf = (row: DerivedRow): DerivedRow => [...row];

/** Moves a view over all messages. Waits between chunks while the sink is congested. @returns number of messages */
async function feed(
  plan: Plan,
  session: QueryContext,
  traffic: Traffic,
  now: Integer,
  feeder: Feeder<MessageView>,
): Promise<number> {
  const view = new MessageView();
  const name = plan.request.kind === 'file' ? null : namespaceName(plan.place ?? session.place);
  const count = session.readCount;
  const before = count?.rows ?? 0;
  if (count !== undefined) count.isFiltered = !readsWhole(plan);
  const { gateway } = session;
  let read = 0;
  for await (const chunk of messagesOf(plan, session, traffic)) {
    const { bytes } = chunk;
    view.context = contextAt(now, gateway === undefined ? chunk : { ...chunk, gateway }, name);
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      read++;
      const more = feeder.push(view);
      if (more === false || (more !== true && !(await more))) return read;
    }
    if (count !== undefined) count.rows = before + read;
    const pause = feeder.pace.pause();
    if (pause !== undefined) await pause;
  }
  return read;
}

/** Whether all entries of the table are received. */
const readsWhole = ({ table, request }: Plan): boolean =>
  table === 'conntrack' && request.kind === 'dump' && request.filters.every(filter => Object.keys(filter).length === 0);

/** The rows of `_`. */
function lastResultOf({ lastResult, unread }: QueryContext): KeptResult | undefined {
  const kept = lastResult?.();
  if (kept?.unread !== undefined) unread?.(`the last result, _, is not whole: ${kept.unread}`);
  return kept;
}

/** The rows of a joined table, from the place of the query. @throws CtqError for `netns *` */
async function tableRows(
  { from }: CheckedJoin,
  plan: Plan,
  session: QueryContext,
  now: Integer,
): Promise<readonly (MessageView | SettingRow | DerivedRow)[]> {
  if (from.kind === 'data') return [];
  if (from.kind === 'query') return derivedRows(from, session);
  if (from.kind === 'result') {
    const kept = lastResultOf(session);
    return (from.columns ? kept?.rows : kept?.entries) ?? [];
  }
  const place = plan.place ?? session.place;
  const refusal = refusalOf(from.table, 'join', place);
  if (refusal) throw new CtqError({ code: 'place', kind: 'statement', ...refusal });
  if (from.table === 'sysctl') return readSettings(place);
  const rows: MessageView[] = [];
  const context = contextAt(now, { netns: namespaceName(place) ?? undefined });
  const all = selectFrom(from, { place: plan.place });
  const keep = (view: MessageView): void => {
    const row = view.keep();
    row.context = context;
    rows.push(row);
  };
  await runSelect(all, { begin() {}, entry: keep, row() {}, end() {} }, session);
  return rows;
}

/** Memory (bytes) that a row and a value of a joined select may take. */
const ROW_BYTES = 300;
const VALUE_BYTES = 40;

/** All rows of a select that is joined: they are held in memory. @throws CtqError if they would fill half of it */
async function derivedRows(
  { query, name }: QueryOrigin,
  session: QueryContext,
): Promise<readonly (MessageView | DerivedRow)[]> {
  const rows: (MessageView | DerivedRow)[] = [];
  const limit = getHeapStatistics().heap_size_limit / 2;
  let taken = 0;
  const keep = (row: MessageView | DerivedRow, bytes: number): void => {
    taken += bytes;
    if (taken > limit)
      throw new CtqError({
        code: 'join-memory',
        kind: 'input',
        message: `the rows of ${name} do not fit into memory: ${rows.length} of them fill half of it`,
        hint: 'select fewer rows or columns there',
      });
    rows.push(row);
  };
  const sink: Sink = {
    begin() {},
    entry: view => keep(view.keep(), ROW_BYTES + 400),
    row: values => keep([...values], ROW_BYTES + VALUE_BYTES * values.length),
    end() {},
  };
  await runQuery(query, sink, session);
  return rows;
}

/** How the expressions of a query read rows. Runs its subqueries, and warns about fields that the kernel omits. */
export async function readingOf(select: CheckedSelect, session: QueryContext): Promise<EvalContext<MessageView>> {
  const { environment, variables } = session;
  warnOfMissingFields(select, session);
  const reading: EvalContext<MessageView> = {
    environment,
    now: integer(environment.now()),
    field: node => (node.name === 'netns' ? netnsOf(select, session) : readerOf(select.from.table, node.name)),
    query: await readSubqueries(expressionsOf(select), session, runQuery),
    variable: name => variables.get(name) ?? { kind: 'value', type: { name: 'null' }, value: null },
  };
  session.guard?.reading(select, reading);
  return reading;
}

/** The name of a row's network namespace: that of the place, or of the row if all were read. Rows of a file have none. */
function netnsOf(select: CheckedSelect, session: QueryContext): Getter<MessageView> {
  if (select.from.kind === 'query' || select.from.kind === 'result') return view => view.netns ?? view.context.place;
  if (select.from.kind === 'file' || select.from.kind === 'data') return () => null;
  const place = select.place ?? session.place;
  const name = namespaceName(place);
  return name === null ? view => view.netns : () => name;
}

/** Whole entries, written to a sink. */
export function entriesTo(sink: Sink): Entries<MessageView> {
  return {
    emit: view => sink.entry(view),
    keep: view => view.keep(),
  };
}

/** `count conntrack`: the kernel's own counter; no entry is read. */
async function runCount(
  plan: Plan,
  reading: EvalContext<MessageView>,
  sink: Sink,
  session: QueryContext,
  taker: GroupTaker | undefined,
): Promise<QuerySummary> {
  const answer = await session.source(plan.place ?? session.place).exchange(getStats(), session.signal);
  const view = new MessageView();
  let entries = 0;
  let bytes = 0;
  for (const message of answer) {
    view.set(message, 0);
    bytes += message.length;
    entries = Math.max(0, view.number(CTA_STATS_GLOBAL.ENTRIES));
  }
  const counts = plan.select.grouping?.aggregates.map(() => entries) ?? [];
  if (taker !== undefined) {
    const table = { size: 1, keys: [], result: () => entries, state: () => entries, counts: () => undefined };
    atOnce(taker.take(table, [0]));
    return { rows: 0, read: 0, kept: entries, bytes, repeats: 0 };
  }
  const pipeline = new Pipeline<readonly number[]>(
    { ...plan.select, grouping: undefined },
    { ...withoutRow(reading), aggregate: index => row => row[index] },
    sink,
    { emit: () => {}, keep: row => row },
  );
  pipeline.push(counts);
  pipeline.finish(0);
  return { rows: pipeline.emitted, read: 0, kept: entries, bytes, repeats: 0, isMet: pipeline.isMet };
}
