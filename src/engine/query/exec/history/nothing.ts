import { extentOf } from '../../../sources/history/files/extent.js';
import { readStates } from '../../../sources/history/files/journal.js';
import type { QueryContext } from '../../context.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Warns that a range has no segments, with what the history has, and how to ask for it. */
export function warnOfNothing(folder: string, { warn }: Pick<QueryContext, 'warn'>): void {
  const extent = extentOf(folder);
  if (extent) {
    const { from, to } = extent;
    warn(
      `nothing was recorded in that range: the history goes from ${hourText(from)} to ${hourText(to)}`,
      `ask for a part of it: since '${hourText(Math.max(from, to - DAY))}'`,
    );
  } else if (readStates(folder).length > 0) {
    warn(
      `the history in ${folder} is empty: no flow has ended since it was begun`,
      'flows are recorded when they end, and appear within 10 s; flows that are open for 30 minutes, then',
    );
  } else {
    warn(
      `the history in ${folder} is empty: nothing records to it`,
      `record flows: watch from conntrack on destroy into '${folder}' keep 30d`,
    );
  }
}

const hourText = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
