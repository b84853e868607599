import type { Integer } from '../../lang/values.js';
import { align4, be16, be32, be64, host16, host32, text } from './bytes.js';
import {
  CTA,
  CTA_COUNTERS,
  CTA_EXPECT,
  CTA_EXPECT_NAT,
  CTA_HELP,
  CTA_PROTOINFO,
  CTA_PROTOINFO_DCCP,
  CTA_PROTOINFO_SCTP,
  CTA_PROTOINFO_TCP,
  CTA_SECCTX_NAME,
  CTA_SEQADJ,
  CTA_SYNPROXY,
  CTA_TIMESTAMP,
  IPCTNL_MSG_CT_DELETE,
  NFGEN_END,
  NFNL_SUBSYS_CTNETLINK_EXP,
  NLA_TYPE_MASK,
  NLM_F_CREATE,
} from './constants.js';
import { TupleView } from './tuple-view.js';
import { WireError } from './wire-error.js';

export { TupleView } from './tuple-view.js';

/** Top-level attributes have numbers below this; others are skipped. */
const ATTRIBUTES = 32;

/** Which of the nests of the message have been indexed. */
const ORIG = 1;
const REPLY = 2;
const MASTER = 4;
const TUPLE = 8;
const MASK = 16;
const NAT = 32;
const PROTOINFO = 64;

/**
 * A row: a ctnetlink message, read in place. One view is moved over all messages of a stream; nothing is decoded until it
 * is asked for, and nothing is allocated but for names, labels and counters beyond 2^53. A number is -1, a text null,
 * where the message does not have it; what is cut short or malformed counts as absent.
 */
export class MessageView {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the message begins and ends in `bytes`. */
  begin = 0;
  end = 0;
  type = 0;
  flags = 0;
  seq = 0;
  /** Netlink port of the process that caused an event; 0: the kernel. */
  portid = 0;
  /** AF_INET, AF_INET6, or 0. */
  family = 0;
  /** nfgenmsg.res_id: the number of the CPU in statistics. */
  cpu = 0;
  /** The time at which the statement runs, ns since the epoch; set by who moves the view. For the age of flows. */
  now: Integer = 0;
  /** Of the live event stream: set by who reads one, so that rows of dumps are no events. */
  isEvent = false;
  readonly #at = new Int32Array(ATTRIBUTES);
  readonly #size = new Int32Array(ATTRIBUTES);
  #indexed = 0;
  readonly #orig = new TupleView();
  readonly #reply = new TupleView();
  readonly #master = new TupleView();
  readonly #tuple = new TupleView();
  readonly #mask = new TupleView();
  readonly #nat = new TupleView();
  /** Where the protocol's own attributes begin and end, and which protocol it is. */
  #info = -1;
  #infoEnd = -1;
  #infoType = 0;

  /**
   * Stands on the message at `offset`.
   * @returns where the next message begins
   * @throws WireError where there is no whole message
   */
  set(bytes: Uint8Array, offset: number): number {
    const left = bytes.length - offset;
    const length = left < NFGEN_END ? 0 : host32(bytes, offset);
    if (length < NFGEN_END || length > left) {
      throw new WireError(`a message of ${length} bytes where ${left} are left`, offset);
    }
    this.bytes = bytes;
    this.begin = offset;
    this.end = offset + length;
    this.type = host16(bytes, offset + 4);
    this.flags = host16(bytes, offset + 6);
    this.seq = host32(bytes, offset + 8);
    this.portid = host32(bytes, offset + 12);
    this.family = bytes[offset + 16];
    this.cpu = be16(bytes, offset + 18);
    this.#indexed = 0;
    const at = this.#at;
    const size = this.#size;
    at.fill(-1);
    const { end } = this;
    for (let p = offset + NFGEN_END; p + 4 <= end; ) {
      const attribute = bytes[p] | (bytes[p + 1] << 8);
      if (attribute < 4 || p + attribute > end) break;
      const type = (bytes[p + 2] | (bytes[p + 3] << 8)) & NLA_TYPE_MASK;
      if (type < ATTRIBUTES) {
        at[type] = p + 4;
        size[type] = attribute - 4;
      }
      p += (attribute + 3) & ~3;
    }
    return Math.min(offset + align4(length), bytes.length);
  }

