import type { CheckedSelect, Place, Typed } from '../../../lang/checked/ast.js';
import { selectFrom } from '../../../lang/checked/selects.js';
import { compile, type EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { Getter, Integer } from '../../../lang/values/value.js';
import { contextAt } from '../../ctnetlink/row-context.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import type { QueryContext } from '../../query/context.js';
import { messagesOf, type Traffic } from '../../query/exec/read/messages.js';
import { planSelect } from '../../query/plan/plan.js';
import type { ChangeRun } from '../change-run.js';
import { readingOfChange } from './whole-lists.js';

/** The entries that a change is about. */
export interface Target {
  readonly table: 'conntrack' | 'expect';
  readonly place?: Place;
  readonly where?: Typed;
  readonly limit?: Integer;
}

/** The query that finds them. */
export const selectOfTarget = ({ table, place, where, limit }: Target): CheckedSelect =>
  selectFrom({ kind: 'table', table }, { place, where, limit });

/**
 * How expressions read the rows of a target, after its subqueries have been run.
 * @param expressions further expressions, whose subqueries are run as well
 */
export async function readingOfTarget(
  target: Target,
  session: QueryContext,
  expressions: readonly Typed[] = [],
): Promise<EvalContext<MessageView>> {
  const select = selectOfTarget(target);
  const columns = expressions.map((expr, index) => ({ name: String(index), expr }));
  return readingOfChange(expressions.length > 0 ? { ...select, columns } : select, session);
}

/**
 * Visits the entries that meet the condition. Each entry is checked by the whole condition, whatever the kernel filtered.
 * @param visit called for each; the view is moved on afterwards
 * @param between called between two chunks of the dump
 */
export async function eachMatch(
  target: Target,
  { session, counts, options: { found, only } }: ChangeRun,
  reading: EvalContext<MessageView>,
  visit: (view: MessageView) => void,
  between?: () => Promise<void> | undefined,
): Promise<void> {
  const plan = planSelect(selectOfTarget(target), session);
  const meets: Getter<MessageView> = target.where ? compile(target.where, reading) : () => true;
  let left = target.limit === undefined ? Number.POSITIVE_INFINITY : Number(target.limit);
  if (left <= 0) return;
  const view = new MessageView();
  view.context = contextAt(reading.now ?? 0);
  const traffic: Traffic = { bytes: 0, repeats: 0 };
  for await (const { bytes } of messagesOf(plan, session, traffic)) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      counts.read++;
      if (meets(view) !== true) continue;
      if (only?.has(view) === false) {
        counts.later++;
        continue;
      }
      counts.matched++;
      found?.add(view);
      visit(view);
      if (--left === 0) return;
    }
    const wait = between?.();
    if (wait !== undefined) await wait;
  }
  if (only !== undefined) counts.missed = Math.max(0, only.size - counts.matched);
}
