import type { EventChunk, EventStream } from '../netlink/streams.js';
import { LONGEST_TIMER } from './pause.js';

/** What a watch waits for: events, a time that it has set, the wish to end, or the end of the events. */
export type QueueItem = EventChunk | 'time' | 'stop' | 'end';

/**
 * Waits for several things at once without gathering callbacks on any of them, however long nothing happens. Nothing is
 * read ahead: the next chunk is asked for when the last one is done with.
 */
export class EventQueue {
  readonly #iterator: AsyncIterator<EventChunk>;
  readonly #signal: AbortSignal | undefined;
  #asked = false;
  #stopped = false;
  #result: IteratorResult<EventChunk> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(stream: EventStream, signal: AbortSignal | undefined) {
    this.#iterator = stream[Symbol.asyncIterator]();
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#wake();

  /**
   * @param until a time of performance.now() to be woken at
   * @returns a chunk, valid until the next call; `stop` once, when the signal is aborted
   * @throws what the stream throws
   */
  async next(until = Number.POSITIVE_INFINITY): Promise<QueueItem> {
    this.#ask();
    for (;;) {
      if (this.#signal?.aborted && !this.#stopped) {
        this.#stopped = true;
        return 'stop';
      }
      const left = until - performance.now();
      if (left <= 0) return 'time';
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#result !== undefined) {
        const { done, value } = this.#result;
        if (done) return 'end';
        this.#result = undefined;
        this.#asked = false;
        return value;
      }
      await this.#sleep(left);
    }
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#iterator.next().then(
      result => {
        this.#result = result;
        this.#wake();
      },
      error => {
        this.#failure = { error };
        this.#wake();
      },
    );
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      // A round more: a timer may fire a fraction of a millisecond early.
      const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.min(Math.ceil(ms), LONGEST_TIMER)) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
