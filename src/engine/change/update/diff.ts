import { TCP_STATES } from '../../../lang/schema/constants.js';
import type { Flow, FlowChange } from '../../ctnetlink/flow.js';
import type { ProtoInfo } from '../../ctnetlink/protoinfo.js';

/** The part of a flow that can be changed. */
export type Changeable = FlowChange;

/** Seconds that may pass between a request and the look at what became of it; the kernel rounds down besides. */
const TIME = 3;
/** The kernel holds no more: INT_MAX jiffies at 1000 a second. */
const LONGEST = 2_147_483;

/** The names of the fields that do not have the wanted value, with what they have instead. */
export function changedAttributes(wanted: Changeable, is: Flow): string[] {
  const names: string[] = [];
  const differs = (name: string, condition: boolean): void => {
    if (condition) names.push(name);
  };
  const { timeout, mark, markMask, labels, labelsMask, status, helper } = wanted;
  differs('timeout', timeout !== undefined && !isNear(timeout, is.timeout ?? 0));
  differs('mark', mark !== undefined && markMask === undefined && mark !== (is.mark ?? 0));
  differs('mark', mark !== undefined && markMask !== undefined && ((mark ^ (is.mark ?? 0)) & markMask) !== 0);
  differs('labels', labels !== undefined && !sameLabels(labels, labelsMask, is.labels));
  differs('status', status !== undefined && (status & ~(is.status ?? 0)) !== 0);
  differs('helper', helper !== undefined && helper.name !== (is.helper?.name ?? ''));
  differs('seqadj.orig', wanted.origSeqadj !== undefined && !same(wanted.origSeqadj, is.origSeqadj));
  differs('seqadj.reply', wanted.replySeqadj !== undefined && !same(wanted.replySeqadj, is.replySeqadj));
  differs('synproxy', wanted.synproxy !== undefined && !same(wanted.synproxy, is.synproxy));
  if (wanted.protoinfo) names.push(...protocolDifferences(wanted.protoinfo, is.protoinfo));
  return names;
}

const isNear = (wanted: number, is: number): boolean => is <= wanted && is >= Math.min(wanted, LONGEST) - TIME;

function sameLabels(wanted: string, mask: string | undefined, is: string | undefined): boolean {
  for (let i = 0; i < 8; i++) {
    const bits = mask === undefined ? 0xffff : mask.charCodeAt(i);
    const have = is === undefined ? 0 : is.charCodeAt(i);
    if (((wanted.charCodeAt(i) ^ have) & bits) !== 0) return false;
  }
  return true;
}

const same = (wanted: object, is: object | undefined): boolean =>
  is !== undefined && Object.entries(wanted).every(([key, value]) => (is as Record<string, unknown>)[key] === value);

function protocolDifferences(wanted: ProtoInfo, is: ProtoInfo | undefined): string[] {
  if (is?.protocol !== wanted.protocol) {
    // A tracker that the kernel does not have any more (DCCP) takes nothing; a TCP flow always has its part.
    return wanted.protocol === 'tcp' && (wanted.state ?? 0) === TCP_STATES.indexOf('NONE')
      ? []
      : [`${wanted.protocol}.state`];
  }
  const names: string[] = [];
  const have = is as unknown as Record<string, number | undefined>;
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'protocol' || key.endsWith('Mask') || value === undefined) continue;
    const mask = (wanted as unknown as Record<string, number | undefined>)[`${key}Mask`];
    const differs = mask === undefined ? have[key] !== value : (((have[key] ?? 0) ^ (value as number)) & mask) !== 0;
    if (differs) names.push(FIELD_NAMES[`${wanted.protocol}.${key}`] ?? `${wanted.protocol}.${key}`);
  }
  return names;
}

/** Parts whose field has another name. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  'tcp.origWscale': 'tcp.orig.wscale',
  'tcp.replyWscale': 'tcp.reply.wscale',
  'tcp.origFlags': 'tcp.orig.flags',
  'tcp.replyFlags': 'tcp.reply.flags',
  'sctp.origVtag': 'orig.vtag',
  'sctp.replyVtag': 'reply.vtag',
  'dccp.handshakeSeq': 'dccp.handshake_seq',
};
