import type { Ending } from '../../engine/query/context.js';
import type { RepeatSummary } from '../../engine/query/repeat/repeat.js';
import type { Absence, WatchSummary } from '../../engine/watch/summary.js';

const ENDINGS = {
  limit: '',
  until: ', until was met',
  for: '',
  interrupted: ', interrupted',
  source: '',
} as const satisfies Record<Ending, string>;

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
const time = (seconds: number): string => `${seconds.toFixed(1)} s`;

/** `3.1 s of gw1 missing`; of several, the longest time. */
function missingTime(absences: readonly Absence[]): string {
  if (absences.length === 1) return `${time(absences[0].seconds)} of ${absences[0].name} missing`;
  return `up to ${time(Math.max(...absences.map(({ seconds }) => seconds)))} of ${absences.length} gateways missing`;
}

/** One line about a finished watch: `1204 events in 10.0 s, 31 shown, 3 lost`. @param isLeft it was ended by the key for it */
export function watchLine(summary: WatchSummary, grouped: boolean, isLeft = false): string {
  const { read, kept, existing, resynced, unshown, dropped, seconds, ending, isLive, absences } = summary;
  const shown = grouped ? 'counted' : 'shown';
  const events = kept - existing - resynced;
  return (
    [
      `${counted(read, 'event')} in ${time(seconds)}`,
      ...(events === read ? [] : [`${events} ${shown}`]),
      ...(existing === 0 ? [] : [`${existing} ${shown} that ${existing === 1 ? 'was' : 'were'} there before`]),
      ...(isLive ? [dropped === 0 ? 'none lost' : `${dropped} lost`] : []),
      ...(absences.length === 0 ? [] : [missingTime(absences)]),
      ...(resynced === 0 ? [] : [`${counted(resynced, 'change')} found by resync`]),
      ...(unshown === 0 ? [] : [`${unshown} not shown because the output is not read`]),
    ].join(', ') + endingOf(ending, isLeft)
  );
}

export const repeatLine = ({ runs, seconds, ending }: RepeatSummary, isLeft: boolean): string =>
  `${counted(runs, 'run')} in ${time(seconds)}${endingOf(ending, isLeft)}`;

const endingOf = (ending: Ending, isLeft: boolean): string =>
  ending === 'interrupted' && isLeft ? '' : ENDINGS[ending];
