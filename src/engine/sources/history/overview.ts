/** What a history contains, for `show history`. */
import { isServer, serverOf } from '../../../lang/schema/history-server.js';
import { integer } from '../../../lang/values/value.js';
import type { Connection } from './clickhouse/connection.js';
import { nanoseconds } from './columns.js';
import { gapsIn } from './files/journal.js';
import { writerName } from './files/layout.js';
import type { Overview } from './history-overview.js';
import type { Extent } from './history-store.js';
import { damageOf, filesToRead, readAll, segmentsText } from './reader.js';

const SQL = `SELECT gateway, netns, epoch_ms(min(stop)), epoch_ms(max(stop)), count(*) FROM read_parquet($1)
GROUP BY gateway, netns ORDER BY gateway, netns`;

/** @param store a folder, or the address of a server @throws CtqError if there is no history */
export const overviewOf = async (store: string, signal?: AbortSignal): Promise<Overview> =>
  isServer(store)
    ? atServer(store, signal, async connection =>
        (await import('./clickhouse/overview.js')).serverOverview(connection, signal),
      )
    : folderOverview(store);

/** How far the history of a server goes, and its gateways; undefined without flows. @throws CtqError; the signal's reason */
export const recordedAt = (
  store: string,
  signal: AbortSignal,
): Promise<(Extent & { readonly gateways: readonly string[] }) | undefined> =>
  atServer(store, signal, async connection => {
    const { serverExtent, serverGateways } = await import('./clickhouse/overview.js');
    const extent = await serverExtent(connection, signal);
    return extent && { ...extent, gateways: await serverGateways(connection, signal) };
  });

async function atServer<T>(
  store: string,
  signal: AbortSignal | undefined,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { Connection } = await import('./clickhouse/connection.js');
  const connection = await Connection.open(serverOf(store));
  try {
    await connection.check(signal);
    return await ask(connection);
  } finally {
    await connection.close();
  }
}

async function folderOverview(folder: string): Promise<Overview> {
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
