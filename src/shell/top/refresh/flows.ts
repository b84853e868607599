import { contextAt } from '../../../engine/ctnetlink/row-context.js';
import { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { QueryContext } from '../../../engine/query/context.js';
import { messagesOf, type Traffic } from '../../../engine/query/exec/read/messages.js';
import { readingOf } from '../../../engine/query/exec/select.js';
import { Sorter } from '../../../engine/query/exec/sort/sorter.js';
import { atOnce, Pace } from '../../../engine/query/exec/steps.js';
import { planSelect } from '../../../engine/query/plan/plan.js';
import type { CheckedSelect } from '../../../lang/checked/ast.js';
import { compile } from '../../../lang/evaluate/evaluate.js';
import { namespaceName } from '../../../lang/schema/places.js';
import type { Value } from '../../../lang/values/value.js';
import type { Observer } from './observer.js';
import type { RateTable } from './rate-table.js';

/** A flow that is shown. */
export interface SeenFlow {
  readonly view: MessageView;
  /** Per second; null if unknown. */
  readonly packets: number | null;
  readonly bytes: number | null;
}

/** What flows are sorted by. */
export interface FlowOrder {
  /** @param rates those of this flow */
  readonly keys: readonly ((view: MessageView, rates: RateTable) => Value)[];
  readonly descending: boolean;
}

/**
 * Reads the table, and keeps the first `limit` flows in an order.
 * @param limit at most 2000
 * @throws CtqError as a select does; the signal's reason
 */
export async function lookAtFlows(
  select: CheckedSelect,
  { keys: [first, ...others], descending }: FlowOrder,
  limit: number,
  observer: Observer,
  session: QueryContext,
): Promise<readonly SeenFlow[]> {
  const plan = planSelect(select, session);
  const reading = await readingOf(select, session);
  const where = plan.where && compile(plan.where, reading);
  const { rates } = observer;
  const sorter = new Sorter<SeenFlow>([descending, ...others.map(() => descending)], limit);
  const pace = new Pace(session.signal);
  const place = plan.request.kind === 'file' ? null : namespaceName(plan.place ?? session.place);
  const traffic: Traffic = { bytes: 0, repeats: 0 };
  const view = new MessageView();
  const keep = (): SeenFlow => ({ view: view.keep(), packets: rates.packets, bytes: rates.bytes });
  const { readCount = { rows: 0, isFiltered: false } } = session;
  observer.begin(reading.now ?? 0, where === undefined);
  for await (const chunk of messagesOf(plan, session, traffic)) {
    const { bytes } = chunk;
    view.context = contextAt(reading.now ?? 0, chunk, place);
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      readCount.rows++;
      if (where !== undefined && where(view) !== true) continue;
      observer.see(view);
      const key = first(view, rates);
      if (sorter.mayTake(key)) sorter.add([key, ...others.map(other => other(view, rates))], keep);
    }
    const pause = pace.pause();
    if (pause !== undefined) await pause;
  }
  observer.complete();
  return atOnce(sorter.take());
}
