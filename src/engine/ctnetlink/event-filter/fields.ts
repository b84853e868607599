/** Where the fields of events are in messages: what a filter in the kernel can look at. */
import type { ExpectationField, FlowField } from '../../../lang/schema/catalogue.js';
import {
  CTA,
  CTA_COUNTERS,
  CTA_EXPECT,
  CTA_EXPECT_NAT,
  CTA_HELP,
  CTA_IP,
  CTA_PROTO,
  CTA_PROTOINFO,
  CTA_PROTOINFO_DCCP,
  CTA_PROTOINFO_SCTP,
  CTA_PROTOINFO_TCP,
  CTA_SECCTX_NAME,
  CTA_TIMESTAMP,
  CTA_TUPLE,
  IPPROTO,
} from '../constants.js';
import type { Chain, Outcome, Place, Step } from './condition.js';
import { NONE, type Range, type Ranges } from './ranges.js';

/** How a field is read from a message: the first of its places that the message has. */
export interface FieldPlaces {
  readonly places: readonly Place[];
  /** Only its presence is known: the value is computed, or a text. */
  readonly isOpaque?: true;
  /** Call keys and ports use the same attributes: `only` those of GRE, or `not` those. */
  readonly gre?: { readonly proto: Place; readonly is: boolean };
  /** 0 in a message that has none of the places, nor one of these, with which it is null. */
  readonly zeroUnless?: readonly Place[];
}

const at = (bytes: Place['bytes'], ...path: readonly number[]): Place => ({ bytes, path });
const field = (...places: readonly Place[]): FieldPlaces => ({ places });
const opaque = (...places: readonly Place[]): FieldPlaces => ({ places, isOpaque: true });

const source = (...tuple: readonly number[]): FieldPlaces =>
  field(at(4, ...tuple, CTA_TUPLE.IP, CTA_IP.V4_SRC), at(16, ...tuple, CTA_TUPLE.IP, CTA_IP.V6_SRC));
const destination = (...tuple: readonly number[]): FieldPlaces =>
  field(at(4, ...tuple, CTA_TUPLE.IP, CTA_IP.V4_DST), at(16, ...tuple, CTA_TUPLE.IP, CTA_IP.V6_DST));

const key = (bytes: 1 | 2, tuple: readonly number[], ...attributes: readonly number[]): FieldPlaces =>
  field(...attributes.map(attribute => at(bytes, ...tuple, CTA_TUPLE.PROTO, attribute)));

const protocol = (tuple: number): Place => at(1, tuple, CTA_TUPLE.PROTO, CTA_PROTO.NUM);

/** The fields of a tuple of a flow. */
function tuple(type: number) {
  const ofPorts = (attribute: number, is: boolean): FieldPlaces => ({
    ...key(2, [type], attribute),
    gre: { proto: protocol(type), is },
  });
  return {
    src: source(type),
    dst: destination(type),
    sport: ofPorts(CTA_PROTO.SRC_PORT, false),
    dport: ofPorts(CTA_PROTO.DST_PORT, false),
    srckey: ofPorts(CTA_PROTO.SRC_PORT, true),
    dstkey: ofPorts(CTA_PROTO.DST_PORT, true),
    icmp_type: key(1, [type], CTA_PROTO.ICMP_TYPE, CTA_PROTO.ICMPV6_TYPE),
    icmp_code: key(1, [type], CTA_PROTO.ICMP_CODE, CTA_PROTO.ICMPV6_CODE),
    icmp_id: key(2, [type], CTA_PROTO.ICMP_ID, CTA_PROTO.ICMPV6_ID),
  } as const;
}

type Prefixed<P extends string, T> = { readonly [K in keyof T & string as `${P}.${K}`]: FieldPlaces };

const prefixed = <P extends string, T extends object>(prefix: P, fields: T): Prefixed<P, T> =>
  Object.fromEntries(Object.entries(fields).map(([name, places]) => [`${prefix}.${name}`, places])) as Prefixed<P, T>;

