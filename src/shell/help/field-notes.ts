/** What help says of fields beyond the catalogue: the meaning of flags and states, and an example. */
import type { STATUS_FLAGS } from '../../lang/schema/constants.js';
import type { Example, Glossary } from './topic.js';

/** Meaning of the status bits: enum ip_conntrack_status, include/uapi/linux/netfilter/nf_conntrack_common.h. */
const STATUS_NOTES: Readonly<Record<keyof typeof STATUS_FLAGS, string>> = {
  EXPECTED: 'an expectation announced the flow, such as the data channel of FTP',
  SEEN_REPLY: 'packets were seen in both directions; without it the flow is UNREPLIED',
  ASSURED: 'traffic in both directions has settled; not dropped early when the table is full',
  CONFIRMED: 'the first packet left this host; always set for entries in the table',
  SRC_NAT: 'the source is translated',
  DST_NAT: 'the destination is translated',
  SEQ_ADJUST: 'TCP sequence numbers are adjusted, because a helper changed the length of the data',
  SRC_NAT_DONE: 'source NAT was considered, and decided for the flow',
  DST_NAT_DONE: 'destination NAT was considered, and decided for the flow',
  DYING: 'the entry is being removed',
  FIXED_TIMEOUT: 'packets do not renew the timeout',
  TEMPLATE: 'a template of a ct rule, not a flow',
  UNTRACKED: 'no longer used by the kernel',
  HELPER: 'a rule chose the helper, not the port',
  OFFLOAD: 'packets take the flow table (fast path), past conntrack; counters may lag',
  HW_OFFLOAD: 'packets are forwarded by the network card',
};

const FIELDS: Readonly<Record<string, Example>> = {
  status: { query: 'select from conntrack where not status has ASSURED', what: 'flows that may be dropped early' },
  nat: { query: 'select from conntrack where nat has dst', what: 'destination NAT, also with masquerading' },
  state: { query: 'select state, count(*) from conntrack where proto = tcp group by state', what: 'flows by state' },
  src: { query: 'select src, count(*) from conntrack group by src order by 2 desc limit 10', what: 'busiest sources' },
  dport: { query: 'select from conntrack where dport in (http, https, 8000..8999)', what: 'names and ranges' },
  mark: { query: 'select from conntrack where mark = 0x1200/0xff00', what: 'some bits of the mark' },
  timeout: { query: 'select from conntrack where timeout < 30s', what: 'flows that expire soon' },
  labels: { query: 'select labels, count(*) from conntrack group by labels', what: 'flows by label' },
  snat: { query: 'select from conntrack where snat = 203.0.113.1', what: 'flows translated to an address' },
  dnat: { query: 'select from conntrack where dnat = 10.0.0.5:80', what: 'flows translated to a server' },
  host: { query: 'select from conntrack where host = 10.0.1.2', what: 'in either direction, before or after NAT' },
  port: { query: 'select from conntrack where port = 53', what: 'in either direction' },
  bytes: { query: 'select from conntrack where bytes > 10MiB order by bytes desc', what: 'the largest flows' },
  zone: { query: 'select zone, count(*) from conntrack group by zone', what: 'flows by zone' },
};

/** The meaning of each word of a field; empty if it needs none. */
export const notesOf = (flags: string | undefined): Glossary =>
  flags === 'status'
    ? [...Object.entries(STATUS_NOTES), ['UNREPLIED', 'no answer was seen: SEEN_REPLY is not set']]
    : [];

export const exampleOf = (field: string): Example | undefined =>
  Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
