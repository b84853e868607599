/**
 * How each field is read from a message. One reader per field of the catalogue: a missing one does not compile.
 */
import type {
  ExpectationField,
  ExpectStatsField,
  FlowField,
  StatsField,
  TableId,
} from '../../../lang/schema/catalogue.js';
import { DCCP_ROLES, DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { add, type Integer, multiply, subtract, type Value } from '../../../lang/values/value.js';
import { NLM_F_MULTI, UNKNOWN_PORT } from '../../netlink/constants.js';
import type { Codec } from '../codec/codec.js';
import { SIMPLE_FIELDS, type SimpleField } from '../codec/simple-fields.js';
import { AF_INET6, CTA_STATS, CTA_STATS_EXP, IPPROTO } from '../constants.js';
import type { MessageView, TupleView } from '../view/view.js';
import { translated } from './nat.js';

export type FieldReader = (view: MessageView) => Value;

const SECOND = 1_000_000_000;

/** The view returns -1 for an attribute that is absent. */
const orNull = <T extends Integer>(n: T): T | null => (n < 0 ? null : n);
const seconds = (n: number): Integer | null => (n < 0 ? null : multiply(n, SECOND));
const name = (names: readonly string[], code: number): string | null =>
  code < 0 ? null : (names[code] ?? String(code));

const family: FieldReader = view => (view.family === AF_INET6 ? 'ipv6' : view.family === 2 ? 'ipv4' : null);

type TupleField = 'src' | 'dst' | 'sport' | 'dport' | 'icmp_type' | 'icmp_code' | 'icmp_id' | 'srckey' | 'dstkey';

/** The fields of a tuple. GRE's call keys use the attributes of ports. */
function tupleReaders(of: (view: MessageView) => TupleView): Record<TupleField | 'proto', FieldReader> {
  return {
    src: view => of(view).srcAddress(),
    dst: view => of(view).dstAddress(),
    sport: view => {
      const tuple = of(view);
      return tuple.proto === IPPROTO.GRE ? null : orNull(tuple.sport);
    },
    dport: view => {
      const tuple = of(view);
      return tuple.proto === IPPROTO.GRE ? null : orNull(tuple.dport);
    },
    icmp_type: view => orNull(of(view).icmpType),
    icmp_code: view => orNull(of(view).icmpCode),
    icmp_id: view => orNull(of(view).icmpId),
    srckey: view => {
      const tuple = of(view);
      return tuple.proto === IPPROTO.GRE ? orNull(tuple.sport) : null;
    },
    dstkey: view => {
      const tuple = of(view);
      return tuple.proto === IPPROTO.GRE ? orNull(tuple.dport) : null;
    },
    proto: view => orNull(of(view).proto),
  };
}

const orig = tupleReaders(view => view.orig);
const reply = tupleReaders(view => view.reply);
const master = tupleReaders(view => view.master);
const expected = tupleReaders(view => view.tuple);
const mask = tupleReaders(view => view.mask);
const natTuple = tupleReaders(view => view.natTuple);

const both = (a: Integer, b: Integer): Integer | null => (a < 0 ? orNull(b) : b < 0 ? a : add(a, b));

function state(view: MessageView): string | null {
  if (view.tcpState >= 0) return name(TCP_STATES, view.tcpState);
  if (view.sctpState >= 0) return name(SCTP_STATES, view.sctpState);
  return name(DCCP_STATES, view.dccpState);
}

/** Without any zone attribute the zone is 0; with a zone in one direction only, there is no common zone. */
function zone(view: MessageView): number | null {
  if (view.zone >= 0) return view.zone;
  return view.orig.zone >= 0 || view.reply.zone >= 0 ? null : 0;
}

function nat(view: MessageView): string | null {
  const { status } = view;
  if (status < 0) return null;
  const src = (status & STATUS_FLAGS.SRC_NAT) !== 0;
  const dst = (status & STATUS_FLAGS.DST_NAT) !== 0;
  return src ? (dst ? 'both' : 'src') : dst ? 'dst' : 'none';
}

function age(view: MessageView): Integer | null {
  const { start } = view;
  if (start < 0) return null;
  const { stop } = view;
  return subtract(stop > 0 ? stop : view.now, start);
}

/** Entries of a dump, which a watch may show first, are not events: dump replies are multipart. */
const isFromDump = (view: MessageView): boolean => (view.flags & NLM_F_MULTI) !== 0;
const eventName: FieldReader = view => (isFromDump(view) ? null : view.event);
const portid: FieldReader = view => (isFromDump(view) || view.portid === UNKNOWN_PORT ? null : view.portid);

const simpleReader =
  ({ read }: Codec<number> | Codec<string>): FieldReader =>
  view =>
    read(view) ?? null;

const SIMPLE_READERS = Object.fromEntries(
  Object.entries(SIMPLE_FIELDS).map(([field, codec]) => [field, simpleReader(codec)]),
) as Record<SimpleField, FieldReader>;

const FLOW_READERS: Record<FlowField, FieldReader> = {
  ...SIMPLE_READERS,
  family,
  proto: orig.proto,
  'orig.src': orig.src,
  'orig.dst': orig.dst,
  'orig.sport': orig.sport,
  'orig.dport': orig.dport,
  'orig.icmp_type': orig.icmp_type,
  'orig.icmp_code': orig.icmp_code,
  'orig.icmp_id': orig.icmp_id,
  'orig.srckey': orig.srckey,
  'orig.dstkey': orig.dstkey,
  'orig.zone': view => orNull(view.orig.zone),
  'orig.vtag': view => orNull(view.sctpOrigVtag),
  'orig.packets': view => orNull(view.origPackets),
  'orig.bytes': view => orNull(view.origBytes),
  'reply.src': reply.src,
  'reply.dst': reply.dst,
  'reply.sport': reply.sport,
  'reply.dport': reply.dport,
  'reply.icmp_type': reply.icmp_type,
  'reply.icmp_code': reply.icmp_code,
  'reply.icmp_id': reply.icmp_id,
  'reply.srckey': reply.srckey,
  'reply.dstkey': reply.dstkey,
  'reply.zone': view => orNull(view.reply.zone),
  'reply.vtag': view => orNull(view.sctpReplyVtag),
  'reply.packets': view => orNull(view.replyPackets),
  'reply.bytes': view => orNull(view.replyBytes),
  zone,
  state,
  status: view => orNull(view.status),
  timeout: view => seconds(view.timeout),
  age,
  start: view => orNull(view.start),
  stop: view => orNull(view.stop),
  packets: view => both(view.origPackets, view.replyPackets),
  bytes: view => both(view.origBytes, view.replyBytes),
  labels: view => view.labels,
  helper: view => view.helper,
  nat,
  snat: view => translated(view, 'src'),
  dnat: view => translated(view, 'dst'),
  'master.src': master.src,
  'master.dst': master.dst,
  'master.sport': master.sport,
  'master.dport': master.dport,
  'master.icmp_type': master.icmp_type,
  'master.icmp_code': master.icmp_code,
  'master.icmp_id': master.icmp_id,
  'master.srckey': master.srckey,
  'master.dstkey': master.dstkey,
  'master.proto': master.proto,
  'tcp.state': view => name(TCP_STATES, view.tcpState),
  'tcp.orig.wscale': view => orNull(view.tcpOrigWscale),
  'tcp.orig.flags': view => orNull(view.tcpOrigFlags),
  'tcp.reply.wscale': view => orNull(view.tcpReplyWscale),
  'tcp.reply.flags': view => orNull(view.tcpReplyFlags),
  'sctp.state': view => name(SCTP_STATES, view.sctpState),
  'dccp.state': view => name(DCCP_STATES, view.dccpState),
  'dccp.role': view => name(DCCP_ROLES, view.dccpRole),
  'dccp.handshake_seq': view => orNull(view.dccpHandshakeSeq),
  'seqadj.orig.pos': view => orNull(view.seqadj(0, 'POS')),
  'seqadj.orig.before': view => orNull(view.seqadj(0, 'BEFORE')),
  'seqadj.orig.after': view => orNull(view.seqadj(0, 'AFTER')),
  'seqadj.reply.pos': view => orNull(view.seqadj(1, 'POS')),
  'seqadj.reply.before': view => orNull(view.seqadj(1, 'BEFORE')),
  'seqadj.reply.after': view => orNull(view.seqadj(1, 'AFTER')),
  'synproxy.isn': view => orNull(view.synproxy('ISN')),
  'synproxy.its': view => orNull(view.synproxy('ITS')),
  'synproxy.tsoff': view => orNull(view.synproxy('TSOFF')),
  event: eventName,
  event_time: view => orNull(view.happened),
  portid,
  resync: view => view.isResync,
  gateway: view => view.gateway,
  netns: view => view.netns,
  filename: view => view.filename,
  // Of the history only.
  since: () => null,
};

const EXPECTATION_READERS: Record<ExpectationField, FieldReader> = {
  family,
  proto: expected.proto,
  src: expected.src,
  dst: expected.dst,
  // Expectations have no separate fields for call keys.
  sport: view => orNull(view.tuple.sport),
  dport: view => orNull(view.tuple.dport),
  'mask.src': mask.src,
  'mask.dst': mask.dst,
  'mask.sport': view => orNull(view.mask.sport),
  'mask.dport': view => orNull(view.mask.dport),
  'master.src': master.src,
  'master.dst': master.dst,
  'master.sport': master.sport,
  'master.dport': master.dport,
  'master.proto': master.proto,
  timeout: view => seconds(view.timeout),
  id: view => orNull(view.id),
  class: view => orNull(view.expectClass),
  helper: view => view.helper,
  fn: view => view.fn,
  flags: view => orNull(view.expectFlags),
  zone: view => Math.max(view.zone, 0),
  'nat.dir': view => name(['original', 'reply'], view.natDirection),
  'nat.src': natTuple.src,
  'nat.sport': natTuple.sport,
  event: eventName,
  portid,
  resync: view => view.isResync,
  gateway: view => view.gateway,
  netns: view => view.netns,
  filename: view => view.filename,
};

const counter =
  (attribute: number): FieldReader =>
  view =>
    orNull(view.number(attribute));

const STATS_READERS: Record<StatsField, FieldReader> = {
  cpu: view => view.cpu,
  found: counter(CTA_STATS.FOUND),
  invalid: counter(CTA_STATS.INVALID),
  insert: counter(CTA_STATS.INSERT),
  insert_failed: counter(CTA_STATS.INSERT_FAILED),
  drop: counter(CTA_STATS.DROP),
  early_drop: counter(CTA_STATS.EARLY_DROP),
  error: counter(CTA_STATS.ERROR),
  search_restart: counter(CTA_STATS.SEARCH_RESTART),
  clash_resolve: counter(CTA_STATS.CLASH_RESOLVE),
  chain_toolong: counter(CTA_STATS.CHAIN_TOOLONG),
  gateway: view => view.gateway,
  netns: view => view.netns,
  filename: view => view.filename,
};

const EXPECT_STATS_READERS: Record<ExpectStatsField, FieldReader> = {
  cpu: view => view.cpu,
  new: counter(CTA_STATS_EXP.NEW),
  create: counter(CTA_STATS_EXP.CREATE),
  delete: counter(CTA_STATS_EXP.DELETE),
  gateway: view => view.gateway,
  netns: view => view.netns,
  filename: view => view.filename,
};

const BY_TABLE: Record<TableId, Readonly<Record<string, FieldReader>>> = {
  conntrack: FLOW_READERS,
  dying: FLOW_READERS,
  unconfirmed: FLOW_READERS,
  expect: EXPECTATION_READERS,
  stats: STATS_READERS,
  expect_stats: EXPECT_STATS_READERS,
  /** Settings are not messages: see `exec/settings/`. */
  sysctl: {},
};

/** The reader of a field. @param field its name in the catalogue, not an alias */
export function readerOf(table: TableId, field: string): FieldReader {
  const reader = BY_TABLE[table][field];
  if (reader === undefined) throw new Error(`${table} has no field ${field}`);
  return reader;
}
