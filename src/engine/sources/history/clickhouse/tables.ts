/** The tables of a history in ClickHouse: what `prepare history` makes. ctq never alters a table. */

import { RECORDED, RECORDED_FIELDS, type RecordedField, type Stored } from '../../../../lang/schema/history.js';
import type { HistoryServer } from '../../../../lang/schema/history-server.js';
import { SCHEMA_VERSION } from './connection.js';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
}

const TIME = "DateTime64(3, 'UTC')";
const TYPES: Readonly<Record<Exclude<Stored, 'labels'>, string>> = {
  address: 'Nullable(IPv6)',
  time: `Nullable(${TIME})`,
  text: 'LowCardinality(Nullable(String))',
  event: "Enum8('new' = 1, 'update' = 2, 'destroy' = 3)",
  u8: 'Nullable(UInt8)',
  u16: 'Nullable(UInt16)',
  u32: 'Nullable(UInt32)',
  u64: 'Nullable(UInt64)',
};
/** Of what every row has. */
const ALWAYS: Readonly<Partial<Record<RecordedField, string>>> = { gateway: 'LowCardinality(String)', stop: TIME };
const CODECS: Readonly<Partial<Record<Stored, string>>> = {
  address: 'CODEC(ZSTD(1))',
  time: 'CODEC(Delta, ZSTD(1))',
  u64: 'CODEC(T64, ZSTD(1))',
  u32: 'CODEC(ZSTD(1))',
};

/** The columns of a field in the table `flows`. */
export function tableColumnsOf(field: RecordedField): readonly TableColumn[] {
  const { column, stored } = RECORDED[field];
  if (stored === 'labels') return ['hi', 'lo'].map(half => ({ name: `${column}_${half}`, type: 'Nullable(UInt64)' }));
  return [{ name: column, type: ALWAYS[field] ?? TYPES[stored] }];
}

/** The table of each kind of segment that a recorder sends, and its columns in order. */
export const TABLES = {
  flows: RECORDED_FIELDS.flatMap(tableColumnsOf),
  losses: [
    { name: 'gateway', type: 'LowCardinality(String)' },
    { name: 'netns', type: 'LowCardinality(String)' },
    { name: 'lost_from', type: TIME },
    { name: 'lost_until', type: TIME },
    { name: 'events', type: 'Nullable(UInt64)' },
    { name: 'reason', type: 'LowCardinality(String)' },
  ],
  recorders: [
    { name: 'gateway', type: 'LowCardinality(String)' },
    { name: 'netns', type: 'LowCardinality(String)' },
    { name: 'recorded_since', type: TIME },
    { name: 'recorded_until', type: TIME },
    { name: 'has_ended', type: 'UInt8' },
    { name: 'fields', type: 'String' },
  ],
} as const satisfies Record<string, readonly TableColumn[]>;

export type SentTable = keyof typeof TABLES;

/** Counters that the sums of an hour have. */
export const SUMMED = ['orig_packets', 'orig_bytes', 'reply_packets', 'reply_bytes'] as const;
/** What the sums of an hour are grouped by, besides the hour. */
export const HOUR_KEYS = ['gateway', 'netns', 'event', 'proto', 'orig_src', 'orig_dport'] as const;

/** Tokens that a table remembers: a segment that is sent again within the next 10,000 is inserted once. */
const WINDOW = 10_000;

/** How long rows are kept, in seconds. */
export interface Keeping {
  readonly flows: number;
  readonly hours: number;
}

interface Definition {
  readonly name: string;
  readonly columns: readonly string[];
  readonly engine: string;
  readonly key: string;
  readonly partition?: string;
  readonly ttl?: string;
  readonly settings?: readonly string[];
}

const columnText = ({ name, type }: TableColumn, codec?: string): string =>
  `${name} ${type}${codec === undefined ? '' : ` ${codec}`}`;

const DAY = 86_400;
const interval = (seconds: number): string =>
  seconds % DAY === 0 ? `INTERVAL ${seconds / DAY} DAY` : `INTERVAL ${seconds} SECOND`;
const expiring = (column: string, seconds: number): string => `toDateTime(${column}) + ${interval(seconds)}`;

