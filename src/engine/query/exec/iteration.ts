import type { TableId } from '../../../lang/schema/catalogue.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { identity } from '../plan/identity.js';
import type { Growth } from './pipeline.js';

/** What names a row from one run of a query to the next. */
export type RowKey = number | string;

/** One of the runs of a query. */
export interface Iteration {
  /** Since the run before began; 0 in the first, or only, one. */
  readonly seconds: number;
  /** Remembers values from run to run; undefined where there is one run only. */
  growth?<Row>(keyOf: (row: Row) => RowKey, beganAt: (row: Row) => Value): Growth<Row>;
}

export const SINGLE_ITERATION: Iteration = { seconds: 0 };

/** What an entry of a table is known by from run to run: cheap, since every entry is asked. */
export function rowKeyOf(table: TableId): (view: MessageView) => RowKey {
  const keyOf = keyWithin(table);
  return view => (view.netns === null ? keyOf(view) : `${view.netns}/${keyOf(view)}`);
}

function keyWithin(table: TableId): (view: MessageView) => RowKey {
  if (table === 'stats' || table === 'expect_stats') return view => view.cpu;
  return view => {
    const { id } = view;
    const tuple = view.isExpectation ? view.tuple : view.orig;
    if (id < 0) return identity(tuple, view.family, view.zone);
    // Ids are hashes of 32 bits: of a million flows a hundred share theirs, but hardly with the same port.
    return id * 65_536 + Math.max(tuple.sport, tuple.icmpId, 0);
  };
}
