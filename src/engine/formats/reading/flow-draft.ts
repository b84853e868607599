/** Entries while they are being read: what a line has said so far. */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Address, Integer } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../ctnetlink/constants.js';
import type { Expectation } from '../../ctnetlink/expectation.js';
import type { Counters, Flow, Helper, SeqAdj, Synproxy, Timestamps } from '../../ctnetlink/flow.js';
import type { DccpInfo, ProtoInfo, SctpInfo, TcpInfo } from '../../ctnetlink/protoinfo.js';
import { isWhole, type Tuple } from '../../ctnetlink/tuple.js';
import type { EventName } from './event.js';
import { ParseError } from './parse-error.js';

export class TupleDraft {
  src: Address | undefined = undefined;
  dst: Address | undefined = undefined;
  proto: number | undefined = undefined;
  sport: number | undefined = undefined;
  dport: number | undefined = undefined;
  icmpId: number | undefined = undefined;
  icmpType: number | undefined = undefined;
  icmpCode: number | undefined = undefined;
  zone: number | undefined = undefined;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Parts of protocols that have not been told apart yet. */
export interface ProtoDraft {
  tcp?: Writable<Partial<TcpInfo>>;
  sctp?: Writable<Partial<SctpInfo>>;
  dccp?: Writable<Partial<DccpInfo>>;
}

/** Keys in the order of the wire's table, so that all drafts are of one shape. */
export class FlowDraft {
  family = 0;
  readonly orig = new TupleDraft();
  readonly reply = new TupleDraft();
  zone: number | undefined = undefined;
  status: number | undefined = undefined;
  mark: number | undefined = undefined;
  secmark: number | undefined = undefined;
  secctx: string | undefined = undefined;
  id: number | undefined = undefined;
  use: number | undefined = undefined;
  master: TupleDraft | undefined = undefined;
  timeout: number | undefined = undefined;
  protoinfo: ProtoInfo | undefined = undefined;
  origCounters: Counters | undefined = undefined;
  replyCounters: Counters | undefined = undefined;
  timestamps: Timestamps | undefined = undefined;
  helper: Helper | undefined = undefined;
  labels: string | undefined = undefined;
  origSeqadj: SeqAdj | undefined = undefined;
  replySeqadj: SeqAdj | undefined = undefined;
  synproxy: Synproxy | undefined = undefined;
  eventTime: Integer | undefined = undefined;
  event: EventName | undefined = undefined;
  portid = 0;
}

export class ExpectationDraft {
  family = 0;
  readonly tuple = new TupleDraft();
  mask: TupleDraft | undefined = undefined;
  master: TupleDraft | undefined = undefined;
  nat: { direction: number; tuple: TupleDraft } | undefined = undefined;
  timeout: number | undefined = undefined;
  id: number | undefined = undefined;
  flags: number | undefined = undefined;
  class: number | undefined = undefined;
  helper: string | undefined = undefined;
  fn: string | undefined = undefined;
  zone: number | undefined = undefined;
  event: EventName | undefined = undefined;
  portid = 0;
}

const { CONFIRMED, SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE, DYING } = STATUS_FLAGS;

/**
 * The status that formats tell of in part: every entry is CONFIRMED, one that ended is DYING, and what is translated shows in the
 * tuples.
 */
export function completeStatus(draft: FlowDraft, shown: number): void {
  let status = shown | CONFIRMED;
  if (draft.event === 'destroy') status |= DYING;
  const { orig, reply } = draft;
  if (reply.dst !== orig.src || reply.dport !== orig.sport || reply.icmpId !== orig.icmpId) {
    status |= SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE;
  }
  if (reply.src !== orig.dst || reply.sport !== orig.dport) status |= DST_NAT | SRC_NAT_DONE | DST_NAT_DONE;
  draft.status = status;
}

const familyOf = (address: Address | undefined): number => (typeof address === 'number' ? AF_INET : AF_INET6);

function checkAddresses(tuple: TupleDraft, family: number, what: string): void {
  const { src, dst, proto } = tuple;
  if (src === undefined || dst === undefined) throw new ParseError(`the ${what} addresses are missing`);
  if (proto === undefined) throw new ParseError('the protocol is missing');
  if (familyOf(src) !== family || familyOf(dst) !== family) throw new ParseError('its addresses are of two families');
}

/**
 * The flow, if it is one.
 * @param loose the format has no keys of ICMP: they may be absent
 * @throws ParseError
 */
export function flowOf(draft: FlowDraft, loose = false): Flow {
  const { orig, reply } = draft;
  reply.proto ??= orig.proto;
  if (draft.family === 0) draft.family = familyOf(orig.src);
  checkAddresses(orig, draft.family, 'original');
  checkAddresses(reply, draft.family, 'reply');
  for (const tuple of [orig, reply]) {
    if (isWhole(tuple as Tuple) || (loose && isIcmp(tuple.proto))) continue;
    throw new ParseError(
      isIcmp(tuple.proto) ? 'its type, code and id are not all there' : 'its ports are not all there',
    );
  }
  if (draft.master !== undefined) {
    draft.master.proto ??= orig.proto;
    checkAddresses(draft.master, draft.family, "master's");
  }
  // The kernel says no zone where there is none.
  if (draft.zone === 0 && orig.zone === undefined && reply.zone === undefined) draft.zone = undefined;
  return draft as Flow;
}

const isIcmp = (proto: number | undefined): boolean => proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;

/** A master's tuple, if it is one. @throws ParseError */
export function masterOf(master: TupleDraft): Tuple {
  checkAddresses(master, familyOf(master.src), "master's");
  return master as Tuple;
}

/** The expectation, if it is one. @throws ParseError */
export function expectationOf(draft: ExpectationDraft): Expectation {
  const { tuple, mask, master, nat } = draft;
  if (draft.family === 0) draft.family = familyOf(tuple.src);
  checkAddresses(tuple, draft.family, 'expected');
  for (const [part, what] of [
    [mask, "mask's"],
    [master, "master's"],
    [nat?.tuple, "translation's"],
  ] as const) {
    if (part === undefined) continue;
    part.proto ??= tuple.proto;
    checkAddresses(part, draft.family, what);
  }
  if (draft.zone === 0) draft.zone = undefined;
  return draft as unknown as Expectation;
}

/** What a protocol's tracker keeps, if the entry's protocol has one and something was said of it. */
export function protoinfoOf(proto: number | undefined, { tcp, sctp, dccp }: ProtoDraft): ProtoInfo | undefined {
  // All of one shape: written out, not spread.
  if (proto === IPPROTO.TCP && tcp !== undefined) {
    const { state, origWscale, replyWscale, origFlags, replyFlags } = tcp;
    return { protocol: 'tcp', state, origWscale, replyWscale, origFlags, replyFlags };
  }
  if (proto === IPPROTO.SCTP && sctp !== undefined) {
    return { protocol: 'sctp', state: sctp.state, origVtag: sctp.origVtag, replyVtag: sctp.replyVtag };
  }
  if (proto === IPPROTO.DCCP && dccp !== undefined) {
    return { protocol: 'dccp', state: dccp.state, role: dccp.role, handshakeSeq: dccp.handshakeSeq };
  }
  return undefined;
}
