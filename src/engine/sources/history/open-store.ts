/** Where recorded flows are: in files, or in ClickHouse. What loads an engine is loaded by the first query of it. */
import { isServer } from '../../../lang/schema/history-server.js';
import type { HistoryStore } from './history-store.js';

/** @throws CtqError if it cannot be opened; the signal's reason */
export async function openStore(store: string, signal?: AbortSignal): Promise<HistoryStore> {
  if (isServer(store)) {
    const { ServerStore } = await import('./clickhouse/store.js');
    return ServerStore.open(store, signal);
  }
  const { FileStore } = await import('./files/store.js');
  return new FileStore(store);
}
