import { FILE, type Field, GATEWAY, NETNS, UINT32 } from './field.js';

const counter = (doc: string, rare = false): Field => ({
  type: 'integer',
  max: UINT32,
  doc,
  ...(rare ? { rare: true } : {}),
});

/** The fields of `stats`: one row a CPU. Source: struct ip_conntrack_stat, linux/netfilter/nf_conntrack_common.h. */
export const STATS_FIELDS = {
  cpu: counter('number of the CPU'),
  found: counter('lookups that found an entry in an unexpected way'),
  invalid: counter('packets that could not be tracked'),
  insert: counter('entries inserted through netlink'),
  insert_failed: counter('entries that could not be inserted'),
  drop: counter('packets dropped because tracking them failed'),
  early_drop: counter('entries dropped to make room while the table was full'),
  error: counter('packets rejected by a protocol tracker'),
  search_restart: counter('lookups that were restarted'),
  clash_resolve: counter('entries merged with another of the same tuple'),
  chain_toolong: counter('entries not inserted because their hash chain was too long'),
  gateway: GATEWAY,
  netns: NETNS,
  filename: FILE,
} as const satisfies Record<string, Field>;

/** The fields of `expect_stats`: one row a CPU. */
export const EXPECT_STATS_FIELDS = {
  cpu: counter('number of the CPU'),
  new: counter('expectations matched by a new connection'),
  create: counter('expectations created'),
  delete: counter('expectations deleted'),
  gateway: GATEWAY,
  netns: NETNS,
  filename: FILE,
} as const satisfies Record<string, Field>;

/** The fields of `sysctl`: the settings net.netfilter.nf_conntrack_*. */
export const SYSCTL_FIELDS = {
  name: { type: 'text', doc: 'name of the setting, beginning with nf_conntrack_' },
  value: { type: 'integer', doc: 'its current value', update: true },
  doc: { type: 'text', doc: 'what it does, with its unit' },
  gateway: GATEWAY,
  netns: NETNS,
} as const satisfies Record<string, Field>;
