/**
 * The only definition of the tables and their fields. Checking, completion, `help`, `describe`, the reference page and the
 * output columns read it; the engine adds how each field is read from and written to messages.
 */
import { CONNTRACK_FIELDS } from './fields/conntrack.js';
import { EXPECT_FIELDS } from './fields/expect.js';
import type { Field } from './fields/field.js';
import { EXPECT_STATS_FIELDS, STATS_FIELDS, SYSCTL_FIELDS } from './fields/statistics.js';

export type { Field, FlagSet, Vocabulary } from './fields/field.js';

export type ConntrackField = keyof typeof CONNTRACK_FIELDS;
export type ExpectField = keyof typeof EXPECT_FIELDS;
export type StatsField = keyof typeof STATS_FIELDS;
export type ExpectStatsField = keyof typeof EXPECT_STATS_FIELDS;

/** Fields that mean several others (`host`, `port`), and aliases: neither is read from a message. */
type Derived<T> = { [K in keyof T]: T[K] extends { readonly anyOf: readonly string[] } ? K : never }[keyof T];
type Aliased = 'src' | 'dst' | 'sport' | 'dport' | 'icmp_type' | 'icmp_code' | 'icmp_id' | 'srckey' | 'dstkey' | 'vtag';

/** The fields of a flow that have a reader of their own. */
export type FlowField = Exclude<ConntrackField, Derived<typeof CONNTRACK_FIELDS> | Aliased>;
/** The fields of an expectation that have a reader of their own. */
export type ExpectationField = Exclude<ExpectField, Derived<typeof EXPECT_FIELDS>>;

export const TABLE_NAMES = ['conntrack', 'expect', 'dying', 'unconfirmed', 'stats', 'expect_stats', 'sysctl'] as const;
export type TableId = (typeof TABLE_NAMES)[number];

/** The operations of a table. */
export type Operation = 'select' | 'watch' | 'get' | 'insert' | 'update' | 'delete' | 'flush';

export interface Table {
  readonly name: TableId;
  readonly doc: string;
  readonly fields: Readonly<Record<string, Field>>;
  readonly operations: readonly Operation[];
  /** The word for a row, singular and plural. */
  readonly rows: readonly [string, string];
}

export const TABLES = {
  conntrack: {
    name: 'conntrack',
    doc: 'the connections',
    fields: CONNTRACK_FIELDS,
    operations: ['select', 'watch', 'get', 'insert', 'update', 'delete', 'flush'],
    rows: ['flow', 'flows'],
  },
  expect: {
    name: 'expect',
    doc: 'the expectations: connections that a helper expects',
    fields: EXPECT_FIELDS,
    operations: ['select', 'watch', 'get', 'insert', 'delete', 'flush'],
    rows: ['expectation', 'expectations'],
  },
  dying: {
    name: 'dying',
    doc: 'connections whose destroy event has not been delivered yet',
    fields: CONNTRACK_FIELDS,
    operations: ['select'],
    rows: ['flow', 'flows'],
  },
  unconfirmed: {
    name: 'unconfirmed',
    doc: 'connections whose first packet has not left yet (always empty since Linux 5.19)',
    fields: CONNTRACK_FIELDS,
    operations: ['select'],
    rows: ['flow', 'flows'],
  },
  stats: {
    name: 'stats',
    doc: 'statistics of connection tracking, per CPU',
    fields: STATS_FIELDS,
    operations: ['select'],
    rows: ['CPU', 'CPUs'],
  },
  expect_stats: {
    name: 'expect_stats',
    doc: 'statistics of expectations, per CPU',
    fields: EXPECT_STATS_FIELDS,
    operations: ['select'],
    rows: ['CPU', 'CPUs'],
  },
  sysctl: {
    name: 'sysctl',
    doc: 'the settings net.netfilter.nf_conntrack_*',
    fields: SYSCTL_FIELDS,
    operations: ['select', 'update'],
    rows: ['setting', 'settings'],
  },
} as const satisfies Record<TableId, Table>;

/** The table of a name, in any case; undefined if there is none. */
export function tableOf(name: string): Table | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(TABLES, key) ? TABLES[key as TableId] : undefined;
}

/** The field of a name in any case, aliases resolved; undefined if there is none. */
export function fieldOf(table: Table, name: string): { name: string; field: Field } | undefined {
  const key = name.toLowerCase();
  if (!Object.hasOwn(table.fields, key)) return undefined;
  const field = table.fields[key];
  return field.alias === undefined ? { name: key, field } : { name: field.alias, field: table.fields[field.alias] };
}
