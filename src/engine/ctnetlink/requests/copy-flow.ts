import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { NFGEN_END, NLA_F_NESTED, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../../netlink/constants.js';
import { align4 } from '../../netlink/messages/framing.js';
import { SETTABLE_STATUS } from '../codec/flow.js';
import {
  CTA,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  keysOf,
} from '../constants.js';
import type { Layout } from '../view/layout.js';
import type { MessageView } from '../view/view.js';

/** Values of a copy that differ from those of the flow. */
export interface CopyOverrides {
  readonly zone?: number;
  readonly mark?: number;
  /** Seconds. */
  readonly timeout?: number;
}

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;
/** Bytes of a buffer. The first is small, so that it is sent soon; later ones are large, to send seldom. */
const FIRST_ARENA = 1 << 16;
const LARGEST_ARENA = 1 << 20;
const MAX_SPARE = 4;
/** Upper limit of the size of a request. */
const LARGEST = 4096;

/** Attributes that the kernel accepts for a new flow in the form in which it reports them. */
const VERBATIM = [CTA.TUPLE_ORIG, CTA.TUPLE_REPLY, CTA.HELP, CTA.LABELS, CTA.SEQ_ADJ_ORIG, CTA.SEQ_ADJ_REPLY] as const;

const header = (length: number, type: number): number => (length | (type << 16)) >>> 0;
const bigEndian = (n: number): number =>
  (((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0;

/** Builds requests from attributes of messages, copied verbatim, back to back in large reused buffers. */
export class RequestArena {
  #arena: Uint8Array = new Uint8Array(FIRST_ARENA);
  protected words: Uint32Array = new Uint32Array(this.#arena.buffer);
  /** In words. */
  protected length = 0;
  /** Offsets of the last request, and of the first that has not been taken; in words. */
  #last = 0;
  #taken = 0;
  #source: Uint8Array | undefined;
  #sourceWords: Uint32Array = new Uint32Array(0);
  /** Buffers for reuse. */
  readonly #spare: Uint8Array[] = [];

  /** @returns offset of the request in words; undefined if the message is too large, or not aligned to four bytes */
  protected begin(view: MessageView): number | undefined {
    if (view.end - view.begin > LARGEST - 64 || (view.begin & 3) !== 0 || !this.#lookAt(view.bytes)) return undefined;
    if (this.isFull) this.#renew();
    const begin = this.length;
    this.length += NFGEN_END >> 2;
    return begin;
  }

  /** The last request; valid until its buffer is given back. */
  get request(): Uint8Array {
    return this.#arena.subarray(this.#last * 4, this.length * 4);
  }

  /** Whether the next request starts a new buffer. Requests that have not been taken by then are lost. */
  get isFull(): boolean {
    return this.#arena.length - this.length * 4 < LARGEST;
  }

  /** All requests since the last call, back to back; valid until they are given back. */
  take(): Uint8Array {
    const bytes = this.#arena.subarray(this.#taken * 4, this.length * 4);
    this.#taken = this.length;
    return bytes;
  }

  /** Returns requests that are no longer needed. Their buffer is reused if they fill it. */
  giveBack({ buffer, byteOffset, length }: Uint8Array): void {
    const isWhole = byteOffset === 0 && LARGEST_ARENA - length < LARGEST;
    if (isWhole && this.#spare.length < MAX_SPARE) this.#spare.push(new Uint8Array(buffer));
  }

  protected finish(begin: number, family: number, type: number, flags: number): true {
    const { words } = this;
    this.#last = begin;
    words[begin] = (this.length - begin) * 4;
    words[begin + 1] = header(type, flags);
    words[begin + 2] = 0;
    words[begin + 3] = 0;
    words[begin + 4] = family;
    return true;
  }

  /** @returns false if the bytes are not aligned to four bytes */
  #lookAt(bytes: Uint8Array): boolean {
    if (bytes === this.#source) return true;
    if ((bytes.byteOffset & 3) !== 0) return false;
    this.#source = bytes;
    this.#sourceWords = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    return true;
  }

  #renew(): void {
    this.#arena = this.#spare.pop() ?? new Uint8Array(Math.min(2 * this.#arena.length, LARGEST_ARENA));
    this.words = new Uint32Array(this.#arena.buffer);
    this.length = 0;
    this.#taken = 0;
  }

  protected put(first: number, second: number): void {
    this.words[this.length++] = first;
    this.words[this.length++] = second;
  }

  protected verbatim(view: MessageView, attribute: number): void {
    const at = view.at(attribute);
    if (at < 0) return;
    const { words } = this;
    const source = this.#sourceWords;
    let from = (at - 4) >> 2;
    const end = (at + align4(view.sizeOf(attribute))) >> 2;
    let to = this.length;
    while (from < end) words[to++] = source[from++];
    this.length = to;
  }

  /** @param places in words, relative to the message */
  protected gather(view: MessageView, places: Int32Array): void {
    const { words } = this;
    const source = this.#sourceWords;
    const first = view.begin >> 2;
    let to = this.length;
    for (let i = 0; i < places.length; i++) words[to++] = source[first + places[i]];
    this.length = to;
  }

  protected zone(zone: number): void {
    if (zone > 0) this.put(header(6, CTA.ZONE), ((zone & 0xff) << 8) | (zone >>> 8));
  }
}

/**
 * Writes requests that delete the flow of a message by original tuple, zone and id: the same bytes as `deleteFlow`, without
 * decoding the message.
 */
export class FlowDeleter extends RequestArena {
  /** @returns false, with no request written, for a flow without ports or without an id: use `deleteFlow` */
  remove(view: MessageView): boolean {
    const { orig } = view;
    // Without a complete tuple the kernel would flush.
    const isWhole =
      orig.present && orig.src >= 0 && orig.dst >= 0 && orig.proto >= 0 && view.sizeOf(CTA.TUPLE_ORIG) >= 28;
    if (view.isExpectation || !isWhole || keysOf(orig.proto) !== 'ports' || orig.sport < 0 || orig.dport < 0)
      return false;
    if (view.id < 0) return false;
    const begin = this.begin(view);
    if (begin === undefined) return false;
    this.verbatim(view, CTA.TUPLE_ORIG);
    this.zone(view.zone);
    this.verbatim(view, CTA.ID);
    return this.finish(begin, view.family, IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST);
  }
}

/** Where a copy finds its attributes in messages of one layout. Offsets are in words, relative to the message. */
interface CopyPlan {
  readonly layout: Layout;
  /** Every word of the attributes that are copied verbatim. */
  readonly verbatim: Int32Array;
  /** Every word of CTA_PROTOINFO, and the indices of those that hold TCP flags. */
  readonly protoinfo: Int32Array;
  readonly flags: readonly number[];
  readonly hasSynproxy: boolean;
  readonly hasTupleZones: boolean;
}

/**
 * Writes requests that create copies of the flows of messages: the same bytes as `createFlow`, without decoding the
 * message.
 */
export class FlowCopier extends RequestArena {
  /** Of the last two layouts: messages of two kinds often alternate. */
  #plan: CopyPlan | undefined;
  #other: CopyPlan | undefined;

  /**
   * @returns false, with no request written, for flows with NAT, with a master, or without time left: use
   * `createFlow`
   */
  copy(view: MessageView, over: CopyOverrides): boolean {
    const { status } = view;
    const timeout = over.timeout ?? view.timeout;
    if (timeout <= 0) return false;
    if (status > 0 && (status & (SRC_NAT | DST_NAT)) !== 0) return false;
    const plan = this.#planOf(view.layout);
    if (plan === undefined || (over.zone !== undefined && plan.hasTupleZones)) return false;
    const begin = this.begin(view);
    if (begin === undefined) return false;
    this.gather(view, plan.verbatim);
    this.zone(over.zone ?? view.zone);
    const kept = (Math.max(status, 0) & SETTABLE_STATUS) | STATUS_FLAGS.CONFIRMED;
    this.put(header(8, CTA.STATUS), bigEndian(kept));
    this.put(header(8, CTA.TIMEOUT), bigEndian(timeout));
    const mark = over.mark ?? view.mark;
    if (mark >= 0) this.put(header(8, CTA.MARK), bigEndian(mark));
    const protoinfo = this.length;
    this.gather(view, plan.protoinfo);
    // The kernel reports TCP flags with an empty mask, and ignores flags with an empty mask in requests.
    for (const place of plan.flags) this.words[protoinfo + place] |= 0xff00;
    if (plan.hasSynproxy && (view.synproxy('ISN') > 0 || view.synproxy('ITS') > 0 || view.synproxy('TSOFF') > 0))
      this.verbatim(view, CTA.SYNPROXY);
    // A null binding.
    if (status > 0 && (status & (SRC_NAT_DONE | DST_NAT_DONE)) !== 0)
      this.words[this.length++] = header(4, CTA.NAT_SRC | NLA_F_NESTED);
    return this.finish(begin, view.family, IPCTNL_MSG_CT_NEW, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);
  }

  #planOf(layout: Layout): CopyPlan | undefined {
    if (this.#plan?.layout !== layout) {
      const last = this.#plan;
      this.#plan = this.#other?.layout === layout ? this.#other : planOf(layout);
      this.#other = last;
    }
    return this.#plan;
  }
}

/** @returns undefined for flows with a master, or without both tuples */
function planOf(layout: Layout): CopyPlan | undefined {
  const { at, orig, reply } = layout;
  if (at[CTA.TUPLE_MASTER] >= 0 || at[CTA.TUPLE_ORIG] < 0 || at[CTA.TUPLE_REPLY] < 0) return undefined;
  const verbatim = VERBATIM.flatMap(attribute => wordPlaces(layout, attribute));
  const protoinfo = wordPlaces(layout, CTA.PROTOINFO);
  const flags: number[] = [];
  if (layout.protocol === CTA_PROTOINFO.TCP)
    for (const attribute of [CTA_PROTOINFO_TCP.FLAGS_ORIG, CTA_PROTOINFO_TCP.FLAGS_REPLY])
      if (layout.protocolAt[attribute] >= 0) flags.push(protoinfo.indexOf(layout.protocolAt[attribute] >> 2));
  return {
    layout,
    verbatim: Int32Array.from(verbatim),
    protoinfo: Int32Array.from(protoinfo),
    flags,
    hasSynproxy: at[CTA.SYNPROXY] >= 0,
    hasTupleZones: orig.zone >= 0 || reply.zone >= 0,
  };
}

/** The offsets of an attribute's words, including its header. */
function wordPlaces({ at, size }: Layout, attribute: number): number[] {
  const words: number[] = [];
  if (at[attribute] < 0) return words;
  const end = (at[attribute] + align4(size[attribute])) >> 2;
  for (let word = (at[attribute] >> 2) - 1; word < end; word++) words.push(word);
  return words;
}
