import { internalError, kernelError } from '../errors.js';
import { Answer } from './answer.js';
import { Buffer32, DATAGRAM, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from './framing.js';
import { RepeatFilter } from './repeats.js';
import { headerOf, operationOf, type RequestHeader, Sequence, stamped } from './request.js';
import type { Channel } from './socket.js';
import type { Chunk, Dump } from './source.js';
import { Turn } from './turn.js';

/** After so many bytes (some 4,000 entries) a table is large: the rest is better received by another thread. */
export const HANDOVER_BYTES = 1 << 20;
/** How long (ms) it may take to notice that the other thread is there. */
const NOTICE_MS = 2;

/** What another thread needs to go on with a dump. */
export interface Handover {
  readonly channel: Channel;
  readonly seq: number;
  readonly type: number;
  /** The datagrams that repeats are looked for in. */
  readonly memory: Uint8Array<ArrayBuffer>[];
}

/** The rest of a dump, received elsewhere. */
export interface Remainder extends AsyncIterable<Chunk> {
  readonly repeats: number;
  readonly interrupted: boolean;
}

/** The other receiver of large dumps, as far as this file knows it. */
export interface Relief {
  /** Ask for it; false as long as it is not ready. */
  ready(): boolean;
  take(handover: Handover, operation: string, signal?: AbortSignal): Remainder;
}

/** A dump over a channel of its own, which it closes. */
export class ChannelDump implements Dump {
  readonly #open: () => Channel;
  readonly #request: Uint8Array;
  readonly #signal: AbortSignal | undefined;
  readonly #relief: Relief | undefined;
  readonly #reliefAfter: number;
  #started = false;
  #filter: RepeatFilter | undefined;
  #remainder: Remainder | undefined;
  #answer: Answer | undefined;

  constructor(
    open: () => Channel,
    request: Uint8Array,
    options: { signal?: AbortSignal; relief?: Relief; reliefAfter?: number; silenceMs?: number },
  ) {
    this.#open = open;
    this.#request = request;
    this.#signal = options.signal;
    this.#relief = options.relief;
    this.#reliefAfter = options.reliefAfter ?? HANDOVER_BYTES;
    this.#silenceMs = options.silenceMs;
  }
  readonly #silenceMs: number | undefined;

  get repeats(): number {
    return (this.#filter?.count ?? 0) + (this.#remainder?.repeats ?? 0);
  }

  get interrupted(): boolean {
    return (this.#answer?.interrupted ?? false) || (this.#remainder?.interrupted ?? false);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    if (this.#started) throw internalError('a dump can be read once');
    this.#started = true;
    this.#signal?.throwIfAborted();
    const seq = new Sequence().take();
    // With ACK a request that the kernel answers with nothing at all still has an end; true dumps ignore it.
    const request = stamped(this.#request, seq, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP);
    const header = headerOf(request);
    const channel = this.#open();
    let handedOver = false;
    try {
      channel.send(request.bytes);
      const filter = RepeatFilter.forRequest(header.type, () => new Buffer32(DATAGRAM));
      this.#filter = filter;
      const answer = new Answer(channel, seq, filter, this.#silenceMs);
      this.#answer = answer;
      const buffer = new Buffer32(DATAGRAM);
      let turn = new Turn();
      let received = 0;
      let isAsked = false;
      while (answer.verdict === undefined) {
        if (!isAsked && this.#relief !== undefined && received >= this.#reliefAfter) {
          isAsked = true;
          turn = new Turn(NOTICE_MS);
        }
        if (isAsked && this.#relief?.ready()) {
          handedOver = true;
          const rest = { channel, seq, type: header.type, memory: filter?.memory() ?? [] };
          this.#remainder = this.#relief.take(rest, operationOf(header), this.#signal);
          yield* this.#remainder;
          return;
        }
        const length = answer.receive(buffer, 0);
        received += length;
        if (length > 0) yield { bytes: buffer.bytes.subarray(0, length) };
        const wait = turn.over();
        if (wait !== undefined) await wait;
        this.#signal?.throwIfAborted();
      }
      fail(answer.verdict, header);
    } finally {
      if (!handedOver) channel.close();
    }
  }
}

function fail({ errno, text }: { errno: number; text?: string }, header: RequestHeader): void {
  if (errno !== 0) throw kernelError(errno, operationOf(header), text);
}
