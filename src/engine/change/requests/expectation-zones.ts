import { decodeTuple, type Tuple } from '../../ctnetlink/codec/tuple.js';
import { dumpFlows } from '../../ctnetlink/requests/requests.js';
import type { TupleView } from '../../ctnetlink/view/tuple-view.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import type { Source } from '../../sources/source.js';
import { describeTuple } from '../describe.js';
import { RequestBatch } from './batch.js';
import { deleteEntry } from './entry-request.js';

/**
 * The kernel finds an expectation by the zone of its master, but does not report that zone. So the zones are those of the
 * flows that equal the master and have a helper.
 */

/** The zones, other than 0, of all flows that have a helper, by `masterKey`. */
export async function readMasterZones(source: Source, signal?: AbortSignal): Promise<Map<string, number[]>> {
  const zones = new Map<string, number[]>();
  const view = new MessageView();
  for await (const { bytes } of source.dump(dumpFlows(), signal)) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      const zone = view.zone >= 0 ? view.zone : Math.max(view.orig.zone, view.reply.zone);
      if (zone <= 0 || view.helper === null) continue;
      const key = keyOfView(view, view.orig);
      zones.set(key, [...(zones.get(key) ?? []), zone]);
    }
  }
  return zones;
}

/** Identifies a master by its family and original tuple, without a zone. */
export const masterKey = (family: number, { src, dst, ...rest }: Tuple): string =>
  `${family} ${describeTuple({ ...rest, zone: undefined }, src, dst)}`;

const keyOfView = (view: MessageView, tuple: TupleView): string => {
  const decoded = decodeTuple(tuple, 'master');
  return decoded === undefined ? '' : masterKey(view.family, decoded);
};

/**
 * Deletes expectations whose masters may be in a zone other than 0. The id protects another expectation with the same tuple.
 * @param rows messages of expectations that were not found in zone 0
 */
export async function deleteInMasterZones(
  source: Source,
  rows: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<{ deleted: Uint8Array[]; gone: number }> {
  const zones = await readMasterZones(source, signal);
  const deleted = new Set<Uint8Array>();
  const batch = new RequestBatch<Uint8Array>(source, signal, (row, { errno, error }) => {
    if (errno === 0) deleted.add(row);
    else if (errno !== ERRNO.ENOENT && error) throw error;
  });
  const view = new MessageView();
  for (const row of rows) {
    view.set(row, 0);
    for (const zone of zones.get(keyOfView(view, view.master)) ?? []) batch.add(deleteEntry(view, zone), row);
  }
  await batch.send();
  return { deleted: [...deleted], gone: rows.length - deleted.size };
}
