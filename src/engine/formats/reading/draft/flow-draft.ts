/** Entries while they are being read. */
import { TCP_STATES } from '../../../../lang/schema/constants.js';
import type { Address, Integer } from '../../../../lang/values/value.js';
import type { Expectation } from '../../../ctnetlink/codec/expectation.js';
import type { Counters, Flow, Helper, SeqAdj, Synproxy, Timestamps } from '../../../ctnetlink/codec/flow.js';
import type { DccpInfo, ProtoInfo, SctpInfo, TcpInfo } from '../../../ctnetlink/codec/protoinfo.js';
import { isWhole, type Tuple } from '../../../ctnetlink/codec/tuple.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../../ctnetlink/constants.js';
import { ParseError } from '../report/parse-error.js';
import type { EventName } from '../text/event.js';
import { completeStatus } from '../text/status.js';

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

/** The state of each protocol that may still turn out to be the entry's. */
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

/** Sets the status of a flow whose format shows only the bits `shown`. */
export function setStatus(draft: FlowDraft, shown: number): void {
  const { orig, reply, event } = draft;
  const isSourceTranslated = reply.dst !== orig.src || reply.dport !== orig.sport || reply.icmpId !== orig.icmpId;
  const isDestinationTranslated = reply.src !== orig.dst || reply.sport !== orig.dport;
  draft.status = completeStatus(shown, event, isSourceTranslated, isDestinationTranslated);
}

/** Whether a flow whose format shows no status was answered: packets of the reply were counted, or the state requires one. */
export function hasReply({ replyCounters, protoinfo }: FlowDraft): boolean {
  const isEstablished = protoinfo?.protocol === 'tcp' && (protoinfo.state ?? 0) > TCP_STATES.indexOf('SYN_SENT');
  return Number(replyCounters?.packets ?? 0) > 0 || isEstablished;
}

const familyOf = (address: Address | undefined): number => (typeof address === 'number' ? AF_INET : AF_INET6);

function checkAddresses(tuple: TupleDraft, family: number, what: string): void {
  const { src, dst, proto } = tuple;
  if (src === undefined || dst === undefined) throw new ParseError(`the ${what} addresses are missing`);
  if (proto === undefined) throw new ParseError('the protocol is missing');
  if (familyOf(src) !== family || familyOf(dst) !== family) throw new ParseError('addresses of different families');
}

/**
 * The finished flow.
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
    throw new ParseError(isIcmp(tuple.proto) ? 'incomplete ICMP type, code and id' : 'incomplete ports');
  }
  if (draft.master !== undefined) {
    draft.master.proto ??= orig.proto;
    checkAddresses(draft.master, draft.family, "master's");
  }
  // The kernel sends no zone 0.
  if (draft.zone === 0 && orig.zone === undefined && reply.zone === undefined) draft.zone = undefined;
  return draft as Flow;
}

const isIcmp = (proto: number | undefined): boolean => proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;

/** The tuple of a master. @throws ParseError if it is incomplete */
export function masterOf(master: TupleDraft): Tuple {
  checkAddresses(master, familyOf(master.src), "master's");
  return master as Tuple;
}

/** The finished expectation. @throws ParseError if it is incomplete */
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

/** The protocol state of an entry, if its protocol has one and any of it was given. */
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
