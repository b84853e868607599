import { STATUS_FLAGS } from '../../../../lang/schema/constants.js';
import { SETTABLE_STATUS } from '../../../ctnetlink/codec/flow.js';
import type { Writer } from '../../../ctnetlink/codec/writer.js';
import { AF_INET, AF_INET6, CTA, IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_CT_NEW } from '../../../ctnetlink/constants.js';
import { NFGEN_END, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../../../netlink/constants.js';
import {
  ALL_PARTS,
  COUNTERS,
  ID,
  MARK,
  ORIG_ADDRESSES,
  ORIG_KEYS,
  OTHERS,
  REPLY_ADDRESSES,
  REPLY_KEYS,
  STATE,
  STATUS,
  TIMEOUT,
  TIMES,
  TUPLES,
  USE,
  ZONE,
} from '../parts.js';
import { eventFlags } from '../text/event.js';
import { AttributeWords } from './attribute-words.js';
import { type Extras, FlowValues, ORIG, ORIG_SRC, REPLY } from './flow-values.js';
import {
  type CreatedTranslation,
  otherProtoinfo,
  writeCounters,
  writePart,
  writeProtoinfo,
  writeTimes,
  writeTranslation,
  writeTuple,
} from './nests.js';

export interface CreationOptions {
  /** -1: not in the request. */
  readonly status: number;
  readonly snat?: CreatedTranslation;
  readonly dnat?: CreatedTranslation;
}

/** A flow of a file, which becomes the message that the kernel would send, or the request that creates it. */
export class MessageBuilder extends FlowValues {
  readonly #out = new AttributeWords();

  copy(): MessageBuilder {
    const copy = new MessageBuilder();
    this.copyTo(copy);
    return copy;
  }

  /**
   * Appends the message.
   * @param parts those that it is to have (`parts.ts`)
   * @param isComplete whether the flow is known to be
   * @throws ParseError for an incomplete or contradictory flow
   */
  encode(writer: Writer, parts = ALL_PARTS, isComplete = this.isComplete): void {
    if (!isComplete) throw this.fault();
    const size = this.sizes[ORIG_SRC];
    const protoinfo = (parts & STATE) === 0 ? undefined : otherProtoinfo(this);
    const type = this.event === 'destroy' ? IPCTNL_MSG_CT_DELETE : IPCTNL_MSG_CT_NEW;
    const begin = this.#begin(writer, type | (eventFlags(this.event) << 16), this.portid, protoinfo);
    this.#tuple(CTA.TUPLE_ORIG, ORIG, size, (parts & ORIG_ADDRESSES) !== 0, (parts & ORIG_KEYS) !== 0);
    this.#tuple(CTA.TUPLE_REPLY, REPLY, size, (parts & REPLY_ADDRESSES) !== 0, (parts & REPLY_KEYS) !== 0);
    if ((parts & ~TUPLES) !== 0) this.#attributes(parts, size, protoinfo);
    this.#end(writer, begin);
  }

  #tuple(type: number, side: number, size: number, hasAddresses: boolean, hasKeys: boolean): void {
    if (hasAddresses && hasKeys) writeTuple(this.#out, type, this, side, size);
    else if (hasAddresses || hasKeys) writePart(this.#out, type, this, side, size, hasAddresses);
  }

  /** What follows the tuples. */
  #attributes(parts: number, size: number, protoinfo: Uint32Array | undefined): void {
    const out = this.#out;
    const extras = this.givenExtras;
    const hasOthers = (parts & OTHERS) !== 0;
    // The kernel sends no zone 0.
    if (
      (parts & ZONE) !== 0 &&
      (this.zone > 0 || (this.zone === 0 && (this.zones[ORIG] >= 0 || this.zones[REPLY] >= 0)))
    )
      out.be16(CTA.ZONE, this.zone);
    if ((parts & STATUS) !== 0) out.be32(CTA.STATUS, this.isWholeStatus ? this.status : this.completeStatus(size));
    if ((parts & MARK) !== 0 && this.mark >= 0) out.be32(CTA.MARK, this.mark);
    if (hasOthers) {
      out.copy(extras.secmark);
      out.copy(extras.secctx);
      out.copy(extras.others);
    }
    if ((parts & ID) !== 0 && this.id >= 0) out.be32(CTA.ID, this.id);
    if ((parts & USE) !== 0 && this.use >= 0) out.be32(CTA.USE, this.use);
    if (hasOthers) out.copy(extras.master);
    if ((parts & TIMEOUT) !== 0 && this.timeout >= 0) out.be32(CTA.TIMEOUT, this.timeout);
    if ((parts & STATE) !== 0) writeProtoinfo(out, this, protoinfo);
    if ((parts & COUNTERS) !== 0) {
      writeCounters(out, CTA.COUNTERS_ORIG, this, ORIG);
      writeCounters(out, CTA.COUNTERS_REPLY, this, REPLY);
    }
    if ((parts & TIMES) !== 0) writeTimes(out, this);
    if (hasOthers) {
      out.copy(extras.helper);
      out.copy(extras.labels);
      out.copy(extras.seqadj);
      out.copy(extras.synproxy);
    }
    if ((parts & TIMES) !== 0 && this.eventTime >= 0) out.be64(CTA.TIMESTAMP_EVENT, this.eventTime);
  }

  /**
   * Appends the request that creates the flow: the reply tuple is that before NAT, and translations are attributes of their own.
   * Addresses and ports must be complete, extras those of a request. What the kernel assigns (ids, counters, times) is left out.
   * @throws ParseError if something is missing, or does not fit together
   */
  encodeCreation(writer: Writer, { status, snat, dnat }: CreationOptions): void {
    if (!this.isComplete) throw this.fault();
    const size = this.sizes[ORIG_SRC];
    const protoinfo = otherProtoinfo(this);
    const begin = this.#begin(writer, IPCTNL_MSG_CT_NEW | (CREATE << 16), 0, protoinfo);
    const out = this.#out;
    const extras = this.givenExtras;
    writeTuple(out, CTA.TUPLE_ORIG, this, ORIG, size);
    writeTuple(out, CTA.TUPLE_REPLY, this, REPLY, size);
    if (this.zone > 0) out.be16(CTA.ZONE, this.zone);
    // A new entry is CONFIRMED, and the kernel answers EBUSY where it is not said to be.
    if (status >= 0) out.be32(CTA.STATUS, (status & SETTABLE_STATUS) | STATUS_FLAGS.CONFIRMED);
    if (this.mark >= 0) out.be32(CTA.MARK, this.mark);
    out.copy(extras.master);
    if (this.timeout >= 0) out.be32(CTA.TIMEOUT, this.timeout);
    writeProtoinfo(out, this, protoinfo);
    out.copy(extras.helper);
    out.copy(extras.labels);
    out.copy(extras.seqadj);
    out.copy(extras.synproxy);
    if (snat !== undefined) writeTranslation(out, CTA.NAT_SRC, snat, size);
    if (dnat !== undefined) writeTranslation(out, CTA.NAT_DST, dnat, size);
    this.#end(writer, begin);
  }

  /** Writes the headers. @returns the index of their first word */
  #begin(writer: Writer, typeAndFlags: number, portid: number, protoinfo: Uint32Array | undefined): number {
    const begin = writer.length >> 2;
    const words = writer.room(MAX_WORDS + lengthOf(this.givenExtras) + (protoinfo?.length ?? 0));
    words[begin + 1] = typeAndFlags;
    words[begin + 2] = 0;
    words[begin + 3] = portid;
    words[begin + 4] = this.sizes[ORIG_SRC] === 4 ? AF_INET : AF_INET6;
    this.#out.words = words;
    this.#out.length = begin + (NFGEN_END >> 2);
    return begin;
  }

  #end(writer: Writer, begin: number): void {
    const length = this.#out.length - begin;
    this.#out.words[begin] = length * 4;
    writer.advance(length);
  }
}

/** Words of the largest message without extras. */
const MAX_WORDS = 96;

const lengthOf = ({ secmark, secctx, helper, labels, seqadj, synproxy, master, others, tcp }: Extras): number =>
  (secmark?.length ?? 0) +
  (secctx?.length ?? 0) +
  (others?.length ?? 0) +
  (helper?.length ?? 0) +
  (labels?.length ?? 0) +
  (seqadj?.length ?? 0) +
  (synproxy?.length ?? 0) +
  (master?.length ?? 0) +
  (tcp?.length ?? 0);

const CREATE = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
