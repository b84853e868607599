import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { decodeFlow, type Flow, SETTABLE_STATUS } from '../../ctnetlink/codec/flow.js';
import type { NatRange } from '../../ctnetlink/codec/nat-range.js';
import { invertTuple, type Tuple } from '../../ctnetlink/codec/tuple.js';
import { AF_INET, AF_INET6, IPPROTO, keysOf } from '../../ctnetlink/constants.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { invalidChange } from '../errors.js';
import { assignedLabels } from '../values/labels.js';
import { helperName, optionalAttributes } from '../values/optional-attributes.js';
import { parseTranslation } from '../values/parse-translation.js';
import { protocolInfo } from '../values/protocol-info.js';
import type { SetValues } from '../values/set-values.js';
import { checkSettableStatus } from '../values/settable-status.js';
import { assignedTuple, completeTuple, completeTuples, type PartialTuple } from '../values/tuples.js';

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;

/** The flow to create to get a copy of the one in a message. */
export function cloneFlow(view: MessageView): Flow {
  const flow = decodeFlow(view);
  const { family, orig, zone, master, helper, timeout, protoinfo, mark, labels } = flow;
  const { origSeqadj, replySeqadj, synproxy } = flow;
  const status = flow.status ?? 0;
  const clone: Flow = {
    ...{ family, orig, reply: untranslated(flow), zone, master, helper, timeout, protoinfo, mark, labels },
    ...{ origSeqadj, replySeqadj },
    // Entries created through netlink have one that is all zero.
    ...(synproxy && (synproxy.isn !== 0 || synproxy.its !== 0 || synproxy.tsoff !== 0) ? { synproxy } : {}),
    status: status & SETTABLE_STATUS,
  };
  return { ...clone, ...currentTranslations(flow, status) };
}

/** The reply tuple of the flow without its NAT. */
function untranslated({ orig, reply, status = 0 }: Flow): Tuple {
  if ((status & (SRC_NAT | DST_NAT)) === 0) return reply;
  const inverse = invertTuple(orig) ?? reply;
  return reply.zone === undefined ? inverse : { ...inverse, zone: reply.zone };
}

