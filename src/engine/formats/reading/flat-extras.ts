/** Attributes of flows that stand in many lines of a file in the same words: read and written once, then copied. */
import { IPPROTO } from '../../ctnetlink/constants.js';
import { EncodeError } from '../../ctnetlink/encode-error.js';
import { encodeFlow, type Flow } from '../../ctnetlink/flow.js';
import { Writer } from '../../ctnetlink/writer.js';
import { applyFlow, parseObject } from '../json/entry-reader.js';
import type { Entries } from './entries.js';
import { FlowDraft, type ProtoDraft } from './flow-draft.js';
import type { Extras } from './message-builder.js';
import { Unreadable } from './parse-error.js';

/** The words of the attributes that a part of a flow has. */
export function wordsOf(part: Partial<Flow>): Uint32Array {
  const writer = new Writer(256);
  encodeFlow(part as Flow, writer);
  const bytes = writer.take();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

/** The headers of two nests stand before the attributes of TCP. */
const NESTS = 2;

const PARTS: Readonly<Record<string, (draft: FlowDraft) => Extras>> = {
  secmark: ({ secmark }) => ({ secmark: wordsOf({ secmark }) }),
  secctx: ({ secctx }) => ({ secctx: wordsOf({ secctx }) }),
  helper: ({ helper }) => ({ helper: wordsOf({ helper }) }),
  labels: ({ labels }) => ({ labels: wordsOf({ labels }) }),
  seqadj: ({ origSeqadj, replySeqadj }) => ({ seqadj: wordsOf({ origSeqadj, replySeqadj }) }),
  synproxy: ({ synproxy }) => ({ synproxy: wordsOf({ synproxy }) }),
  tcp: ({ protoinfo }) => ({ tcp: wordsOf({ protoinfo }).subarray(NESTS) }),
};

/**
 * What a member of ctq's own JSON says.
 * @param member `"synproxy":{…}`, as it stands in the file
 * @returns undefined for one that is not among them, or wrong
 */
export function extrasOf(member: string, entries: Entries): Extras | undefined {
  try {
    const object = parseObject(`{${member}}`);
    const [key] = Object.keys(object);
    const part = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined;
    // The state is told elsewhere, and counts there.
    if (part === undefined || object[key] === null || /"state"/.test(member)) return undefined;
    const draft = new FlowDraft();
    draft.orig.proto = IPPROTO.TCP;
    const parts: ProtoDraft = {};
    applyFlow(draft, object, entries, parts);
    return part(draft);
  } catch (error) {
    if (error instanceof Unreadable || error instanceof EncodeError) return undefined;
    throw error;
  }
}
