/** A kernel whose events, and losses, are those that a test gives it, when it gives them. */
import type { EventChunk, EventStream, ListenOptions } from '../../src/engine/netlink/messages/streams.js';
import type { Source } from '../../src/engine/sources/source.js';
import type { FakeEvent } from './fake-kernel.js';
import { tableSource } from './fleet.js';

class GivenStream implements EventStream {
  readonly receiveBuffer = 212_992;
  readonly requestedBuffer = 212_992;
  received = 0;
  dropped = 0;
  readonly #chunks: EventChunk[] = [];
  readonly #signal: AbortSignal | undefined;
  #isFinished = false;
  #wake = (): void => {};

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', () => this.#wake());
  }

  give(event: FakeEvent): void {
    if (!(event instanceof Uint8Array)) this.dropped += event.lost;
    else {
      this.received++;
      this.#chunks.push({ bytes: new Uint8Array(event), count: 1, dropped: this.dropped });
    }
    this.#wake();
  }

  finish(): void {
    this.#isFinished = true;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#chunks.length = 0;
    this.finish();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    for (;;) {
      this.#signal?.throwIfAborted();
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#isFinished) return;
      else
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
    }
  }
}

export class GivenEvents {
  #streams: GivenStream[] = [];
  /** How each subscription was made. */
  readonly listened: (readonly [groups: readonly number[], options: ListenOptions])[] = [];
  readonly source: Source = {
    ...tableSource([]),
    listen: (groups, options = {}) => {
      this.listened.push([groups, options]);
      const stream = new GivenStream(options.signal);
      this.#streams.push(stream);
      return stream;
    },
  };

  /** To all that have subscribed. */
  give(...events: readonly FakeEvent[]): void {
    for (const stream of this.#streams) for (const event of events) stream.give(event);
  }

  /** The subscriptions end, as when the kernel's socket fails. */
  end(): void {
    for (const stream of this.#streams) stream.finish();
    this.#streams = [];
  }
}
