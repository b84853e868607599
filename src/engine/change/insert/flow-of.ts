import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { AF_INET, AF_INET6, IPPROTO, keysOf } from '../../ctnetlink/constants.js';
import { decodeFlow, type Flow, SETTABLE_STATUS } from '../../ctnetlink/flow.js';
import type { NatRange } from '../../ctnetlink/nat-range.js';
import { invertTuple, type Tuple } from '../../ctnetlink/tuple.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { invalidChange } from '../values/invalid-change.js';
import { combinedLabels } from '../values/label-sets.js';
import { helperName, optionalAttributes } from '../values/optional-attributes.js';
import { protocolInfo } from '../values/protocol-info.js';
import type { SetValues } from '../values/set-values.js';
import { settableStatus } from '../values/status-bits.js';
import { parseTranslation } from '../values/translation-text.js';
import { assignedParts, bothTuples, type Parts, wholeTuple } from '../values/tuples.js';

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;

/** A flow as it would have to be created to be like the one that a message tells of. */
export function cloneOf(view: MessageView): Flow {
  const flow = decodeFlow(view);
  const { family, orig, zone, master, helper, timeout, protoinfo, mark, labels } = flow;
  const { origSeqadj, replySeqadj, synproxy } = flow;
  const status = flow.status ?? 0;
  const clone: Flow = {
    ...{ family, orig, reply: untranslated(flow), zone, master, helper, timeout, protoinfo, mark, labels },
    ...{ origSeqadj, replySeqadj },
    // Every entry made by netlink has one of zeros.
    ...(synproxy && (synproxy.isn !== 0 || synproxy.its !== 0 || synproxy.tsoff !== 0) ? { synproxy } : {}),
    // HELPER comes with the helper, or stands for one that was given by a rule.
    status: status & SETTABLE_STATUS,
  };
  return { ...clone, ...translationsOf(flow, status) };
}

/** The reply tuple that a flow would have without its NAT. */
function untranslated({ orig, reply, status = 0 }: Flow): Tuple {
  if ((status & (SRC_NAT | DST_NAT)) === 0) return reply;
  const inverse = invertTuple(orig) ?? reply;
  return reply.zone === undefined ? inverse : { ...inverse, zone: reply.zone };
}

/** Bindings that translate nothing are made too: their status bits say that there is nothing to decide any more. */
function translationsOf({ orig, reply }: Flow, status: number): Pick<Flow, 'snat' | 'dnat'> {
  if ((status & (SRC_NAT | DST_NAT | SRC_NAT_DONE | DST_NAT_DONE)) === 0) return {};
  const keys = keysOf(orig.proto);
  const translation = (address: Tuple['src'], port: number | undefined, before: number | undefined): NatRange => {
    // The key of GRE is kept by the kernel unless it must change.
    const isPlain = keys === 'none' || port === undefined || (orig.proto === IPPROTO.GRE && port === before);
    return { minAddress: address, ...(isPlain ? {} : { minPort: port }) };
  };
  const id = keys === 'icmp' || keys === 'icmpv6';
  return {
    ...((status & SRC_NAT) === 0
      ? { snat: {} }
      : { snat: translation(reply.dst, id ? reply.icmpId : reply.dport, orig.sport) }),
    ...((status & DST_NAT) === 0 ? {} : { dnat: translation(reply.src, id ? undefined : reply.sport, orig.dport) }),
  };
}

/** Fields that are part of the original tuple, by which the reply tuple is made anew. */
const ORIGINAL = [
  'family',
  'proto',
  ...(['src', 'dst', 'sport', 'dport', 'icmp_type', 'icmp_code', 'icmp_id', 'srckey', 'dstkey'] as const).map(
    name => `orig.${name}` as const,
  ),
] as const;

const MASTER = [
  'master.proto',
  ...(['src', 'dst', 'sport', 'dport', 'icmp_type', 'icmp_code', 'icmp_id', 'srckey', 'dstkey'] as const).map(
    name => `master.${name}` as const,
  ),
] as const;

/**
 * The flow that `set` asks for.
 * @param base the flow of the row that is copied; undefined where there is none
 * @throws CtqError for what is missing, or does not fit together
 */
