import type { CheckedSelect, Place, Typed } from '../../lang/check/checked-ast.js';
import { compile, type Getter, type Reading } from '../../lang/evaluate/evaluate.js';
import type { Integer } from '../../lang/values/value.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import type { Session } from '../query/context.js';
import { messagesOf, type Traffic } from '../query/exec/read/messages.js';
import { readingOf } from '../query/exec/select.js';
import { planSelect } from '../query/plan/plan.js';
import type { ChangeCounts } from './summary.js';

/** Which entries a change means. */
export interface Target {
  readonly table: 'conntrack' | 'expect';
  readonly place?: Place;
  readonly where?: Typed;
  readonly limit?: Integer;
}

/** The query that finds them. */
export function queryOf({ table, place, where, limit }: Target): CheckedSelect {
  return {
    kind: 'select',
    from: { kind: 'table', table },
    ...(place ? { place } : {}),
    distinct: false,
    joins: [],
    ...(where ? { where } : {}),
    orderBy: [],
    ...(limit === undefined ? {} : { limit }),
    offset: 0,
    zero: false,
    output: { modifiers: [] },
  };
}

/** What reads the rows of a target, its subqueries being done. */
export async function readTarget(
  target: Target,
  session: Session,
  expressions: readonly Typed[] = [],
): Promise<Reading<MessageView>> {
  const select = queryOf(target);
  // Further expressions stand where columns do, so that their subqueries are read as well.
  const columns = expressions.map((expr, index) => ({ name: String(index), expr }));
  return readingOf(expressions.length > 0 ? { ...select, columns } : select, session);
}

/**
 * Goes through the entries that meet the condition, however the kernel filtered: each one is checked by all of it.
 * @param visit sees each; the view moves on afterwards
 * @param between runs between two chunks of the dump
 */
export async function eachMatch(
  target: Target,
  session: Session,
  reading: Reading<MessageView>,
  tally: ChangeCounts,
  visit: (view: MessageView) => void,
  between?: () => Promise<void> | undefined,
): Promise<void> {
  const plan = planSelect(queryOf(target), session);
  const meets: Getter<MessageView> = target.where ? compile(target.where, reading) : () => true;
  let left = target.limit === undefined ? Number.POSITIVE_INFINITY : Number(target.limit);
  if (left <= 0) return;
  const view = new MessageView();
  view.context = contextAt(reading.now ?? 0);
  const traffic: Traffic = { bytes: 0, repeats: 0 };
  for await (const { bytes } of messagesOf(plan, session, traffic)) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      tally.read++;
      if (meets(view) !== true) continue;
      tally.matched++;
      visit(view);
      if (--left === 0) return;
    }
    const wait = between?.();
    if (wait !== undefined) await wait;
  }
}
