import type { HistoryServer } from '../../../../lang/schema/history-server.js';
import { Connection } from './connection.js';

/** Whether the server has the tables already. @throws CtqError if it cannot be reached, or is too old */
export async function isPrepared(server: HistoryServer, signal?: AbortSignal): Promise<boolean> {
  return withServer(server, async connection => {
    await connection.checkVersion(signal);
    const [[tables]] = await connection.all(
      "SELECT count() FROM system.tables WHERE database = {p1:String} AND name = 'ctq_schema'",
      [{ type: 'VARCHAR', value: server.database }],
      signal,
    );
    return Number(tables) > 0;
  });
}

/** Runs the statements that make the tables, in order. @throws CtqError */
export async function prepareTables(server: HistoryServer, statements: readonly string[]): Promise<void> {
  await withServer(server, async connection => {
    for (const statement of statements) await connection.run(statement);
  });
}

/** The database may not exist yet. */
async function withServer<T>(server: HistoryServer, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.open(server, 'default');
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
