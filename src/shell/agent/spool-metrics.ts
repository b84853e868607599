import { waitingIn } from '../../engine/sources/history/clickhouse/spool.js';
import type { Family } from './metrics.js';

/** The flows that wait for servers of the history. @param folder of all spools @throws Error where it cannot be read */
export function spoolFamilies(folder: string): readonly Family[] {
  const all = waitingIn(folder);
  const family = (name: string, help: string, value: (of: (typeof all)[number]) => number | undefined): Family => ({
    name: `ctq_history_spool_${name}`,
    type: 'gauge',
    help,
    samples: all.flatMap(each => {
      const number = value(each);
      return number === undefined ? [] : [[{ server: each.server, writer: each.recorder }, number] as const];
    }),
  });
  return [
    family('segments', 'Segments of flows that wait for the server.', ({ segments }) => segments),
    family('bytes', 'Their size.', ({ bytes }) => bytes),
    family('oldest_timestamp_seconds', 'Time of the oldest flows that wait.', ({ oldest }) =>
      oldest === undefined ? undefined : oldest / 1000,
    ),
  ];
}
