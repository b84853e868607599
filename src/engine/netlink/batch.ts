import { ERRNO } from '../errno.js';
import { CtqError, kernelError } from '../errors.js';
import { malformed, SILENCE_MS, silence } from './answer.js';
import { NLM_F_ACK, NLM_F_REQUEST, NLMSG_HDRLEN, NLMSG_MIN_TYPE } from './constants.js';
import { isPermitted, refusalOf } from './exchange.js';
import { readVerdict, type Verdict } from './messages/control.js';
import { align4, Buffer32, DATAGRAM } from './messages/framing.js';
import type { BatchOptions, BatchOutcome } from './messages/streams.js';
import type { Protocol, RequestHeader } from './protocol.js';
import { checkLength, headerOf, type Sequence, stamp } from './request.js';
import type { Channel } from './socket.js';
import { Yielder } from './yielder.js';

/** Bytes of the receive buffer that one unread error or ack takes, and one unread reply with data. */
const ERROR_COST = 832;
const REPLY_COST = 4608;
/** Messages of one send, if the receive buffer has room for as many answers. */
export const MAX_MESSAGES = 200;
/** The same for a send in the background: the caller, busy with other work, checks on it less often. */
const MAX_IN_BACKGROUND = 9000;
const MAX_BYTES = 1 << 18;

/** The buffers of a batch. */
export class BatchMemory {
  readonly outgoing: Buffer32;
  readonly incoming = new Buffer32(DATAGRAM);

  constructor({ sendLimit }: Channel) {
    this.outgoing = new Buffer32(Math.min(MAX_BYTES, sendLimit) & ~3);
  }
}

/** Messages back to back, and the offset of the first that has not been taken. */
class Rest {
  readonly bytes: Uint8Array;
  readonly lengths: Uint32Array;
  at = 0;

  constructor(item: Uint8Array) {
    this.bytes = item.byteOffset % 4 === 0 ? item : new Uint8Array(item);
    this.lengths = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length >> 2);
  }
}

/**
 * Many requests, many to a send. Only the last one of a send asks for an ack: the fence, at which all errors
 * of the send have been received. A send has no more messages than the receive buffer holds answers for.
 */
export class Batch {
  readonly #channel: Channel;
  readonly #sequence: Sequence;
  readonly #protocol: Protocol;
  readonly #options: BatchOptions;
  readonly #silenceMs: number;
  readonly #most: number;
  #outgoing: Buffer32;
  readonly #incoming: Buffer32;
  readonly #turn = new Yielder();
  /** Where in #outgoing each waiting message starts. */
  readonly #starts: Uint32Array;
  #count = 0;
  #filled = 0;
  #sent = 0;
  #failed = 0;

