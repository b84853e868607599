/** Words of SQL, nft(8), ss(8), conntrack(8), pf and what they are here. All in lower case. */

import { protocolNumber } from './flags.js';

/** Words for fields of flows → the field, or `=` and a hint. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  address: 'host',
  all: '=name the columns; without any, whole entries are shown: select from conntrack',
  everything: '=name the columns; without any, whole entries are shown: select from conntrack',
  addr: 'host',
  client: 'src',
  count: '=write: count(*)',
  daddr: 'dst',
  dest: 'dst',
  destination: 'dst',
  dest_ip: 'dst',
  dest_port: 'dport',
  destip: 'dst',
  device: '=connection tracking does not record interfaces; a zone or a mark may distinguish them',
  dev: '=connection tracking does not record interfaces; a zone or a mark may distinguish them',
  dip: 'dst',
  dst_ip: 'dst',
  dst_port: 'dport',
  dstip: 'dst',
  dstport: 'dport',
  duration: 'age',
  expires: 'timeout',
  expire: 'timeout',
  flags: 'status',
  iface: '=connection tracking does not record interfaces; a zone or a mark may distinguish them',
  iif: '=connection tracking does not record interfaces; a zone or a mark may distinguish them',
  interface: '=connection tracking does not record interfaces; a zone or a mark may distinguish them',
  ip: 'host',
  l3proto: 'family',
  l4proto: 'proto',
  label: 'labels',
  mine: '=write: src is mine',
  namespace: 'netns',
  'nat.dst': '=write: dnat = ADDRESS, or reply.src',
  'nat.src': '=write: snat = ADDRESS, or reply.dst',
  now: '=write: now()',
  oif: '=connection tracking does not record interfaces; a zone or a mark may distinguish them',
  orig: '=a direction is the first part of a field name: orig.src, orig.dst, orig.bytes',
  original: '=a direction is the first part of a field name: orig.src, orig.dst, orig.bytes',
  'orig-zone': 'orig.zone',
  pid: '=connection tracking does not record processes; ss -p shows them',
  pkts: 'packets',
  process: '=connection tracking does not record processes; ss -p shows them',
  protonum: 'proto',
  reply: '=a direction is the first part of a field name: reply.src, reply.dst, reply.bytes',
  'reply-zone': 'reply.zone',
  saddr: 'src',
  server: 'dst',
  service: '=write: service(dport); the address of a service is a dst',
  sip: 'src',
  size: 'bytes',
  source: 'src',
  source_ip: 'src',
  source_port: 'sport',
  sourceip: 'src',
  src_ip: 'src',
  src_port: 'sport',
  srcip: 'src',
  srcport: 'sport',
  started: 'start',
  time: 'start',
  timestamp: 'start',
  today: "=a day is quoted: start > 'today'; or age < 1d",
  ttl: 'timeout',
  uid: '=connection tracking does not record users; ss -e shows them',
  user: '=connection tracking does not record users; ss -e shows them',
  yesterday: "=a day is quoted: start > 'yesterday'",
  current_date: '=write: now()',
  current_time: '=write: now()',
  current_timestamp: '=write: now()',
  localtime: '=write: now()',
  natted: '=write: nat != none',
  sysdate: '=write: now()',
  'zone-orig': 'orig.zone',
  'zone-reply': 'reply.zone',
};

const PERCENTILES = '=write: p95(bytes); there are p50, p90, p95 and p99';

const DEVIATION = '=write: p95(bytes) - p50(bytes), which single large values do not change';
const LIST = '=write: list(dport), which has each value once';

/** Functions of SQL → the function here, or `=` and a hint. */
const FUNCTION_WORDS: Readonly<Record<string, string>> = {
  all: '=write: bytes > (select max(bytes) from …)',
  any: '=write: dport in (80, 443), or src in (select src from …)',
  getdate: '=write: now()',
  ceiling: 'ceil',
  char_length: 'length',
  cnt: 'count',
  date_bin: 'bucket',
  date_trunc: '=write: bucket(start, 1h)',
  string_agg: LIST,
  group_concat: LIST,
  array_agg: LIST,
  collect_set: LIST,
  group_uniq_array: LIST,
  values: LIST,
  listagg: LIST,
  stddev: DEVIATION,
  stddev_pop: DEVIATION,
  stddev_samp: DEVIATION,
  variance: DEVIATION,
  strftime: '=write: bucket(start, 1h), or cast(start as text)',
  extract: '=a time as seconds since 1970: start::integer; by the hour: bucket(start, 1h)',
  ifnull: 'coalesce',
  iif: 'if',
  isnull: 'coalesce',
  mean: 'avg',
  median: 'p50',
  mod: '=write: mark % 2',
  nullif: '=write: case when a != b then a end',
  nvl: 'coalesce',
  approx_percentile: PERCENTILES,
  pg_size_pretty: '=sizes have units on a terminal; elsewhere: output tsv, human',
  percentile: PERCENTILES,
  percentile_cont: PERCENTILES,
  percentile_disc: PERCENTILES,
  quantile: PERCENTILES,
  on: '=write: select distinct src from conntrack, or group by src',
  strlen: 'length',
  substring: 'substr',
  btrim: 'trim',
  left: '=write: substr(helper, 1, 3)',
  right: '=write: substr(helper, -3)',
  to_char: '=write: cast(start as text)',
  truncate: 'trunc',
};

