/** What a history contains, for `show history`. */
import { type Integer, integer } from '../../../lang/values/value.js';
import { nanoseconds } from './columns.js';
import { openReader } from './duckdb.js';
import { gapsIn } from './files/journal.js';
import { writerName } from './files/layout.js';
import { filesToRead } from './reader.js';

export interface HistoryOverview {
  readonly gateway: string;
  readonly netns: string | null;
  /** ns since the epoch: the first and the last end of a flow. */
  readonly from: Integer;
  readonly to: Integer;
  readonly rows: Integer;
  /** Times in which flows are missing. */
  readonly gaps: number;
  /** Events known to be lost in them. */
  readonly lost: number;
}

const SQL = `SELECT gateway, netns, epoch_ms(min(stop)), epoch_ms(max(stop)), count(*) FROM read_parquet($1)
GROUP BY gateway, netns ORDER BY gateway, netns`;

/** @throws CtqError where there is no history */
export async function overviewOf(
  folder: string,
): Promise<{ rows: HistoryOverview[]; bytes: number; segments: number }> {
  const { paths, bytes } = filesToRead(folder, { bounds: {} });
  if (paths.length === 0) return { rows: [], bytes, segments: 0 };
  const { duckdb, connection, close } = await openReader(folder);
  try {
    const statement = await connection.prepare(SQL);
    statement.bindList(1, duckdb.listValue([...paths]), duckdb.LIST(duckdb.VARCHAR));
    const found = (await statement.runAndReadAll()).getRows() as [string, string | null, bigint, bigint, bigint][];
    const gaps = gapsIn(folder, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const rows = found.map(([gateway, netns, from, to, count]) => {
      const own = gaps.filter(({ writer }) => writer === writerName(gateway, netns ?? ''));
      return {
        gateway,
        netns,
        from: nanoseconds(from),
        to: nanoseconds(to),
        rows: integer(count),
        gaps: own.length,
        lost: own.reduce((sum, gap) => sum + (gap.count ?? 0), 0),
      };
    });
    return { rows, bytes, segments: paths.length };
  } finally {
    close();
  }
}
