import type { CheckedSelect } from '../../lang/check/checked-ast.js';
import { integer } from '../../lang/values/value.js';
import { unlessAborted } from '../abortable.js';
import type { Sink } from '../formats/sink.js';
import type { QuerySummary, Session } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import type { Iteration } from '../query/exec/iteration.js';
import { runPlan } from '../query/exec/select.js';
import { planSelect } from '../query/plan/plan.js';
import { pauseUntil } from './pause.js';
import { RateTracker } from './rate-tracker.js';
import type { Ending, RepeatSummary } from './summary.js';

/**
 * Runs a query with `every` again and again, each result between a begin and an end of the sink, until its time or condition
 * is reached, or the session's signal is aborted, which is no error. A run that takes longer than the interval is not run
 * into: the next one begins at the next multiple of it.
 * @throws CtqError as the query does
 */
export async function runRepeated(select: CheckedSelect, sink: Sink, session: Session): Promise<RepeatSummary> {
  const plan = planSelect(select, session);
  const { signal } = session;
  const step = Number(select.every ?? 0) / 1e6;
  const began = performance.now();
  const end = select.for === undefined ? Number.POSITIVE_INFINITY : began + Number(select.for) / 1e6;
  const increases = new RateTracker();
  let last = Number.NaN;
  let total: QuerySummary = { rows: 0, read: 0, kept: 0, bytes: 0, repeats: 0 };
  let runs = 0;
  const done = (ending: Ending): RepeatSummary => ({
    ...total,
    ending,
    seconds: (performance.now() - began) / 1000,
    runs,
  });
  for (;;) {
    const now = performance.now();
    increases.next(integer(session.environment.now()));
    const round: Iteration = {
      seconds: runs === 0 ? 0 : (now - last) / 1000,
      growth: (keyOf, beganAt) => increases.growth(keyOf, beganAt),
    };
    last = now;
    sink.begin({ ...headerOf(select, session), round: runs });
    try {
      total = added(total, await runPlan(plan, sink, session, round));
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
      if (sink.abandon) sink.abandon();
      else sink.end();
      return done('interrupted');
    }
    sink.end();
    await session.release?.();
    runs++;
    if (total.isMet) return done('until');
    const congested = sink.ready?.();
    if (congested !== undefined && !(await unlessAborted(congested, signal))) return done('interrupted');
    const next = began + (Math.floor((performance.now() - began) / step) + 1) * step;
    if (!(await pauseUntil(Math.min(next, end), signal))) return done('interrupted');
    if (next >= end) return done('for');
  }
}

const added = (sum: QuerySummary, run: QuerySummary): QuerySummary => ({
  rows: run.rows,
  read: sum.read + run.read,
  kept: sum.kept + run.kept,
  bytes: sum.bytes + run.bytes,
  repeats: sum.repeats + run.repeats,
  isMet: run.isMet,
});
