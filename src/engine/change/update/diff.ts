import { TCP_STATES } from '../../../lang/schema/constants.js';
import type { Flow, FlowChange } from '../../ctnetlink/codec/flow.js';
import type { ProtoInfo } from '../../ctnetlink/codec/protoinfo.js';

/** Seconds that may pass between a request and the read that checks its effect, including rounding. */
const TIMEOUT_TOLERANCE = 3;
/** The kernel's longest timeout in seconds: INT_MAX jiffies at 1000 Hz. */
const MAX_TIMEOUT = 2_147_483;

/** The names of the fields that do not have the wanted value. */
export function differingFields(wanted: FlowChange, actual: Flow): string[] {
  const names: string[] = [];
  const differs = (name: string, condition: boolean): void => {
    if (condition) names.push(name);
  };
  const { timeout, mark, markMask, labels, labelsMask, status, helper } = wanted;
  differs('timeout', timeout !== undefined && !isNear(timeout, actual.timeout ?? 0));
  differs('mark', mark !== undefined && markMask === undefined && mark !== (actual.mark ?? 0));
  differs('mark', mark !== undefined && markMask !== undefined && ((mark ^ (actual.mark ?? 0)) & markMask) !== 0);
  differs('labels', labels !== undefined && !sameLabels(labels, labelsMask, actual.labels));
  differs('status', status !== undefined && (status & ~(actual.status ?? 0)) !== 0);
  differs('helper', helper !== undefined && helper.name !== (actual.helper?.name ?? ''));
  differs('seqadj.orig', wanted.origSeqadj !== undefined && !same(wanted.origSeqadj, actual.origSeqadj));
  differs('seqadj.reply', wanted.replySeqadj !== undefined && !same(wanted.replySeqadj, actual.replySeqadj));
  differs('synproxy', wanted.synproxy !== undefined && !same(wanted.synproxy, actual.synproxy));
  if (wanted.protoinfo) names.push(...protocolDifferences(wanted.protoinfo, actual.protoinfo));
  return names;
}

const isNear = (wanted: number, actual: number): boolean =>
  actual <= wanted && actual >= Math.min(wanted, MAX_TIMEOUT) - TIMEOUT_TOLERANCE;

function sameLabels(wanted: string, mask: string | undefined, actual: string | undefined): boolean {
  for (let i = 0; i < 8; i++) {
    const bits = mask === undefined ? 0xffff : mask.charCodeAt(i);
    const have = actual === undefined ? 0 : actual.charCodeAt(i);
    if (((wanted.charCodeAt(i) ^ have) & bits) !== 0) return false;
  }
  return true;
}

const same = (wanted: object, actual: object | undefined): boolean =>
  actual !== undefined &&
  Object.entries(wanted).every(([key, value]) => (actual as Record<string, unknown>)[key] === value);

function protocolDifferences(wanted: ProtoInfo, actual: ProtoInfo | undefined): string[] {
  if (actual?.protocol !== wanted.protocol) {
    // A kernel without a tracker for the protocol (DCCP) stores nothing; a TCP flow always has a state.
    return wanted.protocol === 'tcp' && (wanted.state ?? 0) === TCP_STATES.indexOf('NONE')
      ? []
      : [`${wanted.protocol}.state`];
  }
  const names: string[] = [];
  const have = actual as unknown as Record<string, number | undefined>;
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'protocol' || key.endsWith('Mask') || value === undefined) continue;
    const mask = (wanted as unknown as Record<string, number | undefined>)[`${key}Mask`];
    const differs = mask === undefined ? have[key] !== value : (((have[key] ?? 0) ^ (value as number)) & mask) !== 0;
    if (differs) names.push(FIELD_NAMES[`${wanted.protocol}.${key}`] ?? `${wanted.protocol}.${key}`);
  }
  return names;
}

/** Fields that are named differently. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  'tcp.origWscale': 'tcp.orig.wscale',
  'tcp.replyWscale': 'tcp.reply.wscale',
  'tcp.origFlags': 'tcp.orig.flags',
  'tcp.replyFlags': 'tcp.reply.flags',
  'sctp.origVtag': 'orig.vtag',
  'sctp.replyVtag': 'reply.vtag',
  'dccp.handshakeSeq': 'dccp.handshake_seq',
};
