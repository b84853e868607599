import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { Iteration } from '../../../engine/query/exec/iteration.js';
import type { Growth } from '../../../engine/query/exec/pipeline.js';
import { runPlan } from '../../../engine/query/exec/select.js';
import { Collector } from '../../../engine/query/exec/subqueries.js';
import { planSelect } from '../../../engine/query/plan/plan.js';
import type { CheckedSelect } from '../../../lang/checked/ast.js';
import { integer, type Value } from '../../../lang/values/value.js';
import type { Observer } from './observer.js';

/**
 * Reads the table in groups: the engine's grouped query, with rates from the observer instead of from a copy of the table.
 * @param select has the aggregates rate(*), rate(packets) and rate(bytes), in this order
 * @throws CtqError as a select does; the signal's reason
 */
export async function lookAtGroups(
  select: CheckedSelect,
  observer: Observer,
  session: QueryContext,
): Promise<readonly (readonly Value[])[]> {
  const plan = planSelect(select, session);
  const rows = new Collector();
  observer.begin(integer(session.environment.now()), select.where === undefined);
  const { seconds } = observer.totals;
  const iteration: Iteration = { seconds, growth: <Row>() => growthOf<Row>(observer, seconds) };
  await runPlan(plan, rows, session, iteration);
  observer.complete();
  return rows.rows;
}

/** The values of rate(*), rate(packets) and rate(bytes) for each flow. */
function growthOf<Row>(observer: Observer, seconds: number): Growth<Row> {
  const { rates } = observer;
  // Counters are integers, and so are sums of them.
  const increase = (rate: number | null): Value => (rate === null ? null : Math.round(rate * seconds));
  const getters: ((view: MessageView) => Value)[] = [
    view => {
      observer.see(view);
      return rates.isNew ? true : null;
    },
    () => increase(rates.packets),
    () => increase(rates.bytes),
  ];
  return {
    of: () => {
      const getter = getters.shift();
      if (getter === undefined) throw new Error('three rates are expected');
      return getter as (row: Row) => Value;
    },
  };
}
