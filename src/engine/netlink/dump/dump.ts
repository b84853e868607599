import { internalError, kernelError } from '../../errors.js';
import { Answer } from '../answer.js';
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from '../constants.js';
import { Buffer32, DATAGRAM } from '../messages/framing.js';
import type { Chunk, Dump } from '../messages/streams.js';
import type { Protocol } from '../protocol.js';
import { headerOf, Sequence, stamped } from '../request.js';
import type { Channel } from '../socket.js';
import { Yielder } from '../yielder.js';
import { DuplicateFilter } from './dedupe.js';
import { Prefetcher } from './prefetcher.js';

/** Threshold in bytes (two datagrams) after which the rest of a table is received on another thread. */
const BACKGROUND_AFTER = 1 << 14;
/** Interval (ms) at which to check whether a call of the other thread has ended and to start the next. */
const NOTICE_MS = 2;

/** A dump over a channel of its own, which it closes. */
export class ChannelDump implements Dump {
  readonly #open: () => Channel;
  readonly #protocol: Protocol;
  readonly #request: Uint8Array;
  readonly #signals: readonly (AbortSignal | undefined)[];
  readonly #backgroundAfter: number;
  readonly #silenceMs: number | undefined;
  #started = false;
  #filter: DuplicateFilter | undefined;
  #answer: Answer | undefined;

  /** @param options backgroundAfter: bytes received on this thread before the rest is received in the background, where the channel can */
  constructor(
    open: () => Channel,
    protocol: Protocol,
    request: Uint8Array,
    options: { signals?: readonly (AbortSignal | undefined)[]; backgroundAfter?: number; silenceMs?: number },
  ) {
    this.#open = open;
    this.#protocol = protocol;
    this.#request = request;
    this.#signals = options.signals ?? [];
    this.#backgroundAfter = options.backgroundAfter ?? BACKGROUND_AFTER;
    this.#silenceMs = options.silenceMs;
  }

  get repeats(): number {
    return this.#filter?.count ?? 0;
  }

  get interrupted(): boolean {
    return this.#answer?.interrupted ?? false;
  }

  #throwIfAborted(): void {
    for (const signal of this.#signals) signal?.throwIfAborted();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    if (this.#started) throw internalError('a dump can be read once');
    this.#started = true;
    this.#throwIfAborted();
    const seq = new Sequence().take();
    // With ACK, a request that the kernel would not answer at all still has an end; dumps ignore it.
    const request = stamped(this.#request, seq, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP);
    const header = headerOf(request);
    const channel = this.#open();
    let ahead: Prefetcher | undefined;
    try {
      channel.send(request.bytes);
      const identity = this.#protocol.identityOf(header);
      const filter = identity && new DuplicateFilter(identity, () => new Buffer32(DATAGRAM));
      this.#filter = filter;
      const answer = new Answer(channel, seq, filter, this.#silenceMs);
      this.#answer = answer;
      const buffer = new Buffer32(DATAGRAM);
      let turn = new Yielder();
      let received = 0;
      while (answer.verdict === undefined) {
        const came = await ahead?.next();
        if (came === undefined || came.count === 0) {
          const length = answer.receive(buffer);
          received += length;
          if (ahead === undefined && received >= this.#backgroundAfter && channel.receiveInBackground !== undefined) {
            ahead = new Prefetcher(into => channel.receiveInBackground!(into));
            turn = new Yielder(NOTICE_MS);
          }
          if (length > 0) yield { bytes: buffer.bytes.subarray(0, length) };
          await turn.over();
          this.#throwIfAborted();
          continue;
        }
        const { buffer: datagrams, count } = came;
        for (let i = 0; i < count && answer.verdict === undefined; i++) {
          const from = i * DATAGRAM;
          const length = answer.sift(datagrams.buffer, from, datagrams.lengths[i]);
          if (length > 0) yield { bytes: datagrams.buffer.bytes.subarray(from, from + length) };
          await turn.over();
          this.#throwIfAborted();
        }
      }
      const { errno, text } = answer.verdict;
      if (errno !== 0) throw kernelError(errno, this.#protocol.operationOf(header), text);
    } finally {
      await ahead?.end();
      channel.close();
    }
  }
}
