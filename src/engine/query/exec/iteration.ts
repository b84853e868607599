import type { TableId } from '../../../lang/schema/catalogue.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { identity } from '../plan/identity.js';
import type { GroupTaker, Growth } from './pipeline.js';

/** Identifies a row across the runs of a repeated query. */
export type RowKey = number | string;

/** One run of a query. */
export interface Iteration {
  /** Seconds since the previous run began; 0 in the first run. */
  readonly seconds: number;
  /** Takes the groups in place of the sink, to be merged with those of other machines. */
  readonly groups?: GroupTaker;
  /** Keeps values from run to run; undefined if there is only one run. */
  growth?<Row>(keyOf: (row: Row) => RowKey, beganAt: (row: Row) => Value): Growth<Row>;
}

export const SINGLE_ITERATION: Iteration = { seconds: 0 };

/** The key of an entry across runs. It is cheap: it is computed for every entry. */
export function rowKeyOf(table: TableId): (view: MessageView) => RowKey {
  const keyOf = keyWithin(table);
  return view => (view.origin === null ? keyOf(view) : `${view.origin}/${keyOf(view)}`);
}

function keyWithin(table: TableId): (view: MessageView) => RowKey {
  if (table === 'stats' || table === 'expect_stats') return view => view.cpu;
  return view => {
    const { id } = view;
    const tuple = view.isExpectation ? view.tuple : view.orig;
    if (id < 0) return identity(tuple, view.family, view.zone);
    // Ids are hashes of 32 bits: of a million flows about a hundred collide, but hardly with the same port.
    return id * 65_536 + Math.max(tuple.sport, tuple.icmpId, 0);
  };
}
