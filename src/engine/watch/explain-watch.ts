import type { CheckedWatch } from '../../lang/checked/statements.js';
import { capabilitiesOf, placeText } from '../../lang/schema/places.js';
import { integer } from '../../lang/values/value.js';
import type { Sink } from '../formats/sink.js';
import type { QueryContext, QuerySummary } from '../query/context.js';
import { readingOf } from '../query/exec/select.js';
import { NullSink, writeLines } from '../query/explain/explain.js';
import { explainFleetWatch } from '../query/explain/explain-fleet.js';
import { type ExplainLine, explainClauses, residualText } from '../query/explain/explain-plan.js';
import { fieldsOf } from '../query/plan/fields.js';
import { type EventFilterPlan, planEventFilter } from './event-filter.js';
import { sentWatch } from './members.js';
import { groupNamesOf, readingEvents, selectOfWatch } from './subscription.js';
import type { WatchSummary } from './summary.js';
import { runWatch, type WatchOptions } from './watch.js';

/** `explain WATCH`: what is subscribed to, and what the kernel filters. With `analyze` the watch also runs, and its events are counted. */
export async function runExplainWatch(
  watch: CheckedWatch,
  analyze: boolean,
  sink: Sink,
  session: QueryContext,
  options: WatchOptions,
): Promise<QuerySummary> {
  const select = selectOfWatch(watch);
  // Subqueries are only run with `analyze`: their results are not known without.
  const reading = readingEvents(analyze ? await readingOf(select, session) : readingWithoutQueries(session));
  const plan = planEventFilter(watch, session, reading);
  const fields = fieldsOf(select);
  const lines: ExplainLine[] = [
    ...requestLines(watch, session),
    ['groups', groupNamesOf(watch).join(', ')],
    ['kernel filter', filterLine(plan)],
    ['instructions', String(plan.instructions)],
    ['residual', residualText(plan.residual)],
    ['fields', fields === 'all' ? 'all' : fields.join(', ') || 'none'],
    ...explainClauses(select),
  ];
  let summary: QuerySummary = { rows: 0, read: 0, kept: 0, bytes: 0, repeats: 0 };
  if (analyze) {
    const run = await runWatch(watch, new NullSink(), session, options);
    lines.push(...explainRun(run));
    summary = run;
  }
  writeLines(lines, sink);
  return { ...summary, rows: lines.length };
}

const readingWithoutQueries = ({ variables, environment }: QueryContext) => ({
  environment,
  now: integer(environment.now()),
  variable: (name: string) =>
    variables.get(name) ?? { kind: 'value' as const, type: { name: 'null' as const }, value: null },
});

function requestLines(watch: CheckedWatch, session: QueryContext): ExplainLine[] {
  const { tables, on, place = session.place } = watch;
  const events = `events of ${tables.join(' and ')}`;
  const kinds = on.join(', ');
  if (capabilitiesOf(place).spans === 'gateway')
    return explainFleetWatch(place, `${events} (${kinds})`, sentWatch(watch), session);
  const where = placeText(place);
  return [['request', `${events}${where === '' ? '' : ` in ${where}`}: ${kinds}`]];
}

function filterLine({ text, isCut }: EventFilterPlan): string {
  if (text === '') return 'none';
  return isCut ? `${text} (cut down: the kernel accepts more)` : text;
}

function explainRun({ read, kept, existing, resynced, dropped, seconds }: WatchSummary): ExplainLine[] {
  return [
    ['events received', String(read)],
    ['events shown', String(kept - existing - resynced)],
    ['events lost', String(dropped)],
    ['time', `${seconds.toFixed(1)} s`],
  ];
}