/** NAT bindings that translate nothing are included: their status bits say that the NAT rules have been evaluated. */
function currentTranslations({ orig, reply }: Flow, status: number): Pick<Flow, 'snat' | 'dnat'> {
  if ((status & (SRC_NAT | DST_NAT | SRC_NAT_DONE | DST_NAT_DONE)) === 0) return {};
  const keys = keysOf(orig.proto);
  const translation = (address: Tuple['src'], port: number | undefined, before: number | undefined): NatRange => {
    // The kernel keeps the key of GRE unless it must change.
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

/** Fields of the original tuple: if one is set, the reply tuple is computed again. */
const ORIGINAL_FIELDS = [
  'family',
  'proto',
  ...(['src', 'dst', 'sport', 'dport', 'icmp_type', 'icmp_code', 'icmp_id', 'srckey', 'dstkey'] as const).map(
    name => `orig.${name}` as const,
  ),
] as const;

const MASTER_FIELDS = [
  'master.proto',
  ...(['src', 'dst', 'sport', 'dport', 'icmp_type', 'icmp_code', 'icmp_id', 'srckey', 'dstkey'] as const).map(
    name => `master.${name}` as const,
  ),
] as const;

/**
 * The flow that `set` describes.
 * @param base the flow of the row that is copied, if any
 * @throws CtqError for parts that are missing or contradict each other
 */
export function buildFlow(assigned: SetValues, base: Flow | undefined): Flow {
  if (assigned.isEmpty && base) return checkedTimeout(base);
  const proto = assigned.number('proto') ?? base?.orig.proto;
  const { orig, reply } = tuplesOf(assigned, base, proto);
  const family = typeof orig.src === 'number' ? AF_INET : AF_INET6;
  checkFamily(assigned, family);
  const protocol = protocolInfo(assigned, orig.proto, base?.protoinfo);
  const zone = assigned.number('zone') ?? (assigned.has('orig.zone', 'reply.zone') ? undefined : base?.zone);
  checkZones(zone, orig, reply);
  const mark = assigned.number('mark') ?? base?.mark;
  const labels = assignedLabels(assigned.get('labels'), base?.labels);
  const helper = helperName(assigned);
  const master = masterOf(assigned, base);
  return checkedTimeout({
    ...base,
    ...{ family, orig, reply },
    zone,
    status: statusOf(assigned, base),
    timeout: assigned.seconds('timeout') ?? base?.timeout,
    mark,
    labels,
    helper: helper === undefined ? base?.helper : helper === '' ? undefined : { name: helper },
    master,
    protoinfo: protocol ? mergeProtoInfo(base?.protoinfo, protocol) : keptProtoInfo(base, orig.proto),
    ...optionalAttributes(assigned, base ?? {}),
    ...assignedTranslations(assigned, base, family),
  });
}

function tuplesOf(
  assigned: SetValues,
  base: Flow | undefined,
  proto: number | undefined,
): { orig: Tuple; reply: Tuple } {
  // `zone` replaces the zone of a single direction.
  const hasZone = assigned.has('zone');
  const kept = (tuple: PartialTuple): PartialTuple => (hasZone ? { ...tuple, zone: undefined } : tuple);
  const origSet = assignedTuple(assigned, 'orig.', proto);
  const replySet = assignedTuple(assigned, 'reply.', proto);
  if (!base) return completeTuples({ ...origSet, proto }, replySet);
  const isSameProtocol = proto === base.orig.proto;
  const before: PartialTuple = isSameProtocol
    ? base.orig
    : { src: base.orig.src, dst: base.orig.dst, zone: base.orig.zone };
  const orig = completeTuple({ ...kept(before), ...origSet, proto }, 'orig.');
  const replyBefore: PartialTuple = assigned.has(...ORIGINAL_FIELDS) ? { zone: base.reply.zone } : base.reply;
  return completeTuples({ ...orig }, { ...kept(replyBefore), ...replySet });
}

function checkFamily(assigned: SetValues, family: number): void {
  const wanted = assigned.text('family');
  const actual = family === AF_INET ? 'ipv4' : 'ipv6';
  if (wanted !== undefined && wanted !== actual) throw invalidChange(`the addresses are ${actual}, not ${wanted}`);
}

function checkZones(zone: number | undefined, orig: Tuple, reply: Tuple): void {
  const both = orig.zone !== undefined && reply.zone !== undefined;
  const mixed = zone !== undefined && zone !== 0 && (orig.zone !== undefined || reply.zone !== undefined);
  if (both || mixed) throw invalidChange('only one zone can be set: zone (both directions), orig.zone, or reply.zone');
}

function checkedTimeout(flow: Flow): Flow {
  if (flow.timeout === undefined) throw invalidChange('timeout is missing: the kernel requires one', 'timeout = 1h');
  if (flow.timeout === 0) throw invalidChange('a timeout of 0 would delete the entry at once');
  return flow;
}

function statusOf(assigned: SetValues, base: Flow | undefined): number {
  const set = assigned.get('status');
  const before = base?.status ?? 0;
  if (set === undefined) return before;
  const bits = checkSettableStatus(set.value as number) & SETTABLE_STATUS;
  return set.op === '=' ? bits : before | bits;
}

function masterOf(assigned: SetValues, base: Flow | undefined): Tuple | undefined {
  if (!assigned.has(...MASTER_FIELDS)) return base?.master;
  const proto = assigned.number('master.proto') ?? base?.master?.proto;
  return completeTuple({ ...base?.master, proto, ...assignedTuple(assigned, 'master.', proto) }, 'master.');
}

function assignedTranslations(
  assigned: SetValues,
  base: Flow | undefined,
  family: number,
): Pick<Flow, 'snat' | 'dnat'> {
  const of = (field: 'snat' | 'dnat'): NatRange | undefined => {
    const text = assigned.text(field);
    return text === undefined ? base?.[field] : parseTranslation(field, text, family === AF_INET ? 'ipv4' : 'ipv6');
  };
  return { snat: of('snat'), dnat: of('dnat') };
}

const mergeProtoInfo = (before: Flow['protoinfo'], set: NonNullable<Flow['protoinfo']>): Flow['protoinfo'] =>
  before?.protocol === set.protocol
    ? ({
        ...before,
        ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
      } as Flow['protoinfo'])
    : set;

const keptProtoInfo = (base: Flow | undefined, proto: number): Flow['protoinfo'] =>
  base?.orig.proto === proto ? base.protoinfo : undefined;
