import type { Integer } from '../../../lang/values/value.js';
import { payloadSize } from '../../netlink/messages/attributes.js';
import { be32, be64 } from '../bytes.js';
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
  CTA_SEQADJ,
  CTA_SYNPROXY,
  CTA_TIMESTAMP,
} from '../constants.js';
import { NO_CONTEXT, type RowContext } from '../row-context.js';
import { Message } from './message.js';
import { TupleView } from './tuple-view.js';

export { TupleView } from './tuple-view.js';

type RareTuples = Readonly<Record<'master' | 'tuple' | 'mask' | 'nat', TupleView>>;

/**
 * A row: typed access to a ctnetlink message. One view is moved over all messages of a stream. Attributes are decoded on access; only
 * texts, labels and counters beyond 2^53 are allocated. An absent number is -1, an absent text null; truncated or malformed
 * attributes count as absent.
 */
export class MessageView extends Message {
  /** Set by the code that moves the view. */
  context: RowContext = NO_CONTEXT;
  readonly #orig = new TupleView();
  readonly #reply = new TupleView();
  /** Tuples that few rows have, made on demand. */
  #rare: RareTuples | undefined;

  get #others(): RareTuples {
    this.#rare ??= { master: new TupleView(), tuple: new TupleView(), mask: new TupleView(), nat: new TupleView() };
    return this.#rare;
  }

  get now(): Integer {
    return this.context.now;
  }

  /** Of a row of a file, when it was as it is: the time of its event, or that of the file. */
  get taken(): Integer | undefined {
    const { taken } = this.context;
    if (taken === null) return undefined;
    const { eventTime } = this;
    return eventTime < 0 ? taken : eventTime;
  }

  get netns(): string | null {
    return this.context.netns;
  }

  get filename(): string | null {
    return this.context.file;
  }

  get gateway(): string | null {
    return this.context.gateway;
  }

  /** The gateway or network namespace of the row, if rows of several are read; else null. */
  get origin(): string | null {
    const { gateway, netns } = this.context;
    return gateway === null || netns === null ? (gateway ?? netns) : `${gateway}/${netns}`;
  }

  get isResync(): boolean {
    return this.context.isResync;
  }

  /** A copy that stays valid when this view is moved. */
  keep(): MessageView {
    const kept = new MessageView();
    kept.set(this.copy(), 0);
    kept.context = this.context;
    return kept;
  }

  // ------------------------------------------------------------ tuples

  get orig(): TupleView {
    return this.#orig.move(this.bytes, this.begin, this.layout.orig);
  }

  get reply(): TupleView {
    return this.#reply.move(this.bytes, this.begin, this.layout.reply);
  }

  /** The original tuple of a flow's or an expectation's master. */
  get master(): TupleView {
    return this.#others.master.move(this.bytes, this.begin, this.layout.master);
  }

  /** The expected tuple. */
  get tuple(): TupleView {
    return this.#others.tuple.move(this.bytes, this.begin, this.layout.tuple);
  }

  get mask(): TupleView {
    return this.#others.mask.move(this.bytes, this.begin, this.layout.mask);
  }

  /** Source NAT of the expected flow. */
  get natTuple(): TupleView {
    return this.#others.nat.move(this.bytes, this.begin, this.layout.nat);
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
    return this.number16(this.isExpectation ? CTA_EXPECT.ZONE : CTA.ZONE);
  }

  get helper(): string | null {
    return this.isExpectation ? this.text(CTA_EXPECT.HELP_NAME) : this.innerText(CTA.HELP, CTA_HELP.NAME);
  }

  /** A copy of the helper's private data (CTA_HELP_INFO), or null. */
  get helperInfo(): Uint8Array | null {
    const at = this.inner(CTA.HELP, CTA_HELP.INFO, 0);
    return at < 0 ? null : this.bytes.slice(at, at + payloadSize(this.bytes, at));
  }

  // ------------------------------------------------------------ flows

  get status(): number {
    return this.number(CTA.STATUS);
  }

  get mark(): number {
    return this.number(CTA.MARK);
  }

  get origPackets(): Integer {
    return this.inner64(CTA.COUNTERS_ORIG, CTA_COUNTERS.PACKETS);
  }

  get origBytes(): Integer {
    return this.inner64(CTA.COUNTERS_ORIG, CTA_COUNTERS.BYTES);
  }

  get replyPackets(): Integer {
    return this.inner64(CTA.COUNTERS_REPLY, CTA_COUNTERS.PACKETS);
  }

  get replyBytes(): Integer {
    return this.inner64(CTA.COUNTERS_REPLY, CTA_COUNTERS.BYTES);
  }

  /** ns since the epoch. */
  get start(): Integer {
    return this.inner64(CTA.TIMESTAMP, CTA_TIMESTAMP.START);
  }

  get stop(): Integer {
    return this.inner64(CTA.TIMESTAMP, CTA_TIMESTAMP.STOP);
  }

  /** Time of the event, ns since the epoch (Linux 6.14, nf_conntrack_timestamp). */
  get eventTime(): Integer {
    return this.number64(CTA.TIMESTAMP_EVENT);
  }

  /** The same, or where the kernel does not say it, when the event was received; -1 if neither is known. */
  get happened(): Integer {
    const { eventTime } = this;
    return eventTime < 0 ? (this.context.received ?? eventTime) : eventTime;
  }

  get labels(): string | null {
    return this.labelsOf(CTA.LABELS);
  }

  /** Protocol of the state in the message (CTA_PROTOINFO_*), or 0. */
  get protoinfo(): number {
    return this.layout.protocol;
  }

  /** Offset of the payload of an attribute of a protocol's state, if it has at least `length` bytes; else -1. */
  protocolAt(protocol: number, attribute: number, length: number): number {
    const { layout } = this;
    if (layout.protocol !== protocol) return -1;
    const at = layout.protocolAt[attribute];
    return at < 0 || layout.protocolSize[attribute] < length ? -1 : this.begin + at;
  }

  #info8(protocol: number, attribute: number): number {
    const at = this.protocolAt(protocol, attribute, 1);
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

  /** Mask of the TCP flags of a direction; 0 in messages of the kernel. */
  tcpFlagsMask(direction: 0 | 1): number {
    const attribute = direction === 0 ? CTA_PROTOINFO_TCP.FLAGS_ORIG : CTA_PROTOINFO_TCP.FLAGS_REPLY;
    const at = this.protocolAt(CTA_PROTOINFO.TCP, attribute, 2);
    return at < 0 ? -1 : this.bytes[at + 1];
  }

  get sctpState(): number {
    return this.#info8(CTA_PROTOINFO.SCTP, CTA_PROTOINFO_SCTP.STATE);
  }

  #info32(protocol: number, attribute: number): number {
    const at = this.protocolAt(protocol, attribute, 4);
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
    const at = this.protocolAt(CTA_PROTOINFO.DCCP, CTA_PROTOINFO_DCCP.HANDSHAKE_SEQ, 8);
    return at < 0 ? -1 : be64(this.bytes, at);
  }

  /** CTA_SEQADJ_* of a direction. Offsets are signed in the kernel, unsigned in messages. */
  seqadj(direction: 0 | 1, part: keyof typeof CTA_SEQADJ): number {
    return this.inner32(direction === 0 ? CTA.SEQ_ADJ_ORIG : CTA.SEQ_ADJ_REPLY, CTA_SEQADJ[part]);
  }

  synproxy(part: keyof typeof CTA_SYNPROXY): number {
    return this.inner32(CTA.SYNPROXY, CTA_SYNPROXY[part]);
  }

  // ------------------------------------------------------------ expectations

  get expectFlags(): number {
    return this.number(CTA_EXPECT.FLAGS);
  }

  get expectClass(): number {
    return this.number(CTA_EXPECT.CLASS);
  }

  get fn(): string | null {
    return this.text(CTA_EXPECT.FN);
  }

  /** CTA_EXPECT_NAT_DIR: 0 original, 1 reply. */
  get natDirection(): number {
    return this.inner32(CTA_EXPECT.NAT, CTA_EXPECT_NAT.DIR);
  }
}
