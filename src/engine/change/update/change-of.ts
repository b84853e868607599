import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { namesOfFlags } from '../../../lang/schema/flags.js';
import { type Flow, type FlowChange, SETTABLE_STATUS } from '../../ctnetlink/flow.js';
import { invalidChange } from '../values/invalid-change.js';
import { combinedLabels, labelBits, noLabels } from '../values/label-sets.js';
import { helperName, optionalAttributes } from '../values/optional-attributes.js';
import { protocolInfo } from '../values/protocol-info.js';
import type { SetValues } from '../values/set-values.js';
import { settableStatus } from '../values/status-bits.js';

/** What the kernel compares the status of a request with, and refuses to see changed. */
const KEPT =
  STATUS_FLAGS.EXPECTED | STATUS_FLAGS.CONFIRMED | STATUS_FLAGS.DYING | STATUS_FLAGS.SEEN_REPLY | STATUS_FLAGS.ASSURED;

/**
 * The change that `set` asks for of a flow. Marks and labels that are made of what they were change only the bits that
 * differ, so that what somebody else does to the others meanwhile is kept.
 * @throws CtqError for what may not be changed, or does not fit the flow
 */
export function changeOf(assigned: SetValues, flow: Flow): FlowChange {
  const status = statusOf(assigned, flow);
  const timeout = assigned.seconds('timeout');
  const protoinfo = protocolInfo(assigned, flow.orig.proto, flow.protoinfo);
  const helper = helperName(assigned);
  return {
    ...(status === undefined ? {} : { status }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(protoinfo === undefined ? {} : { protoinfo }),
    ...(helper === undefined ? {} : { helper: { name: helper } }),
    ...markOf(assigned, flow),
    ...labelsOf(assigned, flow),
    ...optionalAttributes(assigned, flow),
  };
}

/** The whole status that is sent: the kernel takes no bit away. */
export function wholeStatus(wanted: number, current: number): number {
  return ((wanted & SETTABLE_STATUS) | (current & (KEPT | SETTABLE_STATUS)) | STATUS_FLAGS.CONFIRMED) >>> 0;
}

function statusOf(assigned: SetValues, { status: current = 0 }: Flow): number | undefined {
  const set = assigned.get('status');
  if (set === undefined) return undefined;
  const bits = settableStatus(set.value as number);
  const cleared = set.op === '=' ? (current & SETTABLE_STATUS & ~bits) >>> 0 : 0;
  if (cleared !== 0) {
    const names = namesOfFlags('status', cleared).join(', ');
    throw invalidChange(`the kernel clears no status bit: ${names} is set`, 'write status += … to set further bits');
  }
  return wholeStatus(bits, current);
}

function markOf(assigned: SetValues, { mark: current = 0 }: Flow): Pick<FlowChange, 'mark' | 'markMask'> {
  const set = assigned.get('mark');
  if (set === undefined) return {};
  const mark = Number(set.value);
  if (!set.ofItself) return { mark };
  const differing = (mark ^ current) >>> 0;
  return { mark: (mark & differing) >>> 0, markMask: differing };
}

function labelsOf(assigned: SetValues, { labels: current }: Flow): Pick<FlowChange, 'labels' | 'labelsMask'> {
  const set = assigned.get('labels');
  if (set === undefined) return {};
  const bits = set.value as string;
  switch (set.op) {
    case '=':
      return { labels: combinedLabels(set, current) };
    case '+=':
      return { labels: bits, labelsMask: labelBits(bits) };
    case '-=':
      return { labels: noLabels(), labelsMask: labelBits(bits) };
  }
}
