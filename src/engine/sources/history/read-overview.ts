/** What a history contains, for `show history`. */
import { isServer, serverOf } from '../../../lang/schema/history-server.js';
import type { Connection } from './clickhouse/connection.js';
import type { Overview } from './history-overview.js';
import type { Extent } from './history-store.js';

/** @param store a folder, or the address of a server @throws CtqError if there is no history */
export const overviewOf = async (store: string, signal?: AbortSignal): Promise<Overview> =>
  isServer(store)
    ? atServer(store, signal, async connection =>
        (await import('./clickhouse/overview.js')).serverOverview(connection, signal),
      )
    : (await import('./files/overview.js')).folderOverview(store);

/** The times that the history of a server covers, and its gateways; undefined without flows. @throws CtqError; the signal's reason */
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
