import { isServer } from '../../../../lang/schema/history-server.js';
import { isoSeconds } from '../../../../lang/values/iso-time.js';
import type { HistoryStore } from '../../../sources/history/history-store.js';
import type { Bounds } from '../../../sources/history/sql/bounds.js';
import type { QueryContext } from '../../context.js';

const DAY = 86_400_000;

/**
 * Warns where a range has no flow because none was recorded in it, with what the history has, and how to ask for it.
 * @param name the folder or the server
 */
export async function warnOfNothing(
  store: HistoryStore,
  name: string,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Bounds,
  { warn }: Pick<QueryContext, 'warn'>,
): Promise<void> {
  const extent = await store.extent();
  if (extent) {
    if (from < extent.to && to > extent.from && isServer(name)) return;
    warn(
      `nothing was recorded in that range: the history goes from ${isoSeconds(extent.from)} to ${isoSeconds(extent.to)}`,
      `ask for a part of it: since '${isoSeconds(Math.max(extent.from, extent.to - DAY))}'`,
    );
  } else if ((await store.missing(0, 0)).recorders.length > 0) {
    warn(
      `the history in ${name} is empty: no end of a flow was received since it was begun`,
      'flows appear within 10 s of their end, those that last after 30 minutes; ends of flows that began before the recorder are received only with nf_conntrack_events = 1',
    );
  } else {
    warn(
      `the history in ${name} is empty: nothing records to it`,
      `record flows: watch from conntrack on destroy into '${name}'${isServer(name) ? '' : ' keep 30d'}`,
    );
  }
}
