import { FILE, type Field, GATEWAY, NETNS, PORTID, prefixed, RESYNC, UINT8, UINT16, UINT32, UINT64 } from './field.js';

/** The fields of a tuple: the addresses of one direction, and the identifiers of its protocol. */
const TUPLE = {
  src: { type: 'address', doc: 'source address', insert: true },
  dst: { type: 'address', doc: 'destination address', insert: true },
  sport: { type: 'port', doc: 'source port (TCP, UDP, UDPlite, SCTP, DCCP)', max: UINT16, insert: true },
  dport: { type: 'port', doc: 'destination port (TCP, UDP, UDPlite, SCTP, DCCP)', max: UINT16, insert: true },
  icmp_type: { type: 'integer', doc: 'type of the ICMP or ICMPv6 message', max: UINT8, insert: true, rare: true },
  icmp_code: { type: 'integer', doc: 'code of the ICMP or ICMPv6 message', max: UINT8, insert: true, rare: true },
  icmp_id: { type: 'integer', doc: 'identifier of the ICMP or ICMPv6 query', max: UINT16, insert: true, rare: true },
  srckey: { type: 'integer', doc: 'source call key (GRE)', max: UINT16, insert: true, rare: true },
  dstkey: { type: 'integer', doc: 'destination call key (GRE)', max: UINT16, insert: true, rare: true },
} as const satisfies Record<string, Field>;

/** The other fields of a direction. */
const DIRECTION = {
  zone: { type: 'integer', doc: 'zone of this direction alone', max: UINT16, insert: true, rare: true },
  vtag: { type: 'integer', doc: 'verification tag (SCTP)', max: UINT32, insert: true, update: true, rare: true },
  packets: { type: 'integer', doc: 'packets counted', max: UINT64, needs: 'nf_conntrack_acct' },
  bytes: {
    type: 'integer',
    unit: 'bytes',
    doc: 'bytes counted, IP headers included',
    max: UINT64,
    needs: 'nf_conntrack_acct',
  },
} as const satisfies Record<string, Field>;

const SEQADJ = {
  pos: { type: 'integer', doc: 'sequence number where the last adjustment took place', max: UINT32 },
  before: { type: 'integer', doc: 'offset applied before that position', max: UINT32 },
  after: { type: 'integer', doc: 'offset applied after that position', max: UINT32 },
} as const satisfies Record<string, Field>;

const TCP_DIRECTION = {
  wscale: { type: 'integer', doc: 'window scale factor', max: 14, insert: true, update: true, rare: true },
  flags: { type: 'flags', flags: 'tcp_flags', doc: 'flags of the TCP tracker', insert: true, update: true, rare: true },
} as const satisfies Record<string, Field>;

const SETTABLE = { insert: true, update: true, rare: true } as const;

const original = (doc: string): string => `${doc}, original direction`;
const reply = (doc: string): string => `${doc}, reply direction`;
const ofMaster = (doc: string): string => `${doc} of the master connection, original direction`;

const alias = <K extends keyof typeof TUPLE | 'vtag'>(name: K): Field => ({
  ...{ ...TUPLE, ...DIRECTION }[name],
  alias: `orig.${name}`,
  doc: `${original({ ...TUPLE, ...DIRECTION }[name].doc)}; short for orig.${name}`,
});

