import { integer } from '../../../../lang/values/value.js';
import { nanoseconds } from '../columns.js';
import type { Overview } from '../history-overview.js';
import { filesToRead, segmentsText } from './files-to-read.js';
import { writerName } from './layout.js';
import { gapsIn } from './recording/journal.js';
import { damageOf, readAll } from './segment-reader.js';

const SQL = `SELECT gateway, netns, epoch_ms(min(stop)), epoch_ms(max(stop)), count(*) FROM read_parquet($1)
GROUP BY gateway, netns ORDER BY gateway, netns`;

/** What a folder of segments contains. @throws CtqError if there is no history in it */
export async function folderOverview(folder: string): Promise<Overview> {
  const all = { bounds: {} };
  const files = filesToRead(folder, all);
  const { paths, bytes } = files;
  const summary = `${segmentsText(paths.length)}, ${bytes} bytes in ${folder}`;
  const cut: string[] = [];
  const found = (await readAll(folder, SQL, all, files, path => cut.push(path))) as [
    string,
    string | null,
    bigint,
    bigint,
    bigint,
  ][];
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
  const notice = damageOf(cut);
  return { rows, summary, ...(notice === undefined ? {} : { notice }) };
}
