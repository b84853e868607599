import type { CheckedSelect } from '../../../lang/checked/ast.js';
import { integer } from '../../../lang/values/value.js';
import { pauseUntil, unlessAborted } from '../../abortable.js';
import { CtqError } from '../../errors.js';
import type { Sink } from '../../formats/sink.js';
import { NONE_ANSWERED } from '../../sources/fleet/missing.js';
import type { Ending, QueryContext, QuerySummary } from '../context.js';
import { headerOf } from '../exec/header.js';
import type { Iteration } from '../exec/iteration.js';
import { runPlan } from '../exec/select.js';
import { planSelect } from '../plan/plan.js';
import { Outages } from './outages.js';
import { RateTracker } from './rate-tracker.js';

/** What a repeated query did: sums over its runs, except `rows`, which counts those of the last run. */
export interface RepeatSummary extends QuerySummary {
  readonly ending: Ending;
  /** Duration of all runs and the pauses between them. */
  readonly seconds: number;
  readonly runs: number;
}

/**
 * Runs a query with `every` repeatedly, each result between a begin and an end of the sink, until its duration or condition
 * is reached or the session's signal is aborted, which is not an error. Runs never overlap: after a run that takes longer
 * than the interval, the next one starts at the next multiple of it.
 * @throws CtqError as the query does
 */
export async function runRepeated(select: CheckedSelect, sink: Sink, session: QueryContext): Promise<RepeatSummary> {
  const plan = planSelect(select, session);
  const { signal } = session;
  const interval = Number(select.every ?? 0) / 1e6;
  const start = performance.now();
  const end = select.for === undefined ? Number.POSITIVE_INFINITY : start + Number(select.for) / 1e6;
  const rates = new RateTracker();
  const outages = new Outages(session);
  const own = session.incomplete ? { ...session, incomplete: (error: CtqError) => outages.note(error) } : session;
  let previous = Number.NaN;
  let total: QuerySummary = { rows: 0, read: 0, kept: 0, bytes: 0, repeats: 0 };
  let runs = 0;
  const done = (ending: Ending): RepeatSummary => ({
    ...total,
    ending,
    seconds: (performance.now() - start) / 1000,
    runs,
  });
  for (;;) {
    const now = performance.now();
    rates.next(integer(session.environment.now()));
    const iteration: Iteration = {
      seconds: runs === 0 ? 0 : (now - previous) / 1000,
      growth: (keyOf, startOf) => rates.growth(keyOf, startOf),
    };
    previous = now;
    sink.begin({ ...headerOf(select, session), round: runs });
    try {
      total = sumOf(total, await runPlan(plan, sink, own, iteration));
      sink.end();
    } catch (error) {
      const isInterrupted = signal?.aborted === true && error === signal.reason;
      // Gateways that were there come back.
      const isOutage = runs > 0 && error instanceof CtqError && error.code === NONE_ANSWERED && session.incomplete;
      if (!isInterrupted && !isOutage) throw error;
      if (sink.abandon) sink.abandon();
      else sink.end();
      if (isInterrupted) return done('interrupted');
      outages.note(error as CtqError);
    }
    outages.next();
    await session.release?.();
    runs++;
    if (total.isMet) return done('until');
    const congested = sink.ready?.();
    if (congested !== undefined && !(await unlessAborted(congested, signal))) return done('interrupted');
    const next = start + (Math.floor((performance.now() - start) / interval) + 1) * interval;
    if (!(await pauseUntil(Math.min(next, end), signal))) return done('interrupted');
    if (next >= end) return done('for');
  }
}

const sumOf = (sum: QuerySummary, run: QuerySummary): QuerySummary => ({
  rows: run.rows,
  read: sum.read + run.read,
  kept: sum.kept + run.kept,
  bytes: sum.bytes + run.bytes,
  repeats: sum.repeats + run.repeats,
  isMet: run.isMet,
});
