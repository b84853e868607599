/** An entry of cilium's own table of connections, which its datapath keeps instead of the kernel's (pkg/maps/ctmap of cilium). */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Address, Integer } from '../../../lang/values/value.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { FlowDraft, setStatus } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';

/** What is counted in one direction, as seen from the endpoint; TCP's flags are ORed. */
export interface CiliumSide {
  readonly packets?: Integer;
  readonly bytes?: Integer;
  readonly flags?: number;
}

export interface CiliumEntry {
  readonly proto: number;
  readonly src: Address;
  readonly sport: number;
  readonly dst: Address;
  readonly dport: number;
  /** The connection was opened towards the endpoint. */
  readonly isIngress: boolean;
  readonly received: CiliumSide;
  readonly sent: CiliumSide;
  /** Seconds left, where they are known. */
  readonly timeout?: number;
}

/** Its map has neither a reply tuple nor a translation: the reply is the inverse of the original. */
export function addCiliumEntry(entry: CiliumEntry, entries: Entries): void {
  const { proto, src, dst, sport, dport, isIngress, received, sent, timeout } = entry;
  const draft = new FlowDraft();
  const { orig, reply } = draft;
  orig.proto = proto;
  orig.src = src;
  orig.dst = dst;
  reply.src = dst;
  reply.dst = src;
  if (proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6) {
    // One of the ports is the identifier, the other zero.
    orig.icmpId = sport === 0 ? dport : sport;
    reply.icmpId = orig.icmpId;
  } else if (sport > 0 || dport > 0 || proto === IPPROTO.TCP || proto === IPPROTO.UDP) {
    orig.sport = sport;
    orig.dport = dport;
    reply.sport = dport;
    reply.dport = sport;
  }
  draft.timeout = timeout;
  const [forward, back] = isIngress ? [received, sent] : [sent, received];
  draft.origCounters = countersOf(forward);
  draft.replyCounters = countersOf(back);
  const isReplied = (back.flags ?? 0) !== 0 || Number(back.packets ?? 0) > 0;
  setStatus(draft, isReplied ? STATUS_FLAGS.SEEN_REPLY : 0);
  entries.flow(draft, true);
}

const countersOf = ({ packets, bytes }: CiliumSide): { packets: Integer; bytes: Integer } | undefined =>
  packets === undefined && bytes === undefined ? undefined : { packets: packets ?? 0, bytes: bytes ?? 0 };
