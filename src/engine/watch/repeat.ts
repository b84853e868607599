import type { CheckedSelect } from '../../lang/typed.js';
import { integer } from '../../lang/values.js';
import { headerOf } from '../query/header.js';
import { planSelect } from '../query/plan.js';
import type { Round } from '../query/round.js';
import { runPlan } from '../query/select.js';
import type { QuerySummary, Session } from '../query/session.js';
import type { Sink } from '../query/sink.js';
import { unlessAborted } from '../source/abortable.js';
import { Increases } from './increase.js';
import { pauseUntil } from './pause.js';
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
  const increases = new Increases();
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
    const round: Round = {
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
