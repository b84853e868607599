/** The attributes of a flow that a message builder copies as they are encoded. */

import type { Purpose } from '../../../ctnetlink/codec/codec.js';
import type { Synproxy } from '../../../ctnetlink/codec/flow.js';
import { SIMPLE_FIELDS } from '../../../ctnetlink/codec/simple-fields.js';
import { encodedWords } from '../encoded.js';
import type { Extras } from '../message/flow-values.js';
import { type FlowDraft, masterOf } from './flow-draft.js';

/** A draft is an entry of a file, or one to be created. */
export type DraftPurpose = Exclude<Purpose, 'update'>;

const ALL_FLAGS = 0xff;
const isZero = ({ isn, its, tsoff }: Synproxy): boolean => isn === 0 && its === 0 && tsoff === 0;

/** The headers of two nests precede the attributes of TCP. */
const NESTS = 2;

/** Simple fields that neither a message builder nor its extras have a member for. */
const OTHERS: ReadonlySet<string> = new Set(
  Object.keys(SIMPLE_FIELDS).filter(field => !['mark', 'secmark', 'secctx', 'id', 'use'].includes(field)),
);

/** The attributes of a draft that are copied as they are encoded. */
export function extrasIn(draft: FlowDraft, purpose: DraftPurpose): Extras {
  const { secmark, secctx, helper, labels, origSeqadj, replySeqadj, synproxy, master, protoinfo } = draft;
  const extras: Extras = {};
  if (secmark !== undefined) extras.secmark = encodedWords({ secmark });
  if (secctx !== undefined) extras.secctx = encodedWords({ secctx });
  const others = Object.entries(draft).filter(([key, value]) => OTHERS.has(key) && value !== undefined);
  if (others.length > 0) extras.others = encodedWords(Object.fromEntries(others));
  if (helper !== undefined) extras.helper = encodedWords({ helper });
  if (labels !== undefined) extras.labels = encodedWords({ labels });
  if (origSeqadj !== undefined || replySeqadj !== undefined) extras.seqadj = encodedWords({ origSeqadj, replySeqadj });
  // Every entry that is created by netlink has one of zeros.
  if (synproxy !== undefined && (purpose === 'entry' || !isZero(synproxy)))
    extras.synproxy = encodedWords({ synproxy });
  if (master !== undefined) extras.master = encodedWords({ master: masterOf(master) });
  if (protoinfo?.protocol === 'tcp') {
    // A request says which flags count: all of them.
    const masks = purpose === 'create' ? { origFlagsMask: ALL_FLAGS, replyFlagsMask: ALL_FLAGS } : {};
    extras.tcp = encodedWords({ protoinfo: { ...protoinfo, ...masks, state: undefined } }).subarray(NESTS);
  }
  return extras;
}
