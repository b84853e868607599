/** What a history contains, according to the names of its files. */
import type { Extent } from '../history-store.js';
import { allSegments, hoursOf } from './layout.js';
import { readStates } from './recording/journal.js';

const HOUR = 3_600_000;

/** The times that a history covers: within its first and last hour, by the reports of its recorders. Undefined for a folder without segments. */
export function extentOf(folder: string): Extent | undefined {
  const hours = hoursOf(folder);
  const isFilled = ({ path }: { readonly path: string }): boolean => allSegments(path).length > 0;
  const first = hours.find(isFilled);
  const last = hours.findLast(isFilled);
  if (first === undefined || last === undefined) return undefined;
  const states = readStates(folder);
  const since = Math.min(...states.map(({ recordedSince }) => recordedSince ?? 0));
  const until = Math.max(...states.map(({ recordedUntil }) => recordedUntil));
  return {
    from: Number.isFinite(since) && since < first.start + HOUR ? Math.max(since, first.start) : first.start,
    to: Number.isFinite(until) && until > last.start ? Math.min(until, last.start + HOUR) : last.start + HOUR,
  };
}

/** The gateways that have recorded to a folder, each once. */
export const gatewaysOf = (folder: string): readonly string[] =>
  [...new Set(readStates(folder).map(({ gateway }) => gateway))].sort();
