import { integer } from '../../../../lang/values/value.js';
import { nanoseconds } from '../columns.js';
import { openReader } from '../duckdb.js';
import { filesToRead } from '../reader.js';
import type { Overview } from '../store.js';
import { gapsIn } from './journal.js';
import { writerName } from './layout.js';

const SQL = `SELECT gateway, netns, epoch_ms(min(stop)), epoch_ms(max(stop)), count(*) FROM read_parquet($1)
GROUP BY gateway, netns ORDER BY gateway, netns`;

/** @throws CtqError where there is no history */
export async function folderOverview(folder: string): Promise<Overview> {
  const { paths, bytes } = filesToRead(folder, { bounds: {} });
  const summary = `${paths.length} ${paths.length === 1 ? 'segment' : 'segments'}, ${bytes} bytes in ${folder}`;
  if (paths.length === 0) return { rows: [], summary };
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
    return { rows, summary };
  } finally {
    close();
  }
}