function definitions({ flows, hours }: Keeping): readonly Definition[] {
  const typeOf = (column: string): string => TABLES.flows.find(({ name }) => name === column)?.type ?? '';
  return [
    {
      name: 'flows',
      columns: [
        ...RECORDED_FIELDS.flatMap(field =>
          tableColumnsOf(field).map(column => columnText(column, CODECS[RECORDED[field].stored])),
        ),
        'INDEX nat (reply_dst, reply_dport) TYPE bloom_filter(0.01) GRANULARITY 1',
        'INDEX dst orig_dst TYPE bloom_filter(0.01) GRANULARITY 1',
        'INDEX since since TYPE minmax GRANULARITY 1',
      ],
      engine: 'MergeTree',
      partition: 'toYYYYMMDD(stop)',
      key: '(toStartOfHour(stop), orig_src, orig_dst, stop)',
      ttl: expiring('stop', flows),
      settings: ['allow_nullable_key = 1', 'ttl_only_drop_parts = 1'],
    },
    {
      name: 'flows_1h',
      columns: [
        "hour DateTime('UTC')",
        ...HOUR_KEYS.map(name => `${name} ${typeOf(name)}`),
        'rows SimpleAggregateFunction(sum, UInt64)',
        ...SUMMED.flatMap(name => [
          `sum_${name} SimpleAggregateFunction(sum, UInt128)`,
          `rows_${name} SimpleAggregateFunction(sum, UInt64)`,
        ]),
      ],
      engine: 'AggregatingMergeTree',
      partition: 'toYYYYMMDD(hour)',
      key: `(hour, ${HOUR_KEYS.join(', ')})`,
      ttl: `hour + ${interval(hours)}`,
      settings: ['allow_nullable_key = 1', 'ttl_only_drop_parts = 1'],
    },
    {
      name: 'losses',
      columns: TABLES.losses.map(each => columnText(each)),
      engine: 'MergeTree',
      key: '(lost_from, gateway)',
      ttl: expiring('lost_until', flows),
    },
    {
      name: 'recorders',
      columns: TABLES.recorders.map(each => columnText(each)),
      engine: 'ReplacingMergeTree(recorded_until)',
      key: '(gateway, netns)',
    },
    { name: 'ctq_schema', columns: ['version UInt32', 'made DateTime'], engine: 'MergeTree', key: 'tuple()' },
  ];
}

const VIEW = `SELECT toStartOfHour(stop) AS hour, ${HOUR_KEYS.join(', ')}, count() AS rows,
  ${SUMMED.map(name => `sum(toUInt128(ifNull(${name}, 0))) AS sum_${name}, count(${name}) AS rows_${name}`).join(',\n  ')}
FROM FLOWS
GROUP BY hour, ${HOUR_KEYS.join(', ')}`;

/** The statements that make the tables; of a cluster, those to be run on it. */
export function tableStatements(server: HistoryServer, keeping: Keeping): readonly string[] {
  const { database, cluster } = server;
  const on = cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`;
  const local = cluster === undefined ? '' : '_local';
  const statements = [`CREATE DATABASE IF NOT EXISTS ${database}${on}`];
  for (const { name, columns, engine, key, partition, ttl, settings = [] } of definitions(keeping)) {
    const [, kind, version = ''] = /^(\w+)(?:\((\w+)\))?$/.exec(engine) ?? [];
    const window = `${cluster === undefined ? 'non_replicated' : 'replicated'}_deduplication_window = ${WINDOW}`;
    const replicated = `Replicated${kind}('/clickhouse/tables/{shard}/${database}/${name}', '{replica}'${version === '' ? '' : `, ${version}`})`;
    statements.push(
      [
        `CREATE TABLE IF NOT EXISTS ${database}.${name}${local}${on} (\n  ${columns.join(',\n  ')}\n)`,
        `ENGINE = ${cluster === undefined ? engine : replicated}`,
        ...(partition === undefined ? [] : [`PARTITION BY ${partition}`]),
        `ORDER BY ${key}`,
        ...(ttl === undefined ? [] : [`TTL ${ttl}`]),
        `SETTINGS ${[...settings, window].join(', ')}`,
      ].join('\n'),
    );
    if (cluster !== undefined)
      statements.push(
        `CREATE TABLE IF NOT EXISTS ${database}.${name}${on} AS ${database}.${name}_local\nENGINE = Distributed('${cluster}', '${database}', '${name}_local'${name === 'ctq_schema' ? ', 1' : ', cityHash64(gateway)'})`,
      );
  }
  statements.push(
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.flows_to_1h${on} TO ${database}.flows_1h${local} AS\n${VIEW.replace('FLOWS', `${database}.flows${local}`)}`,
    `INSERT INTO ${database}.ctq_schema SELECT ${SCHEMA_VERSION}, now()`,
  );
  return statements;
}
