import { statSync } from 'node:fs';
import { fileOf, namespaceOf, type Place } from '../../lang/schema/places.js';
import { membersOf, readFleet } from './fleet/members.js';
import { NetworkNamespace } from './kernel/namespace.js';
import type { SnapshotRows } from './snapshot/open.js';

/**
 * Checks that a namespace exists, that a fleet has members, or that a file can be read. Other hosts are not asked, and pipes not read.
 * @param snapshot opens the rows of a file
 * @throws CtqError if a statement would fail there
 */
export async function assertPlace(place: Place, snapshot: (path: string) => SnapshotRows): Promise<void> {
  const namespace = namespaceOf(place);
  if (typeof namespace === 'object') NetworkNamespace.open(namespace).close();
  if (place.kind === 'fleet') membersOf(readFleet(), place.names);
  const path = fileOf(place);
  if (path === undefined || path === '-' || isPipe(path)) return;
  for await (const _ of snapshot(path)) return;
}

function isPipe(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}
