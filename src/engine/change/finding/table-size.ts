import { decodeGlobalStats, type GlobalStats } from '../../ctnetlink/codec/stats.js';
import { dumpExpectations, getStats } from '../../ctnetlink/requests/requests.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import type { QueryContext } from '../../query/context.js';
import type { Source } from '../../sources/source.js';

/** The kernel's own numbers: entries in this namespace, and the maximum of the whole machine. */
export async function readGlobalStats(source: Source): Promise<GlobalStats> {
  const view = new MessageView();
  let stats: GlobalStats = {};
  for (const message of await source.exchange(getStats())) {
    view.set(message, 0);
    stats = decodeGlobalStats(view);
  }
  return stats;
}

/** The number of entries of a table. The kernel counts flows; expectations, of which there are few, are dumped. */
export async function countEntries(
  table: 'conntrack' | 'expect',
  source: Source,
  { signal }: Pick<QueryContext, 'signal'>,
): Promise<number> {
  if (table === 'conntrack') return (await readGlobalStats(source)).ENTRIES ?? 0;
  const view = new MessageView();
  let count = 0;
  for await (const { bytes } of source.dump(dumpExpectations(), signal)) {
    for (let at = 0; at < bytes.length; count++) at = view.set(bytes, at);
  }
  return count;
}