const ORIG_ZONE = at(2, CTA.TUPLE_ORIG, CTA_TUPLE.ZONE);
const REPLY_ZONE = at(2, CTA.TUPLE_REPLY, CTA_TUPLE.ZONE);
const TCP_STATE = at(1, CTA.PROTOINFO, CTA_PROTOINFO.TCP, CTA_PROTOINFO_TCP.STATE);
const SCTP_STATE = at(1, CTA.PROTOINFO, CTA_PROTOINFO.SCTP, CTA_PROTOINFO_SCTP.STATE);
const DCCP_STATE = at(1, CTA.PROTOINFO, CTA_PROTOINFO.DCCP, CTA_PROTOINFO_DCCP.STATE);
const counter = (nest: number, attribute: number): Place => at(8, nest, attribute);

/** nfgenmsg.nfgen_family */
const FAMILY: Place = { bytes: 1, at: 16 };
/** Host order: the low byte of nlmsg_type, the high byte of nlmsg_flags, nlmsg_pid. */
export const MESSAGE_TYPE: Place = { bytes: 1, at: 4 };
export const HIGH_FLAGS: Place = { bytes: 1, at: 7 };
const PORTID: Place = { bytes: 4, at: 12 };

const BOTH = { family: field(FAMILY), portid: field(PORTID) };

/** Fields of flows. Any other may have any value, or none. */
const FLOW = {
  ...BOTH,
  proto: field(protocol(CTA.TUPLE_ORIG)),
  ...prefixed('orig', tuple(CTA.TUPLE_ORIG)),
  ...prefixed('reply', tuple(CTA.TUPLE_REPLY)),
  ...prefixed('master', tuple(CTA.TUPLE_MASTER)),
  'master.proto': field(protocol(CTA.TUPLE_MASTER)),
  'orig.zone': field(ORIG_ZONE),
  'reply.zone': field(REPLY_ZONE),
  zone: { places: [at(2, CTA.ZONE)], zeroUnless: [ORIG_ZONE, REPLY_ZONE] },
  state: field(TCP_STATE, SCTP_STATE, DCCP_STATE),
  'tcp.state': field(TCP_STATE),
  'sctp.state': field(SCTP_STATE),
  'dccp.state': field(DCCP_STATE),
  status: field(at(4, CTA.STATUS)),
  nat: field(at(4, CTA.STATUS)),
  timeout: field(at(4, CTA.TIMEOUT)),
  mark: field(at(4, CTA.MARK)),
  secmark: field(at(4, CTA.SECMARK)),
  id: field(at(4, CTA.ID)),
  use: field(at(4, CTA.USE)),
  'orig.packets': field(counter(CTA.COUNTERS_ORIG, CTA_COUNTERS.PACKETS)),
  'orig.bytes': field(counter(CTA.COUNTERS_ORIG, CTA_COUNTERS.BYTES)),
  'reply.packets': field(counter(CTA.COUNTERS_REPLY, CTA_COUNTERS.PACKETS)),
  'reply.bytes': field(counter(CTA.COUNTERS_REPLY, CTA_COUNTERS.BYTES)),
  start: field(counter(CTA.TIMESTAMP, CTA_TIMESTAMP.START)),
  stop: field(counter(CTA.TIMESTAMP, CTA_TIMESTAMP.STOP)),
  packets: opaque(counter(CTA.COUNTERS_ORIG, CTA_COUNTERS.PACKETS), counter(CTA.COUNTERS_REPLY, CTA_COUNTERS.PACKETS)),
  bytes: opaque(counter(CTA.COUNTERS_ORIG, CTA_COUNTERS.BYTES), counter(CTA.COUNTERS_REPLY, CTA_COUNTERS.BYTES)),
  age: opaque(counter(CTA.TIMESTAMP, CTA_TIMESTAMP.START)),
  labels: opaque(at(4, CTA.LABELS)),
  helper: opaque(at(1, CTA.HELP, CTA_HELP.NAME)),
  secctx: opaque(at(1, CTA.SECCTX, CTA_SECCTX_NAME)),
} as const satisfies { readonly [K in FlowField]?: FieldPlaces };

