import type { RequestArena } from '../../ctnetlink/requests/copy-flow.js';
import { host32 } from '../../netlink/messages/framing.js';
import type { Source } from '../../sources/source.js';
import { ErrorCache, MAX_DELAY_MS, type Outcome } from './batch.js';

/** Full chunks that may wait for the kernel before the caller is held up. */
const MAX_QUEUED_CHUNKS = 2;

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/**
 * Sends requests that an arena has encoded back to back in chunks of memory, and counts the successful ones: for hundreds of
 * thousands of requests of which few fail.
 */
export class BulkSender {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;
  readonly #arena: RequestArena;
  readonly #onFailure: (outcome: Outcome, request: Uint8Array) => void;
  readonly #errors = new ErrorCache();
  /** Chunks that have not been sent. */
  #chunks: Uint8Array[] = [];
  /** The arena holds requests that are not part of a chunk yet. */
  #hasRequests = false;
  #firstAddedAt = 0;
  /** The sending of all chunks in the background, and of the one chunk that is being sent. */
  #background: Promise<void> | undefined;
  #sending: Promise<void> | undefined;
  #hasFailed = false;

  /** @param onFailure called for each request that failed; its bytes stay valid */
  constructor(
    source: Source,
    signal: AbortSignal | undefined,
    arena: RequestArena,
    onFailure: (outcome: Outcome, request: Uint8Array) => void,
  ) {
    this.#source = source;
    this.#signal = signal;
    this.#arena = arena;
    this.#onFailure = onFailure;
  }

  /** To be called after a request has been written into the arena. */
  added(): void {
    if (!this.#hasRequests) {
      this.#hasRequests = true;
      this.#firstAddedAt = performance.now();
    }
    if (this.#arena.isFull) this.#chunks.push(this.#arena.take());
  }

  /** Whether it is time to send. */
  get isDue(): boolean {
    return this.#chunks.length > 0 || (this.#hasRequests && performance.now() - this.#firstAddedAt > MAX_DELAY_MS);
  }

  /** Discards the requests that have not been sent. */
  clear(): void {
    this.#arena.take();
    this.#chunks = [];
    this.#hasRequests = false;
  }

  /**
   * Sends all requests.
   * @param onSuccess called after each chunk with the number of successful requests; what it throws ends the sending
   * @throws the signal's reason between two sends; what was sent before has been reported
   */
  async send(onSuccess: (count: number) => void): Promise<void> {
    await this.drain();
    this.#collect(true);
    await this.#sendAll(onSuccess, false);
  }

  /**
   * As `send`, but chunks may still be queued or being sent when this returns: the kernel processes them while the caller
   * makes the next ones. `drain` must follow, also after an error.
   */
  async sendInBackground(onSuccess: (count: number) => void): Promise<void> {
    if (this.#hasFailed) await this.drain();
    // A chunk that is not full would only wait for the others.
    this.#collect(this.#chunks.length === 0 && this.#background === undefined);
    if (this.#background === undefined && this.#chunks.length > 0) {
      this.#background = this.#sendAll(onSuccess, true);
      // `drain` throws it.
      this.#background.catch(() => {
        this.#hasFailed = true;
      });
    }
    // Lets the completion of a chunk be noticed, so that the kernel gets the next one.
    await nextTurn();
    while (this.#chunks.length > MAX_QUEUED_CHUNKS && !this.#hasFailed) await this.#sending?.catch(() => {});
  }

  /** Waits until everything that is being sent in the background is done. @throws its error */
  async drain(): Promise<void> {
    const background = this.#background;
    this.#background = undefined;
    this.#hasFailed = false;
    await background;
  }

  /** @param all include the chunk that is not full yet */
  #collect(all: boolean): void {
    if (!this.#hasRequests) return;
    if (all) {
      const rest = this.#arena.take();
      if (rest.length > 0) this.#chunks.push(rest);
    }
    this.#hasRequests = !all;
    this.#firstAddedAt = performance.now();
  }

  async #sendAll(onSuccess: (count: number) => void, inBackground: boolean): Promise<void> {
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      this.#signal?.throwIfAborted();
      this.#sending = this.#sendChunk(chunk, onSuccess, inBackground);
      await this.#sending;
    }
    if (inBackground) this.#background = undefined;
  }

  async #sendChunk(bytes: Uint8Array, onSuccess: (count: number) => void, inBackground: boolean): Promise<void> {
    const failures: { index: number; outcome: Outcome }[] = [];
    const { sent, failed } = await this.#source.batch([bytes], {
      inBackground,
      onFailure: (index, errno, error) =>
        failures.push({ index, outcome: { errno, error: this.#errors.get(errno, error) } }),
    });
    if (failures.length === 0) this.#arena.giveBack(bytes);
    else this.#reportFailures(bytes, failures);
    onSuccess(sent - failed);
  }

  #reportFailures(bytes: Uint8Array, failures: readonly { readonly index: number; readonly outcome: Outcome }[]): void {
    let at = 0;
    let number = 0;
    for (const { index, outcome } of [...failures].sort((a, b) => a.index - b.index)) {
      for (; number < index; number++) at += host32(bytes, at);
      this.#onFailure(outcome, bytes.subarray(at, at + host32(bytes, at)));
    }
  }
}
