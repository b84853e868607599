import type { Address } from '../../../../lang/values/value.js';
import { encodeFlow, type Flow } from '../../../ctnetlink/codec/flow.js';
import { Writer } from '../../../ctnetlink/codec/writer.js';
import { NFGEN_END } from '../../../netlink/constants.js';
import { ORIG, ORIG_SRC, REPLY, REPLY_SRC } from '../message/flow-values.js';
import { MessageBuilder } from '../message/message-builder.js';
import { extrasIn } from './extras.js';
import type { FlowDraft, TupleDraft } from './flow-draft.js';

/**
 * The same flow in a message builder.
 * @param draft of a finished flow
 * @returns undefined for a flow whose message would be another
 */
export function builderOf(draft: FlowDraft): MessageBuilder | undefined {
  const flow = new MessageBuilder();
  flow.clear();
  const { orig, reply, status, protoinfo, origCounters, replyCounters, timestamps } = draft;
  for (const key of ['event', 'portid', 'eventTime', 'family', 'zone', 'mark', 'id', 'use', 'timeout'] as const) {
    if (draft[key] !== undefined) Object.assign(flow, { [key]: draft[key] });
  }
  flow.proto = orig.proto ?? -1;
  flow.status = status ?? 0;
  flow.isWholeStatus = true;
  setTuple(flow, ORIG, ORIG_SRC, orig);
  setTuple(flow, REPLY, REPLY_SRC, reply);
  if (origCounters !== undefined) flow.setPackets(ORIG, origCounters.packets);
  if (origCounters !== undefined) flow.setBytes(ORIG, origCounters.bytes);
  if (replyCounters !== undefined) flow.setPackets(REPLY, replyCounters.packets);
  if (replyCounters !== undefined) flow.setBytes(REPLY, replyCounters.bytes);
  flow.start = timestamps?.start ?? -1;
  flow.stop = timestamps?.stop ?? -1;
  if (protoinfo?.state !== undefined) flow.state = protoinfo.state;
  Object.assign(flow.extras, extrasIn(draft, 'entry'));
  return flow.isComplete && isSame(flow, draft as Flow) ? flow : undefined;
}

function setTuple(flow: MessageBuilder, side: number, place: number, tuple: TupleDraft): void {
  setAddress(flow, place, tuple.src);
  setAddress(flow, place + 4, tuple.dst);
  for (const key of ['sport', 'dport', 'icmpType', 'icmpCode', 'icmpId'] as const) flow[key][side] = tuple[key] ?? -1;
  flow.zones[side] = tuple.zone ?? -1;
}

function setAddress(flow: MessageBuilder, place: number, address: Address | undefined): void {
  const { addressBytes, sizes } = flow;
  if (typeof address === 'number') {
    for (let i = 0; i < 4; i++) addressBytes[4 * place + i] = address >>> (24 - 8 * i);
    sizes[place] = 4;
  } else if (address !== undefined) {
    for (let i = 0; i < 16; i++) addressBytes[4 * place + i] = address.charCodeAt(i >> 1) >> (8 - 8 * (i & 1));
    sizes[place] = 16;
  }
}

/** Whether both make the same message. */
function isSame(flow: MessageBuilder, draft: Flow): boolean {
  const built = new Writer();
  flow.encode(built);
  const encoded = new Writer();
  encoded.begin({ type: 0 });
  encodeFlow(draft, encoded);
  encoded.end();
  return Buffer.compare(built.written.subarray(NFGEN_END), encoded.written.subarray(NFGEN_END)) === 0;
}
