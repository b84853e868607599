import { MAX_TIMER_MS } from '../abortable.js';
import type { EventChunk, EventStream } from '../netlink/messages/streams.js';

/** A chunk of events; or that the given time is reached, that the signal is aborted, or that the stream has ended. */
export type QueueItem = EventChunk | 'time' | 'stop' | 'end';

/**
 * Waits for events, a time and a signal at once, without adding callbacks to any of them while nothing happens. Reads
 * nothing ahead: a chunk is requested after the one before has been processed.
 */
export class EventQueue {
  readonly #iterator: AsyncIterator<EventChunk>;
  readonly #signal: AbortSignal | undefined;
  #isRequested = false;
  #hasStopped = false;
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
   * @param until the time of performance.now() at which to return `time`
   * @returns a chunk, valid until the next call; `stop` only once
   * @throws the stream's error
   */
  async next(until = Number.POSITIVE_INFINITY): Promise<QueueItem> {
    this.#request();
    for (;;) {
      if (this.#signal?.aborted && !this.#hasStopped) {
        this.#hasStopped = true;
        return 'stop';
      }
      const left = until - performance.now();
      if (left <= 0) return 'time';
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#result !== undefined) {
        const { done, value } = this.#result;
        if (done) return 'end';
        this.#result = undefined;
        this.#isRequested = false;
        return value;
      }
      await this.#sleep(left);
    }
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
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
      // Rounded up: a timer may fire a fraction of a millisecond early.
      const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.min(Math.ceil(ms), MAX_TIMER_MS)) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