  /** A copy of the message's bytes. */
  copy(): Uint8Array {
    return this.bytes.slice(this.begin, this.end);
  }

  /** Where a top-level attribute's payload begins, or -1. */
  at(attribute: number): number {
    return this.#at[attribute];
  }

  /** The length of a top-level attribute's payload, where it is there. */
  sizeOf(attribute: number): number {
    return this.#size[attribute];
  }

  /** A top-level be32, or -1. */
  number(attribute: number): number {
    const at = this.#at[attribute];
    return at < 0 || this.#size[attribute] < 4 ? -1 : be32(this.bytes, at);
  }

  #number16(attribute: number): number {
    const at = this.#at[attribute];
    return at < 0 || this.#size[attribute] < 2 ? -1 : be16(this.bytes, at);
  }

  /** Where the payload of an attribute inside of a nest begins, or -1; it has at least `length` bytes. */
  #inner(attribute: number, wanted: number, length: number): number {
    const from = this.#at[attribute];
    return from < 0 ? -1 : this.#find(from, from + this.#size[attribute], wanted, length);
  }

  #found = 0;

  #find(from: number, end: number, wanted: number, length: number): number {
    const { bytes } = this;
    for (let p = from; p + 4 <= end; ) {
      const size = host16(bytes, p);
      if (size < 4 || p + size > end) return -1;
      if ((host16(bytes, p + 2) & NLA_TYPE_MASK) === wanted && size >= 4 + length) {
        this.#found = size - 4;
        return p + 4;
      }
      p += align4(size);
    }
    return -1;
  }

  #inner32(attribute: number, wanted: number): number {
    const at = this.#inner(attribute, wanted, 4);
    return at < 0 ? -1 : be32(this.bytes, at);
  }

  #inner64(attribute: number, wanted: number): Integer {
    const at = this.#inner(attribute, wanted, 8);
    return at < 0 ? -1 : be64(this.bytes, at);
  }

  #innerName(attribute: number, wanted: number): string | null {
    const at = this.#inner(attribute, wanted, 1);
    return at < 0 ? null : text(this.bytes, at, this.#found);
  }

  #text(attribute: number): string | null {
    const at = this.#at[attribute];
    return at < 0 ? null : text(this.bytes, at, this.#size[attribute]);
  }

  #tupleOf(tuple: TupleView, bit: number, attribute: number): TupleView {
    if ((this.#indexed & bit) === 0) {
      this.#indexed |= bit;
      tuple.index(this.bytes, this.#at[attribute], this.#size[attribute]);
    }
    return tuple;
  }

  get isExpectation(): boolean {
    return this.type >> 8 === NFNL_SUBSYS_CTNETLINK_EXP;
  }

  /** What happened, in a message of an event stream. */
  get event(): 'new' | 'update' | 'destroy' {
    if ((this.type & 0xff) === (IPCTNL_MSG_CT_DELETE & 0xff)) return 'destroy';
    return (this.flags & NLM_F_CREATE) !== 0 ? 'new' : 'update';
  }

  // ------------------------------------------------------------ tuples

  get orig(): TupleView {
    return this.#tupleOf(this.#orig, ORIG, CTA.TUPLE_ORIG);
  }

  get reply(): TupleView {
    return this.#tupleOf(this.#reply, REPLY, CTA.TUPLE_REPLY);
  }

  /** The original tuple of a flow's or an expectation's master. */
  get master(): TupleView {
    return this.#tupleOf(this.#master, MASTER, this.isExpectation ? CTA_EXPECT.MASTER : CTA.TUPLE_MASTER);
  }

  /** The expected tuple. */
  get tuple(): TupleView {
    return this.#tupleOf(this.#tuple, TUPLE, CTA_EXPECT.TUPLE);
  }

  get mask(): TupleView {
    return this.#tupleOf(this.#mask, MASK, CTA_EXPECT.MASK);
  }

  /** What the expected flow's source is translated to. */
  get natTuple(): TupleView {
    if ((this.#indexed & NAT) === 0) {
      this.#indexed |= NAT;
      const at = this.#inner(CTA_EXPECT.NAT, CTA_EXPECT_NAT.TUPLE, 0);
      this.#nat.index(this.bytes, at, this.#found);
    }
    return this.#nat;
  }

  // ------------------------------------------------------------ both tables

  /** Seconds left. */
  get timeout(): number {
    return this.number(this.isExpectation ? CTA_EXPECT.TIMEOUT : CTA.TIMEOUT);
  }

  get id(): number {
    return this.number(this.isExpectation ? CTA_EXPECT.ID : CTA.ID);
  }

  get zone(): number {
    return this.#number16(this.isExpectation ? CTA_EXPECT.ZONE : CTA.ZONE);
  }

  get helper(): string | null {
    return this.isExpectation ? this.#text(CTA_EXPECT.HELP_NAME) : this.#innerName(CTA.HELP, CTA_HELP.NAME);
  }

  // ------------------------------------------------------------ flows

  get status(): number {
    return this.number(CTA.STATUS);
  }

  get mark(): number {
    return this.number(CTA.MARK);
  }

  get use(): number {
    return this.number(CTA.USE);
  }

  get secmark(): number {
    return this.number(CTA.SECMARK);
  }

  get secctx(): string | null {
    return this.#innerName(CTA.SECCTX, CTA_SECCTX_NAME);
  }

  get origPackets(): Integer {
    return this.#inner64(CTA.COUNTERS_ORIG, CTA_COUNTERS.PACKETS);
  }

  get origBytes(): Integer {
    return this.#inner64(CTA.COUNTERS_ORIG, CTA_COUNTERS.BYTES);
  }

  get replyPackets(): Integer {
    return this.#inner64(CTA.COUNTERS_REPLY, CTA_COUNTERS.PACKETS);
  }

  get replyBytes(): Integer {
    return this.#inner64(CTA.COUNTERS_REPLY, CTA_COUNTERS.BYTES);
  }

  /** ns since the epoch. */
  get start(): Integer {
    return this.#inner64(CTA.TIMESTAMP, CTA_TIMESTAMP.START);
  }

  get stop(): Integer {
    return this.#inner64(CTA.TIMESTAMP, CTA_TIMESTAMP.STOP);
  }

  /** When the event was made (Linux 6.14 and later, nf_conntrack_timestamp). */
  get eventTime(): Integer {
    const at = this.#at[CTA.TIMESTAMP_EVENT];
    return at < 0 || this.#size[CTA.TIMESTAMP_EVENT] < 8 ? -1 : be64(this.bytes, at);
  }

  /** The bits in the representation of values.ts; the kernel has them in host order, 32 at a time. */
  get labels(): string | null {
    const at = this.#at[CTA.LABELS];
    const size = this.#size[CTA.LABELS];
    if (at < 0 || size < 4) return null;
    let labels = '';
    for (let i = 0; i < 16; i += 2) labels += String.fromCharCode(i + 2 <= size ? host16(this.bytes, at + i) : 0);
    return labels;
  }

  #protoinfo(protocol: number): boolean {
    if ((this.#indexed & PROTOINFO) === 0) {
      this.#indexed |= PROTOINFO;
      this.#infoType = 0;
      const at = this.#at[CTA.PROTOINFO];
      const end = at + this.#size[CTA.PROTOINFO];
      if (at >= 0 && at + 4 <= end) {
        const size = host16(this.bytes, at);
        if (size >= 4 && at + size <= end) {
          this.#infoType = host16(this.bytes, at + 2) & NLA_TYPE_MASK;
          this.#info = at + 4;
          this.#infoEnd = at + size;
        }
      }
    }
    return this.#infoType === protocol;
  }

  #info8(protocol: number, attribute: number): number {
    if (!this.#protoinfo(protocol)) return -1;
    const at = this.#find(this.#info, this.#infoEnd, attribute, 1);
    return at < 0 ? -1 : this.bytes[at];
  }

  get tcpState(): number {
    return this.#info8(CTA_PROTOINFO.TCP, CTA_PROTOINFO_TCP.STATE);
  }

  get tcpOrigWscale(): number {
    return this.#info8(CTA_PROTOINFO.TCP, CTA_PROTOINFO_TCP.WSCALE_ORIG);
  }

  get tcpReplyWscale(): number {
    return this.#info8(CTA_PROTOINFO.TCP, CTA_PROTOINFO_TCP.WSCALE_REPLY);
  }

  get tcpOrigFlags(): number {
    return this.#info8(CTA_PROTOINFO.TCP, CTA_PROTOINFO_TCP.FLAGS_ORIG);
  }

  get tcpReplyFlags(): number {
    return this.#info8(CTA_PROTOINFO.TCP, CTA_PROTOINFO_TCP.FLAGS_REPLY);
  }

  get sctpState(): number {
    return this.#info8(CTA_PROTOINFO.SCTP, CTA_PROTOINFO_SCTP.STATE);
  }

  #info32(protocol: number, attribute: number): number {
    if (!this.#protoinfo(protocol)) return -1;
    const at = this.#find(this.#info, this.#infoEnd, attribute, 4);
    return at < 0 ? -1 : be32(this.bytes, at);
  }

  get sctpOrigVtag(): number {
    return this.#info32(CTA_PROTOINFO.SCTP, CTA_PROTOINFO_SCTP.VTAG_ORIG);
  }

  get sctpReplyVtag(): number {
    return this.#info32(CTA_PROTOINFO.SCTP, CTA_PROTOINFO_SCTP.VTAG_REPLY);
  }

  get dccpState(): number {
    return this.#info8(CTA_PROTOINFO.DCCP, CTA_PROTOINFO_DCCP.STATE);
  }

  get dccpRole(): number {
    return this.#info8(CTA_PROTOINFO.DCCP, CTA_PROTOINFO_DCCP.ROLE);
  }

  get dccpHandshakeSeq(): Integer {
    if (!this.#protoinfo(CTA_PROTOINFO.DCCP)) return -1;
    const at = this.#find(this.#info, this.#infoEnd, CTA_PROTOINFO_DCCP.HANDSHAKE_SEQ, 8);
    return at < 0 ? -1 : be64(this.bytes, at);
  }

  /** A part of a direction's sequence adjustment: CTA_SEQADJ. Offsets are signed in the kernel, unsigned on the wire. */
  seqadj(direction: 0 | 1, part: keyof typeof CTA_SEQADJ): number {
    return this.#inner32(direction === 0 ? CTA.SEQ_ADJ_ORIG : CTA.SEQ_ADJ_REPLY, CTA_SEQADJ[part]);
  }

  synproxy(part: keyof typeof CTA_SYNPROXY): number {
    return this.#inner32(CTA.SYNPROXY, CTA_SYNPROXY[part]);
  }

  // ------------------------------------------------------------ expectations

  get expectFlags(): number {
    return this.number(CTA_EXPECT.FLAGS);
  }

  get expectClass(): number {
    return this.number(CTA_EXPECT.CLASS);
  }

  get fn(): string | null {
    return this.#text(CTA_EXPECT.FN);
  }

  /** Direction whose source is translated: 0 original, 1 reply. */
  get natDirection(): number {
    return this.#inner32(CTA_EXPECT.NAT, CTA_EXPECT_NAT.DIR);
  }
}
