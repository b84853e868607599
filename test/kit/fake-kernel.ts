import { CtqError, kernelError } from '../../src/engine/errors.js';
import { NLMSG_MIN_TYPE } from '../../src/engine/netlink/constants.js';
import type { Datagrams } from '../../src/engine/netlink/messages/datagrams.js';
import { align4, Buffer32, DATAGRAM } from '../../src/engine/netlink/messages/framing.js';
import type { EventChunk, EventStream } from '../../src/engine/netlink/messages/streams.js';
import type { Channel } from '../../src/engine/netlink/socket.js';
import { ChannelSource } from '../../src/engine/sources/kernel/channel-source.js';
import type { Source } from '../../src/engine/sources/source.js';

/** One request as a fake kernel sees it. */
export interface FakeRequest {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  /** The whole message; the responder's to keep. */
  readonly bytes: Uint8Array;
}

/** A datagram (one or more messages, however broken), or a receive call that fails with an error number. */
export type FakeReply = Uint8Array | { readonly errno: number };

/** What a fake kernel answers: nothing, one or many datagrams, made as they are received. */
export type Responder = (request: FakeRequest) => Iterable<FakeReply>;

/** What happens on a fake subscription: a datagram of events, or a number of lost ones. */
export type FakeEvent = Uint8Array | { readonly lost: number };

export interface FakeOptions {
  /** All datagrams of a dump but the first are received in the background; none if not given. */
  readonly inBackground?: boolean;
  readonly events?: () => Iterable<FakeEvent> | AsyncIterable<FakeEvent>;
  readonly sendLimit?: number;
  readonly receiveLimit?: number;
}

export interface FakeSource extends Source {
  /** Channels that were opened and not closed. */
  readonly openChannels: number;
}

/** A source without a kernel: all code of the real one but the sockets. Silence ends at once, not after seconds. */
export function fakeSource(respond: Responder, options: FakeOptions = {}): FakeSource {
  let openChannels = 0;
  const source = new ChannelSource({
    open: () => {
      openChannels++;
      return new FakeChannel(respond, options, () => openChannels--);
    },
    backgroundAfter: options.inBackground ? 0 : Number.POSITIVE_INFINITY,
    listen: (_groups, { signal }) => new FakeEventStream((options.events ?? (() => []))(), signal),
  });
  return Object.defineProperty(source, 'openChannels', { get: () => openChannels }) as ChannelSource & FakeSource;
}

class FakeChannel implements Channel {
  readonly sendLimit: number;
  readonly receiveLimit: number;
  readonly #respond: Responder;
  readonly #pending: Iterator<FakeReply>[] = [];
  readonly #onClose: () => void;
  #failure: { readonly error: unknown } | undefined;
  #open = true;

  constructor(respond: Responder, options: FakeOptions, onClose: () => void) {
    this.#respond = respond;
    this.sendLimit = options.sendLimit ?? 212_960;
    this.receiveLimit = options.receiveLimit ?? 212_992;
    this.#onClose = onClose;
  }

  send(bytes: Uint8Array): void {
    const copy = new Buffer32(new Uint8Array(bytes).buffer);
    for (let at = 0; at < copy.bytes.length; ) {
      const length = copy.u32[at >> 2];
      const request = {
        type: copy.u16[(at >> 1) + 2],
        flags: copy.u16[(at >> 1) + 3],
        seq: copy.u32[(at >> 2) + 2],
        bytes: copy.bytes.slice(at, at + length),
      };
      this.#pending.push(this.#respond(request)[Symbol.iterator]());
      at += align4(length);
    }
  }

  async receiveInBackground(into: Datagrams): Promise<number> {
    for (let count = 0; count < into.most; count++) {
      try {
        const length = this.#next(into.buffer.bytes.subarray(count * DATAGRAM, (count + 1) * DATAGRAM));
        if (length === 0) return count;
        into.lengths[count] = length;
      } catch (error) {
        // As on a socket: what went wrong is reported to the next receiver, after all that came before.
        this.#failure = { error };
        return count;
      }
    }
    return into.most;
  }

  receive(into: Uint8Array): number {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return this.#next(into);
  }

  #next(into: Uint8Array): number {
    for (;;) {
      const first = this.#pending[0];
      if (first === undefined) return 0;
      const { done, value } = first.next();
      if (done) this.#pending.shift();
      else if (!(value instanceof Uint8Array)) throw kernelError(value.errno, 'receive from the kernel');
      else if (value.length > into.length)
        throw new CtqError({ code: 'datagram-cut', kind: 'kernel', message: `a datagram of ${value.length} bytes` });
      else {
        into.set(value);
        return value.length;
      }
    }
  }

  close(): void {
    if (this.#open) this.#onClose();
    this.#open = false;
  }
}

class FakeEventStream implements EventStream {
  readonly receiveBuffer = 212_992;
  readonly requestedBuffer = 212_992;
  received = 0;
  dropped = 0;
  readonly #events: Iterable<FakeEvent> | AsyncIterable<FakeEvent>;
  readonly #signal: AbortSignal | undefined;
  #closed = false;

  constructor(events: Iterable<FakeEvent> | AsyncIterable<FakeEvent>, signal?: AbortSignal) {
    this.#events = events;
    this.#signal = signal;
  }

  finish(): void {
    this.#closed = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    for await (const event of this.#events) {
      this.#signal?.throwIfAborted();
      if (this.#closed) return;
      if (!(event instanceof Uint8Array)) {
        this.dropped += event.lost;
        continue;
      }
      const { bytes, u16, u32 } = new Buffer32(new Uint8Array(event).buffer);
      let count = 0;
      for (let at = 0; at < bytes.length; at += align4(u32[at >> 2])) if (u16[(at >> 1) + 2] >= NLMSG_MIN_TYPE) count++;
      this.received += count;
      yield { bytes, count, dropped: this.dropped };
    }
  }
}