export function flowOf(assigned: SetValues, base: Flow | undefined): Flow {
  if (assigned.isEmpty && base) return checkedTimeout(base);
  const proto = assigned.number('proto') ?? base?.orig.proto;
  const { orig, reply } = tuplesOf(assigned, base, proto);
  const family = typeof orig.src === 'number' ? AF_INET : AF_INET6;
  checkFamily(assigned, family);
  const protocol = protocolInfo(assigned, orig.proto, base?.protoinfo);
  const zone = assigned.number('zone') ?? (assigned.has('orig.zone', 'reply.zone') ? undefined : base?.zone);
  checkZones(zone, orig, reply);
  const mark = assigned.number('mark') ?? base?.mark;
  const labels = combinedLabels(assigned.get('labels'), base?.labels);
  const helper = helperName(assigned);
  const master = masterOf(assigned, base);
  return checkedTimeout({
    ...(base ?? {}),
    ...{ family, orig, reply },
    zone,
    status: statusOf(assigned, base),
    timeout: assigned.seconds('timeout') ?? base?.timeout,
    ...(mark === undefined ? {} : { mark }),
    ...(labels === undefined ? {} : { labels }),
    helper: helper === undefined ? base?.helper : helper === '' ? undefined : { name: helper },
    master,
    protoinfo: protocol ? mergedInfo(base?.protoinfo, protocol) : protocolStays(base, orig.proto),
    ...optionalAttributes(assigned, base ?? {}),
    ...translations(assigned, base, family),
  });
}

function tuplesOf(
  assigned: SetValues,
  base: Flow | undefined,
  proto: number | undefined,
): { orig: Tuple; reply: Tuple } {
  const zoned = assigned.has('zone');
  const keep = (parts: Parts): Parts => (zoned ? { ...parts, zone: undefined } : parts);
  const origSet = assignedParts(assigned, 'orig.', proto);
  const replySet = assignedParts(assigned, 'reply.', proto);
  if (!base) return bothTuples({ ...origSet, proto }, replySet);
  const samePorts = proto === base.orig.proto;
  const before: Parts = samePorts ? base.orig : { src: base.orig.src, dst: base.orig.dst, zone: base.orig.zone };
  const orig = wholeTuple({ ...keep(before), ...origSet, proto }, 'orig.');
  const replyBefore: Parts = assigned.has(...ORIGINAL) ? { zone: base.reply.zone } : base.reply;
  return bothTuples({ ...orig }, { ...keep(replyBefore), ...replySet });
}

function checkFamily(assigned: SetValues, family: number): void {
  const wanted = assigned.text('family');
  const is = family === AF_INET ? 'ipv4' : 'ipv6';
  if (wanted !== undefined && wanted !== is) throw invalidChange(`the addresses are of ${is}, not of ${wanted}`);
}

function checkZones(zone: number | undefined, orig: Tuple, reply: Tuple): void {
  const both = orig.zone !== undefined && reply.zone !== undefined;
  const mixed = zone !== undefined && zone !== 0 && (orig.zone !== undefined || reply.zone !== undefined);
  if (both || mixed)
    throw invalidChange('an entry has one zone: zone for both directions, or orig.zone, or reply.zone');
}

function checkedTimeout(flow: Flow): Flow {
  if (flow.timeout === undefined)
    throw invalidChange('timeout is missing: the kernel takes no entry without one', 'timeout = 1h');
  if (flow.timeout === 0) throw invalidChange('a timeout of 0 would end the entry at once');
  return flow;
}

function statusOf(assigned: SetValues, base: Flow | undefined): number {
  const set = assigned.get('status');
  const before = base?.status ?? 0;
  if (set === undefined) return before;
  const bits = settableStatus(set.value as number) & SETTABLE_STATUS;
  return set.op === '=' ? bits : before | bits;
}

function masterOf(assigned: SetValues, base: Flow | undefined): Tuple | undefined {
  if (!assigned.has(...MASTER)) return base?.master;
  const proto = assigned.number('master.proto') ?? base?.master?.proto;
  return wholeTuple({ ...base?.master, proto, ...assignedParts(assigned, 'master.', proto) }, 'master.');
}

function translations(assigned: SetValues, base: Flow | undefined, family: number): Pick<Flow, 'snat' | 'dnat'> {
  const of = (field: 'snat' | 'dnat'): NatRange | undefined => {
    const text = assigned.text(field);
    return text === undefined ? base?.[field] : parseTranslation(field, text, family === AF_INET ? 'ipv4' : 'ipv6');
  };
  const snat = of('snat');
  const dnat = of('dnat');
  return { ...(snat ? { snat } : {}), ...(dnat ? { dnat } : {}) };
}

const mergedInfo = (before: Flow['protoinfo'], set: NonNullable<Flow['protoinfo']>): Flow['protoinfo'] =>
  before?.protocol === set.protocol
    ? ({
        ...before,
        ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
      } as Flow['protoinfo'])
    : set;

const protocolStays = (base: Flow | undefined, proto: number): Flow['protoinfo'] =>
  base?.orig.proto === proto ? base.protoinfo : undefined;