const FLAG_WORDS: Readonly<Record<string, string>> = {
  dnat: 'DST_NAT',
  snat: 'SRC_NAT',
  nat: 'any (SRC_NAT, DST_NAT)',
  natted: 'any (SRC_NAT, DST_NAT)',
  replied: 'SEEN_REPLY',
  seen: 'SEEN_REPLY',
  expect: 'EXPECTED',
};

const PROTOCOL_WORDS: Readonly<Record<string, string>> = {
  icmp6: 'icmpv6',
  ipv6_icmp: 'icmpv6',
  'udp-lite': 'udplite',
};

const SERVICE_WORDS: Readonly<Record<string, string>> = {
  dns: 'domain',
  mail: 'smtp',
  postgres: 'postgresql',
  rdp: 'ms-wbt-server',
  ssl: 'https',
  tls: 'https',
  web: 'http',
};

const STATE_WORDS: Readonly<Record<string, string>> = {
  closed: 'CLOSE, of SCTP CLOSED',
  closing: 'CLOSE_WAIT or LAST_ACK',
  'fin-wait': 'FIN_WAIT',
  fin_wait1: 'FIN_WAIT',
  fin_wait2: 'FIN_WAIT',
  listen: '=sockets listen, not flows: ss -l shows them',
  listening: '=sockets listen, not flows: ss -l shows them',
  new: 'SYN_SENT; the first packet of other protocols: status has UNREPLIED',
  open: 'ESTABLISHED',
  syn: 'SYN_SENT',
};

/** Settings of other shells. */
const SETTING_WORDS: Readonly<Record<string, string>> = {
  autocomplete: 'menu',
  background: 'theme',
  border: '=write: set format = box',
  colors: 'color',
  colour: 'color',
  colours: 'color',
  completion: 'menu',
  dryrun: 'dry_run',
  edit_mode: 'editing',
  emacs: '=write: set editing = emacs',
  expanded: '=write: set layout = vertical',
  fmt: 'format',
  headers: 'header',
  keybindings: 'editing',
  keymap: 'editing',
  keys: 'editing',
  limit: 'rows',
  linestyle: '=write: set format = box',
  max_rows: 'rows',
  maxrows: 'rows',
  mode: 'format',
  multiline: 'enter',
  netns: '=write: use netns NAME',
  null: 'null_text',
  nullvalue: 'null_text',
  output: 'format',
  pagination: 'pager',
  preview: 'dry_run',
  safe: 'confirm',
  simulate: 'dry_run',
  timer: 'timing',
  vertical: '=write: set layout = vertical',
  vi: '=write: set editing = vi',
  vim: '=write: set editing = vi',
  width: 'layout',
};

