import { serverOf, serverText } from '../../../../lang/schema/history-server.js';
import type { Value } from '../../../../lang/values/value.js';
import { recorderName } from '../files/layout.js';
import type { Gap } from '../files/recording/journal.js';
import { type Extent, type HistoryStore, type Missing, outputsOf, type Reads } from '../history-store.js';
import { CLICKHOUSE } from '../sql/clickhouse.js';
import type { HistoryQuery } from '../sql/compile.js';
import { Connection } from './connection.js';
import { serverExtent } from './overview.js';

/** A recorder reports every minute; a segment may wait for a while. */
const LATE = 3 * 60_000;
const DAY = 86_400_000;
/** Times that ClickHouse has, in ms. */
const FIRST_TIME = 0;
const LAST_TIME = 9_214_646_400_000;

const GAPS = `SELECT gateway, netns, lost_from, lost_until, events, reason FROM losses
WHERE lost_until >= {p1:DateTime64(3, 'UTC')} AND lost_from < {p2:DateTime64(3, 'UTC')} ORDER BY lost_from`;
const RECORDERS = `SELECT gateway, netns, min(recorded_since), max(recorded_until), argMax(fields, recorded_until)
FROM recorders GROUP BY gateway, netns`;

/** Recorded flows in ClickHouse. */
export class ServerStore implements HistoryStore {
  readonly dialect = CLICKHOUSE;
  readonly #connection: Connection;
  read = { rows: 0, bytes: 0 };

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws CtqError if it cannot be reached, is too old, or has no history; the signal's reason */
  static async open(store: string, signal?: AbortSignal): Promise<ServerStore> {
    const connection = await Connection.open(serverOf(store));
    try {
      await connection.check(signal);
      return new ServerStore(connection);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get notice(): string | undefined {
    return this.#connection.notice;
  }

  /** What the server says that it would read. */
  async reads(query: HistoryQuery, explains: boolean): Promise<Reads> {
    if (!explains) return { text: '', bytes: 0, isEmpty: false };
    const found = await this.#connection.all(`EXPLAIN ESTIMATE ${query.sql}`, query.parameters);
    const sum = (index: number): number => found.reduce((total, row) => total + Number(row[index]), 0);
    const [database, table] = found[0] ?? [this.#connection.server.database, query.source];
    return {
      text: `about ${sum(3)} rows in ${sum(2)} parts (${sum(4)} granules) of ${String(database)}.${String(table)} at ${serverText(this.#connection.server)}`,
      bytes: 0,
      isEmpty: false,
    };
  }

  async missing(from: number, to: number): Promise<Missing> {
    const bound = (ms: number) =>
      ({ type: 'TIMESTAMP_MS', value: BigInt(Math.min(Math.max(ms, FIRST_TIME), LAST_TIME)) }) as const;
    const [gaps, recorders, extent] = await Promise.all([
      this.#connection.all(GAPS, [bound(from), bound(to)]),
      this.#connection.all(RECORDERS, []),
      this.extent(),
    ]);
    // The server deletes whole days.
    const kept = extent === undefined ? 0 : Math.floor(extent.from / DAY) * DAY;
    return {
      gaps: gaps.map(([gateway, netns, first, last, events, reason]) => ({
        recorder: recorderName({ gateway: String(gateway), netns: String(netns) }),
        from: Number(first),
        to: Number(last),
        count: events === null ? null : Number(events),
        reason: reason as Gap['reason'],
      })),
      recorders: recorders.map(([gateway, netns, since, until, fields]) => ({
        gateway: String(gateway),
        netns: String(netns),
        recordedSince: Math.max(Number(since), kept),
        recordedUntil: Number(until),
        ...(fields === '' ? {} : { fields: String(fields).split(',') }),
        hint: `see the messages of its recorder on ${String(gateway)}`,
      })),
      late: LATE,
    };
  }

  extent(): Promise<Extent | undefined> {
    return serverExtent(this.#connection);
  }

  async *rows(query: HistoryQuery, signal?: AbortSignal): AsyncGenerator<Iterable<readonly Value[]>> {
    const { rows, read } = await this.#connection.ask(query.sql, query.parameters, signal);
    this.read = read;
    const valuesOf = outputsOf(query);
    for await (const batch of rows) yield values(batch, valuesOf);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

function* values(
  batch: Iterable<readonly unknown[]>,
  valuesOf: ReturnType<typeof outputsOf>,
): Generator<readonly Value[]> {
  for (const cells of batch) yield valuesOf(column => cells[column]);
}
