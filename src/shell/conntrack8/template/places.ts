import {
  CTA,
  CTA_NAT,
  CTA_PROTO,
  CTA_PROTOINFO,
  CTA_PROTOINFO_DCCP,
  CTA_PROTOINFO_SCTP,
  CTA_PROTOINFO_TCP,
  CTA_PROTONAT,
  CTA_TUPLE,
} from '../../../engine/ctnetlink/constants.js';
import { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { find, payloadSize } from '../../../engine/netlink/attributes.js';

/** Where the values of one tuple stand in a message; -1 for what it does not have. */
export interface TuplePlaces {
  readonly src: number;
  readonly dst: number;
  /** Ports, or call keys. */
  readonly sport: number;
  readonly dport: number;
  readonly icmpCode: number;
  readonly icmpId: number;
  readonly zone: number;
}

export interface NatPlaces {
  readonly address: number;
  readonly port: number;
}

/** Where the values of a new flow's message stand. */
export interface Places {
  readonly timeout: number;
  readonly status: number;
  readonly mark: number;
  readonly zone: number;
  readonly labels: number;
  readonly orig: TuplePlaces;
  readonly reply: TuplePlaces;
  readonly snat: NatPlaces;
  readonly dnat: NatPlaces;
  /** Of TCP, SCTP or DCCP. */
  readonly state: number;
  readonly origVtag: number;
  readonly replyVtag: number;
  readonly origWscale: number;
  readonly replyWscale: number;
  readonly origFlags: number;
  readonly replyFlags: number;
}

export function placesOf(message: Uint8Array): Places {
  const view = new MessageView();
  view.set(message, 0);
  const tcp = infoIn(view, CTA_PROTOINFO.TCP);
  const sctp = infoIn(view, CTA_PROTOINFO.SCTP);
  const dccp = infoIn(view, CTA_PROTOINFO.DCCP);
  const states = [
    tcp(CTA_PROTOINFO_TCP.STATE, 1),
    sctp(CTA_PROTOINFO_SCTP.STATE, 1),
    dccp(CTA_PROTOINFO_DCCP.STATE, 1),
  ];
  return {
    timeout: view.at(CTA.TIMEOUT),
    status: view.at(CTA.STATUS),
    mark: view.at(CTA.MARK),
    zone: view.at(CTA.ZONE),
    labels: view.at(CTA.LABELS),
    orig: tupleIn(view, CTA.TUPLE_ORIG),
    reply: tupleIn(view, CTA.TUPLE_REPLY),
    snat: natIn(view, CTA.NAT_SRC),
    dnat: natIn(view, CTA.NAT_DST),
    state: Math.max(...states),
    origVtag: sctp(CTA_PROTOINFO_SCTP.VTAG_ORIG, 4),
    replyVtag: sctp(CTA_PROTOINFO_SCTP.VTAG_REPLY, 4),
    origWscale: tcp(CTA_PROTOINFO_TCP.WSCALE_ORIG, 1),
    replyWscale: tcp(CTA_PROTOINFO_TCP.WSCALE_REPLY, 1),
    origFlags: tcp(CTA_PROTOINFO_TCP.FLAGS_ORIG, 2),
    replyFlags: tcp(CTA_PROTOINFO_TCP.FLAGS_REPLY, 2),
  };
}

type FindIn = (attribute: number, length: number) => number;

/** Looks among the attributes of a nest whose payload begins at `nest`. */
const inside =
  (bytes: Uint8Array, nest: number): FindIn =>
  (attribute, length) =>
    nest < 0 ? -1 : find(bytes, nest, nest + payloadSize(bytes, nest), attribute, length);

const infoIn = (view: MessageView, protocol: number): FindIn =>
  inside(view.bytes, view.inner(CTA.PROTOINFO, protocol, 0));

function tupleIn(view: MessageView, attribute: number): TuplePlaces {
  const { src, dst } = attribute === CTA.TUPLE_ORIG ? view.orig : view.reply;
  const keys = inside(view.bytes, view.inner(attribute, CTA_TUPLE.PROTO, 0));
  return {
    src,
    dst,
    sport: keys(CTA_PROTO.SRC_PORT, 2),
    dport: keys(CTA_PROTO.DST_PORT, 2),
    icmpCode: Math.max(keys(CTA_PROTO.ICMP_CODE, 1), keys(CTA_PROTO.ICMPV6_CODE, 1)),
    icmpId: Math.max(keys(CTA_PROTO.ICMP_ID, 2), keys(CTA_PROTO.ICMPV6_ID, 2)),
    zone: view.inner(attribute, CTA_TUPLE.ZONE, 2),
  };
}

function natIn(view: MessageView, attribute: number): NatPlaces {
  const port = inside(view.bytes, view.inner(attribute, CTA_NAT.PROTO, 0))(CTA_PROTONAT.PORT_MIN, 2);
  const address4 = view.inner(attribute, CTA_NAT.V4_MINIP, 4);
  return { address: address4 >= 0 ? address4 : view.inner(attribute, CTA_NAT.V6_MINIP, 16), port };
}
