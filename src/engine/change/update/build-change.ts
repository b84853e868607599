import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { namesOfFlags } from '../../../lang/schema/flags.js';
import { type Flow, type FlowChange, SETTABLE_STATUS } from '../../ctnetlink/codec/flow.js';
import { invalidChange } from '../errors.js';
import { assignedLabels, NO_LABELS } from '../values/labels.js';
import { helperName, optionalAttributes } from '../values/optional-attributes.js';
import { protocolInfo } from '../values/protocol-info.js';
import type { SetValues } from '../values/set-values.js';
import { checkSettableStatus } from '../values/settable-status.js';

/** Status bits that the kernel refuses to see changed: a request must repeat them (ctnetlink_change_status). */
const UNCHANGEABLE_STATUS =
  STATUS_FLAGS.EXPECTED | STATUS_FLAGS.CONFIRMED | STATUS_FLAGS.DYING | STATUS_FLAGS.SEEN_REPLY | STATUS_FLAGS.ASSURED;

/**
 * The change of a flow that `set` describes. A mark or labels that are computed from their former value change only the bits
 * that differ, so that concurrent changes of other bits are kept.
 * @throws CtqError for what cannot be changed, or does not fit the flow
 */
export function buildFlowChange(assigned: SetValues, flow: Flow): FlowChange {
  const helper = helperName(assigned);
  return {
    status: statusOf(assigned, flow),
    timeout: assigned.seconds('timeout'),
    protoinfo: protocolInfo(assigned, flow.orig.proto, flow.protoinfo),
    helper: helper === undefined ? undefined : { name: helper },
    ...markOf(assigned, flow),
    ...labelsOf(assigned, flow),
    ...optionalAttributes(assigned, flow),
  };
}

/** The status of a request: the wanted bits and those that the entry has, as the kernel clears no bit. */
export function requestStatus(wanted: number, current: number): number {
  const kept = current & (UNCHANGEABLE_STATUS | SETTABLE_STATUS);
  return ((wanted & SETTABLE_STATUS) | kept | STATUS_FLAGS.CONFIRMED) >>> 0;
}

function statusOf(assigned: SetValues, { status: current = 0 }: Flow): number | undefined {
  const set = assigned.get('status');
  if (set === undefined) return undefined;
  const bits = checkSettableStatus(set.value as number);
  const cleared = set.op === '=' ? (current & SETTABLE_STATUS & ~bits) >>> 0 : 0;
  if (cleared !== 0) {
    const names = namesOfFlags('status', cleared).join(', ');
    throw invalidChange(`the kernel cannot clear status bits: ${names} is set`, 'write status += … to set more bits');
  }
  return requestStatus(bits, current);
}

function markOf(assigned: SetValues, { mark: current = 0 }: Flow): Pick<FlowChange, 'mark' | 'markMask'> {
  const set = assigned.get('mark');
  if (set === undefined) return {};
  const mark = Number(set.value);
  if (!set.readsItself) return { mark };
  const differing = (mark ^ current) >>> 0;
  return { mark: (mark & differing) >>> 0, markMask: differing };
}

function labelsOf(assigned: SetValues, { labels: current }: Flow): Pick<FlowChange, 'labels' | 'labelsMask'> {
  const set = assigned.get('labels');
  if (set === undefined) return {};
  const labels = set.value as string;
  switch (set.op) {
    case '=':
      return { labels: assignedLabels(set, current) };
    case '+=':
      return { labels, labelsMask: labels };
    case '-=':
      return { labels: NO_LABELS, labelsMask: labels };
  }
}
