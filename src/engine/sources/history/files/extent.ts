/** What a history contains, according to the names of its files. */
import type { Extent } from '../history-store.js';
import { readStates } from './journal.js';
import { allSegments, hoursOf } from './layout.js';

const HOUR = 3_600_000;

/** How far a history goes, in whole hours; undefined for a folder without segments. */
export function extentOf(folder: string): Extent | undefined {
  const hours = hoursOf(folder);
  const isFilled = ({ path }: { readonly path: string }): boolean => allSegments(path).length > 0;
  const first = hours.find(isFilled);
  const last = hours.findLast(isFilled);
  return first && last && { from: first.start, to: last.start + HOUR };
}

/** The gateways that have recorded to a folder, each once. */
export const gatewaysOf = (folder: string): readonly string[] =>
  [...new Set(readStates(folder).map(({ gateway }) => gateway))].sort();
