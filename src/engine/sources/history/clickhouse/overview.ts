import { serverText } from '../../../../lang/schema/history-server.js';
import { integer } from '../../../../lang/values/value.js';
import { nanoseconds } from '../columns.js';
import type { HistoryOverview, Overview } from '../history-overview.js';
import type { Extent } from '../history-store.js';
import type { Connection } from './connection.js';

const FLOWS = `SELECT gateway, ifNull(netns, '') AS netns, min(stop), max(stop), count() FROM flows
GROUP BY gateway, netns ORDER BY gateway, netns`;
const LOSSES = 'SELECT gateway, netns, count(), sum(ifNull(events, 0)) FROM losses GROUP BY gateway, netns';
const SIZE = `SELECT sum(bytes_on_disk), count() FROM system.parts
WHERE database = {p1:String} AND table IN ('flows', 'flows_local') AND active`;

/** From the first to the last end of a flow: the server knows both without reading rows. Undefined without flows. */
export async function serverExtent(connection: Connection, signal?: AbortSignal): Promise<Extent | undefined> {
  const [[from, to, count]] = await connection.all('SELECT min(stop), max(stop), count() FROM flows', [], signal);
  return Number(count) === 0 ? undefined : { from: Number(from), to: Number(to) + 1 };
}

/** The gateways that have recorded to a server, each once. */
export const serverGateways = async (connection: Connection, signal?: AbortSignal): Promise<readonly string[]> =>
  (await connection.all('SELECT DISTINCT gateway FROM recorders ORDER BY gateway', [], signal)).map(([name]) =>
    String(name),
  );

/** What a history in ClickHouse contains. @throws CtqError */
export async function serverOverview(connection: Connection, signal?: AbortSignal): Promise<Overview> {
  const found = await connection.all(FLOWS, [], signal);
  const losses = new Map(
    (await connection.all(LOSSES, [], signal)).map(([gateway, netns, gaps, lost]) => [
      `${gateway} ${netns}`,
      { gaps: Number(gaps), lost: Number(lost) },
    ]),
  );
  const [[bytes, parts]] = await connection.all(SIZE, [{ type: 'VARCHAR', value: connection.server.database }], signal);
  const rows = found.map(
    ([gateway, netns, from, to, count]): HistoryOverview => ({
      gateway: String(gateway),
      netns: netns === '' ? null : String(netns),
      from: nanoseconds(from as bigint),
      to: nanoseconds(to as bigint),
      rows: integer(count as bigint),
      ...(losses.get(`${gateway} ${netns}`) ?? { gaps: 0, lost: 0 }),
    }),
  );
  return {
    rows,
    summary: `${Number(parts)} parts, ${Number(bytes)} bytes in ${serverText(connection.server)}`,
  };
}
