import type { Ending, RepeatSummary, WatchSummary } from '../../engine/watch/summary.js';

const ENDINGS = {
  limit: '',
  until: ', until was met',
  for: '',
  interrupted: ', interrupted',
  source: '',
} as const satisfies Record<Ending, string>;

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
const time = (seconds: number): string => `${seconds.toFixed(1)} s`;

/** One line about a watch that has ended: `1204 events in 10.0 s, 31 shown, 3 lost`. */
export function watchLine(summary: WatchSummary, grouped: boolean): string {
  const { read, kept, dropped, seconds, ending } = summary;
  const met = kept === read && !grouped ? '' : `, ${kept} ${grouped ? 'counted' : 'shown'}`;
  const lost = dropped === 0 ? ', none lost' : `, ${dropped} lost`;
  return `${counted(read, 'event')} in ${time(seconds)}${met}${lost}${ENDINGS[ending]}`;
}

export const repeatLine = ({ runs, seconds, ending }: RepeatSummary): string =>
  `${counted(runs, 'run')} in ${time(seconds)}${ENDINGS[ending]}`;