/** The fields of `conntrack`, `dying`, `unconfirmed`, and of snapshots of them. */
export const CONNTRACK_FIELDS = {
  family: {
    type: 'enum',
    vocabulary: 'family',
    doc: 'address family of the flow: ipv4, ipv6',
    insert: true,
    rare: true,
  },
  proto: { type: 'proto', doc: 'layer 4 protocol, by name or number', max: UINT8, insert: true },
  src: alias('src'),
  dst: alias('dst'),
  sport: alias('sport'),
  dport: alias('dport'),
  icmp_type: alias('icmp_type'),
  icmp_code: alias('icmp_code'),
  icmp_id: alias('icmp_id'),
  srckey: alias('srckey'),
  dstkey: alias('dstkey'),
  vtag: alias('vtag'),
  ...prefixed('orig', TUPLE, original),
  ...prefixed('orig', DIRECTION, original),
  ...prefixed('reply', TUPLE, reply),
  ...prefixed('reply', DIRECTION, reply),
  zone: {
    type: 'integer',
    doc: 'zone of both directions; 0 without one, null if only one direction has a zone',
    max: UINT16,
    insert: true,
  },
  state: {
    type: 'enum',
    vocabulary: 'state',
    doc: 'state of a TCP, SCTP or DCCP connection',
    insert: true,
    update: true,
  },
  status: {
    type: 'flags',
    flags: 'status',
    doc: 'status bits of the flow; UNREPLIED is the absence of SEEN_REPLY',
    insert: true,
    update: true,
  },
  timeout: { type: 'duration', doc: 'time left until the entry expires', insert: true, update: true },
  age: { type: 'duration', doc: 'time since the flow began', needs: 'nf_conntrack_timestamp' },
  start: { type: 'time', doc: 'when the flow began', needs: 'nf_conntrack_timestamp', rare: true },
  since: {
    type: 'time',
    doc: 'in the history, when this piece of a long flow began; start for a flow of one piece',
    rare: true,
    historyOnly: true,
  },
  stop: { type: 'time', doc: 'when the flow ended (in destroy events)', needs: 'nf_conntrack_timestamp', rare: true },
  packets: { type: 'integer', doc: 'packets of both directions', max: UINT64, needs: 'nf_conntrack_acct' },
  bytes: { type: 'integer', unit: 'bytes', doc: 'bytes of both directions', max: UINT64, needs: 'nf_conntrack_acct' },
  mark: { type: 'integer', doc: 'connection mark', max: UINT32, bits: true, insert: true, update: true },
  secmark: {
    type: 'integer',
    doc: 'security mark (older kernels; secctx replaces it)',
    max: UINT32,
    bits: true,
    rare: true,
  },
  secctx: { type: 'text', doc: 'security context', rare: true },
  id: {
    type: 'integer',
    doc: 'identifier assigned by the kernel; may repeat for a re-created flow',
    max: UINT32,
    rare: true,
  },
  use: { type: 'integer', doc: 'references held to the entry', max: UINT32, rare: true },
  labels: { type: 'labels', doc: 'connection labels, by the names of connlabel.conf', insert: true, update: true },
  helper: { type: 'text', doc: 'name of the helper attached', insert: true, update: true },
  nat: { type: 'enum', vocabulary: 'nat', doc: 'which addresses are translated: none, src, dst, both', rare: true },
  snat: { type: 'text', doc: 'translated source address and port', insert: true },
  dnat: { type: 'text', doc: 'translated destination address and port', insert: true },
  ...prefixed('master', { ...TUPLE, proto: { type: 'proto', doc: 'protocol', max: UINT8, insert: true } }, ofMaster, {
    rare: true,
  }),
  'tcp.state': { type: 'enum', vocabulary: 'tcp_state', doc: 'state of a TCP connection', ...SETTABLE },
  ...prefixed('tcp.orig', TCP_DIRECTION, original),
  ...prefixed('tcp.reply', TCP_DIRECTION, reply),
  'sctp.state': { type: 'enum', vocabulary: 'sctp_state', doc: 'state of an SCTP association', ...SETTABLE },
  'dccp.state': { type: 'enum', vocabulary: 'dccp_state', doc: 'state of a DCCP connection', ...SETTABLE },
  'dccp.role': {
    type: 'enum',
    vocabulary: 'dccp_role',
    doc: 'role of the originator of a DCCP connection',
    ...SETTABLE,
  },
  'dccp.handshake_seq': { type: 'integer', doc: 'sequence number of the DCCP handshake', max: UINT64, ...SETTABLE },
  ...prefixed('seqadj.orig', SEQADJ, original, SETTABLE),
  ...prefixed('seqadj.reply', SEQADJ, reply, SETTABLE),
  'synproxy.isn': { type: 'integer', doc: 'initial sequence number that SYNPROXY sent', max: UINT32, ...SETTABLE },
  'synproxy.its': { type: 'integer', doc: 'initial timestamp that SYNPROXY sent', max: UINT32, ...SETTABLE },
  'synproxy.tsoff': { type: 'integer', doc: 'timestamp offset of SYNPROXY', max: UINT32, ...SETTABLE },
  host: {
    type: 'address',
    doc: 'any of the four addresses',
    anyOf: ['orig.src', 'orig.dst', 'reply.src', 'reply.dst'],
  },
  port: {
    type: 'port',
    doc: 'any of the four ports',
    max: UINT16,
    anyOf: ['orig.sport', 'orig.dport', 'reply.sport', 'reply.dport'],
  },
  event: { type: 'enum', vocabulary: 'event', doc: 'new, update or destroy', watchOnly: true },
  event_time: {
    type: 'time',
    doc: 'when the event occurred, or where the kernel does not say it, when it was received',
    watchOnly: true,
    rare: true,
  },
  portid: PORTID,
  resync: RESYNC,
  gateway: GATEWAY,
  netns: NETNS,
  filename: FILE,
} as const satisfies Record<string, Field>;

export { TUPLE as TUPLE_FIELDS };