  /** @param memory shared by the batches of a channel, which run one at a time */
  constructor(
    channel: Channel,
    sequence: Sequence,
    protocol: Protocol,
    options: BatchOptions,
    silenceMs = SILENCE_MS,
    memory = new BatchMemory(channel),
  ) {
    this.#channel = channel;
    this.#sequence = sequence;
    this.#protocol = protocol;
    this.#options = options;
    this.#silenceMs = silenceMs;
    const cost = options.onReply === undefined ? ERROR_COST : REPLY_COST;
    this.#most = Math.max(
      1,
      Math.min(options.inBackground ? MAX_IN_BACKGROUND : MAX_MESSAGES, Math.floor(channel.receiveLimit / cost) - 2),
    );
    this.#starts = new Uint32Array(this.#most);
    this.#outgoing = memory.outgoing;
    this.#incoming = memory.incoming;
  }

  async run(requests: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<BatchOutcome> {
    this.#options.signal?.throwIfAborted();
    const { sendInBackground } = this.#channel;
    const add = this.#options.inBackground && sendInBackground ? this.#sendInBackground : this.#add;
    if (Symbol.asyncIterator in requests) for await (const item of requests) await add.call(this, item);
    else
      for (const item of requests) {
        const wait = add.call(this, item);
        if (wait !== undefined) await wait;
      }
    this.#flush();
    return { sent: this.#sent, failed: this.#failed };
  }

  /** Appends the messages of one item to the buffer and sends it whenever it is full. @returns a promise when it is time to yield */
  #add(item: Uint8Array): Promise<void> | undefined {
    let turn: Promise<void> | undefined;
    for (const rest = new Rest(item); this.#fill(rest); ) {
      this.#flush();
      this.#options.signal?.throwIfAborted();
      turn ??= this.#turn.over();
    }
    return turn;
  }

  /** Sends the messages of one item in place, in as few sends as possible. */
  async #sendInBackground(item: Uint8Array): Promise<void> {
    const { bytes } = new Rest(item);
    this.#outgoing = new Buffer32(bytes.buffer as ArrayBuffer);
    const { u32 } = this.#outgoing;
    const end = bytes.byteOffset + bytes.length;
    for (let at = bytes.byteOffset; at < end; ) {
      const from = at;
      while (at < end && this.#count < this.#most) {
        const size = end - at < NLMSG_HDRLEN ? 0 : u32[at >> 2];
        checkLength(size, end - at);
        const next = at + align4(size);
        if (next - from > this.#channel.sendLimit) break;
        this.#starts[this.#count++] = at;
        at = next;
      }
      if (at === from) throw kernelError(ERRNO.EMSGSIZE, 'send a request to the kernel');
      this.#options.signal?.throwIfAborted();
      const first = this.#stamp();
      await this.#channel.sendInBackground?.(this.#outgoing.bytes.subarray(from, Math.min(at, end)));
      this.#settle(first);
    }
  }

  /** Copies the messages that fit. @returns whether some are left */
  #fill(rest: Rest): boolean {
    const { bytes, lengths } = rest;
    // Adjacent messages are copied in one step.
    const from = rest.at;
    const capacity = this.#outgoing.bytes.length;
    let at = from;
    let isLeft = false;
    while (at < bytes.length) {
      const size = bytes.length - at < NLMSG_HDRLEN ? 0 : lengths[at >> 2];
      checkLength(size, bytes.length - at);
      if (size > capacity) throw kernelError(ERRNO.EMSGSIZE, 'send a request to the kernel');
      isLeft = this.#count === this.#most || this.#filled + align4(size) > capacity;
      if (isLeft) break;
      this.#starts[this.#count++] = this.#filled;
      this.#filled += align4(size);
      at += align4(size);
    }
    this.#copy(bytes, from, at);
    rest.at = at;
    return isLeft;
  }

  /** Copies to the end of the filled part, which already counts these bytes. */
  #copy(source: Uint8Array, from: number, end: number): void {
    if (end > from) this.#outgoing.bytes.set(source.subarray(from, end), this.#filled - align4(end - from));
  }

  #flush(): void {
    if (this.#count === 0) return;
    const first = this.#stamp();
    this.#channel.send(this.#outgoing.bytes.subarray(0, this.#filled));
    this.#settle(first);
  }

  /** @returns the first sequence number */
  #stamp(): number {
    const count = this.#count;
    const first = this.#sequence.take(count);
    for (let i = 0; i < count; i++)
      stamp(this.#outgoing, this.#starts[i], first + i, i === count - 1 ? NLM_F_REQUEST | NLM_F_ACK : NLM_F_REQUEST);
    return first;
  }

  #settle(first: number): void {
    const count = this.#count;
    this.#receive(first, count);
    this.#sent += count;
    this.#count = 0;
    this.#filled = 0;
  }

  /** Receives up to the fence. The kernel has answered everything when the send returns; the time limit guards against bugs. */
  #receive(first: number, count: number): void {
    const { u32, bytes } = this.#incoming;
    /** Without the privilege the kernel refuses a whole send with one EPERM for its first message, and no fence. */
    let refused = false;
    let lost = false;
    for (;;) {
      let length = 0;
      try {
        length = this.#channel.receive(bytes, refused || lost ? 0 : this.#silenceMs);
      } catch (error) {
        if (!(error instanceof CtqError) || error.errno?.number !== ERRNO.ENOBUFS) throw error;
        lost = true;
        continue;
      }
      if (length === 0) {
        if (lost) throw answersLost();
        throw refused ? this.#notPermitted() : silence(this.#silenceMs);
      }
      for (let at = 0; at < length; ) {
        const size = length - at < NLMSG_HDRLEN ? 0 : u32[at >> 2];
        if (size < NLMSG_HDRLEN || at + size > length) throw malformed(size, length - at);
        const place = (u32[(at >> 2) + 2] - first) >>> 0;
        if (place < count) {
          if (headerOf(this.#incoming, at).type >= NLMSG_MIN_TYPE)
            this.#options.onReply?.(this.#sent + place, bytes.subarray(at, at + size));
          else {
            const verdict = readVerdict(this.#incoming, at, size);
            if (verdict?.errno === ERRNO.EPERM && place === 0) refused = true;
            else if (verdict !== undefined && verdict.errno !== 0) this.#fail(place, verdict);
            if (verdict !== undefined && place === count - 1) {
              if (lost) throw answersLost();
              if (refused) this.#settleRefusal(count);
              return;
            }
          }
        }
        at += align4(size);
      }
    }
  }

  /** The fence has arrived: an EPERM of the first message was its own, unless the first is also the last. */
  #settleRefusal(count: number): void {
    if (count === 1 && !isPermitted(this.#channel, this.#sequence, this.#protocol)) throw this.#notPermitted();
    this.#fail(0, { errno: ERRNO.EPERM });
  }

  #notPermitted(): CtqError {
    return kernelError(ERRNO.EPERM, this.#protocol.operationOf(this.#header(0)));
  }

  #fail(place: number, verdict: Verdict): void {
    this.#failed++;
    this.#options.onFailure?.(this.#sent + place, verdict.errno, () =>
      refusalOf(verdict, this.#header(place), this.#protocol),
    );
  }

  #header(place: number): RequestHeader {
    return headerOf(this.#outgoing, this.#starts[place]);
  }
}

function answersLost(): CtqError {
  return new CtqError({
    code: 'answers-lost',
    kind: 'kernel',
    message: 'the kernel dropped some of its answers (ENOBUFS): which of the last requests failed is unknown',
    hint: 'read the table again to see what was done',
  });
}