/** Formats of other shells. */
const FORMAT_WORDS: Readonly<Record<string, string>> = {
  aligned: 'table',
  ascii: 'table',
  column: 'table',
  columns: 'table',
  compact: 'table',
  duckbox: 'box',
  expanded: 'vertical',
  insert: '=write: output save, from which entries can be made again',
  latex: '=there are markdown, html and csv',
  line: 'vertical',
  lines: 'vertical',
  list: 'tsv',
  ndjson: 'jsonl',
  parquet: '=write csv or jsonl, which DuckDB reads',
  pretty: 'box',
  quote: 'csv',
  tabs: 'tsv',
  trash: "=to discard a result: … output tsv to '/dev/null'",
  unaligned: 'tsv',
  unicode: 'box',
  wrapped: 'table',
  yaml: '=write: output json',
};

/** Tables of other tools. */
const TABLE_WORDS: Readonly<Record<string, string>> = {
  all: '=conntrack is the table of the connections',
  connection: 'conntrack',
  connections: 'conntrack',
  entries: 'conntrack',
  expectation: 'expect',
  expectations: 'expect',
  expected: 'expect',
  flow: 'conntrack',
  flows: 'conntrack',
  history: '=write: from conntrack in history since now() - 1h',
  nat: '=write: from conntrack where nat != none',
  nf_conntrack: 'conntrack',
  session: 'conntrack',
  sessions: 'conntrack',
  settings: 'sysctl',
  states: 'conntrack',
  statistics: 'stats',
  table: '=conntrack is the table of the connections',
};

/** Events of other tools. */
const EVENT_WORDS: Readonly<Record<string, string>> = {
  add: 'new',
  begin: 'new',
  change: 'update',
  close: 'destroy',
  closed: 'destroy',
  create: 'new',
  delete: 'destroy',
  deleted: 'destroy',
  end: 'destroy',
  expire: 'destroy',
  insert: 'new',
  open: 'new',
  remove: 'destroy',
  start: 'new',
};

const lookUp = (words: Readonly<Record<string, string>>, word: string): string | undefined => {
  const key = word.toLowerCase();
  if (!Object.hasOwn(words, key)) return undefined;
  const meant = words[key];
  return meant.startsWith('=') ? meant.slice(1) : `did you mean ${meant}?`;
};

/** Hints for words of other tools; undefined if there is none. */
export const fieldSynonym = (word: string): string | undefined => lookUp(FIELD_WORDS, word);
export const functionSynonym = (word: string): string | undefined => lookUp(FUNCTION_WORDS, word);
export const flagSynonym = (word: string): string | undefined => lookUp(FLAG_WORDS, word);
export const protocolSynonym = (word: string): string | undefined => lookUp(PROTOCOL_WORDS, word);
export const serviceSynonym = (word: string): string | undefined => lookUp(SERVICE_WORDS, word);
export const tableSynonym = (word: string): string | undefined => lookUp(TABLE_WORDS, word);
export const eventSynonym = (word: string): string | undefined => lookUp(EVENT_WORDS, word);
export const formatSynonym = (word: string): string | undefined => lookUp(FORMAT_WORDS, word);
export const settingSynonym = (word: string): string | undefined => lookUp(SETTING_WORDS, word);
export const stateSynonym = (word: string): string | undefined => lookUp(STATE_WORDS, word);

/** `update sysctl set nf_conntrack_max = …`: a setting is a row of that table. */
export const settingHint = (table: string, name: string): string | undefined =>
  table === 'sysctl' && /^(?:net\.netfilter\.)?nf_conntrack_/.test(name)
    ? `a setting is a row: where name = '${name.replace(/^net\.netfilter\./, '')}'; the field value has its value`
    : undefined;

/** The condition that a protocol alone means: `ipv6` is the family, though the protocol of tunnels has that name, too. */
export function protocolCondition(word: string): string | undefined {
  const name = word.toLowerCase();
  if (name === 'ipv4' || name === 'ipv6') return `family = ${name}`;
  return protocolNumber(name) === undefined ? undefined : `proto = ${name}`;
}

/** The flag that a word after `state =` means: UNREPLIED, REPLIED. */
export function intendedFlag(word: string, names: readonly string[]): string | undefined {
  const upper = word.toUpperCase();
  if (names.includes(upper)) return upper;
  if (/^UN_?REPLY$|^NO_?REPLY$/.test(upper)) return 'UNREPLIED';
  return upper === 'REPLIED' || upper === 'REPLY' ? 'SEEN_REPLY' : undefined;
}