/** The ports of an expectation of GRE are its call keys. */
const expected = (type: number) => ({
  src: source(type),
  dst: destination(type),
  sport: key(2, [type], CTA_PROTO.SRC_PORT),
  dport: key(2, [type], CTA_PROTO.DST_PORT),
});

const { src: masterSrc, dst: masterDst, sport: masterSport, dport: masterDport } = tuple(CTA_EXPECT.MASTER);

const EXPECTATION = {
  ...BOTH,
  ...expected(CTA_EXPECT.TUPLE),
  proto: field(protocol(CTA_EXPECT.TUPLE)),
  ...prefixed('mask', expected(CTA_EXPECT.MASK)),
  'master.src': masterSrc,
  'master.dst': masterDst,
  'master.sport': masterSport,
  'master.dport': masterDport,
  'master.proto': field(protocol(CTA_EXPECT.MASTER)),
  timeout: field(at(4, CTA_EXPECT.TIMEOUT)),
  id: field(at(4, CTA_EXPECT.ID)),
  class: field(at(4, CTA_EXPECT.CLASS)),
  flags: field(at(4, CTA_EXPECT.FLAGS)),
  zone: { places: [at(2, CTA_EXPECT.ZONE)], zeroUnless: [] },
  helper: opaque(at(1, CTA_EXPECT.HELP_NAME)),
  fn: opaque(at(1, CTA_EXPECT.FN)),
  'nat.dir': field(at(4, CTA_EXPECT.NAT, CTA_EXPECT_NAT.DIR)),
  'nat.src': source(CTA_EXPECT.NAT, CTA_EXPECT_NAT.TUPLE),
} as const satisfies { readonly [K in ExpectationField]?: FieldPlaces };

const BY_TABLE = { conntrack: FLOW, expect: EXPECTATION };

/** The places of a field, by its name in the catalogue (not an alias); undefined if a filter cannot look at it. */
export function placesOf(table: 'conntrack' | 'expect', name: string): FieldPlaces | undefined {
  const fields: Readonly<Record<string, FieldPlaces>> = BY_TABLE[table];
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

const GRE: Range = [BigInt(IPPROTO.GRE), BigInt(IPPROTO.GRE)];

function greStep(gre: NonNullable<FieldPlaces['gre']>, otherProtocol: Outcome): Step {
  const [within, outside]: [Outcome, Outcome] = gre.is ? ['next', otherProtocol] : [otherProtocol, 'next'];
  return { place: gre.proto, ranges: [GRE], within, outside };
}

/**
 * Whether the value of a field is in a set; null if the message does not have it.
 * @param rangesOf the set, for the values of each place
 * @param mask applied to the value first
 */
export function inRanges(
  { places, gre, zeroUnless }: FieldPlaces,
  rangesOf: (place: Place, index: number) => Ranges,
  mask?: number,
): Chain {
  const steps = places.map((place, index): Step => {
    const ranges = rangesOf(place, index);
    return { place, ranges, within: true, outside: false, ...(mask === undefined ? {} : { mask }) };
  });
  const nulls = (zeroUnless ?? []).map(present(null));
  return {
    kind: 'chain',
    steps: [...(gre === undefined ? [] : [greStep(gre, null)]), ...steps, ...nulls],
    otherwise: zeroUnless === undefined ? null : rangesOf(places[0], 0).some(([low]) => low === 0n),
  };
}

/** Whether the message does not have a field. */
export function isAbsent({ places, gre, zeroUnless }: FieldPlaces): Chain {
  return {
    kind: 'chain',
    steps: [
      ...(gre === undefined ? [] : [greStep(gre, true)]),
      ...places.map(present(false)),
      ...(zeroUnless ?? []).map(present(true)),
    ],
    otherwise: zeroUnless === undefined,
  };
}

const present =
  (outcome: Outcome) =>
  (place: Place): Step => ({ place, ranges: NONE, within: outcome, outside: outcome });
