import { dumpFlows } from '../../ctnetlink/requests/requests.js';
import { decodeTuple, type Tuple } from '../../ctnetlink/tuple.js';
import type { TupleView } from '../../ctnetlink/view/tuple-view.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import type { Source } from '../../sources/source.js';
import { describeTuple } from '../describe.js';
import { RequestBatch } from './batch.js';
import { deleteEntry } from './entry-request.js';

/** The message of an expectation that is not in zone 0. */
export type Unfound = Uint8Array;

/** The zones of all flows that have a helper, by their original tuple: where the masters of expectations are. */
export async function zonesOfMasters(source: Source, signal?: AbortSignal): Promise<Map<string, number[]>> {
  const zones = new Map<string, number[]>();
  const view = new MessageView();
  for await (const { bytes } of source.dump(dumpFlows(), signal)) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      const zone = view.zone >= 0 ? view.zone : Math.max(view.orig.zone, view.reply.zone);
      if (zone <= 0 || view.helper === null) continue;
      const name = nameOf(view, view.orig);
      zones.set(name, [...(zones.get(name) ?? []), zone]);
    }
  }
  return zones;
}

/** A master's name; its tuple is told without the zone that it may have in its direction. */
export const masterName = (family: number, { src, dst, ...keys }: Tuple): string =>
  `${family} ${describeTuple({ ...keys, zone: undefined }, src, dst)}`;

const nameOf = (view: MessageView, tuple: TupleView): string => {
  const decoded = decodeTuple(tuple, 'master');
  return decoded === undefined ? '' : masterName(view.family, decoded);
};

/**
 * The kernel finds an expectation by the zone of its master, but tells it of none: those that are not in zone 0 are looked
 * for in the zones in which there is a flow like their master. The id guards against another one of the same tuple.
 */
export async function retryInZones(
  source: Source,
  rows: readonly Unfound[],
  signal?: AbortSignal,
): Promise<{ found: Uint8Array[]; gone: number }> {
  const zones = await zonesOfMasters(source, signal);
  const found = new Set<Uint8Array>();
  const block = new RequestBatch<Uint8Array>(source, signal, (row, { errno, error }) => {
    if (errno === 0) found.add(row);
    else if (errno !== ERRNO.ENOENT && error) throw error;
  });
  const view = new MessageView();
  for (const row of rows) {
    view.set(row, 0);
    for (const zone of zones.get(nameOf(view, view.master)) ?? []) block.add(deleteEntry(view, zone), row);
  }
  await block.send();
  return { found: [...found], gone: rows.length - found.size };
}
