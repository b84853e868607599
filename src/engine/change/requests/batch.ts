import type { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';

/** What became of a request. */
export interface Outcome {
  /** Positive Linux error number; 0: success. */
  readonly errno: number;
  readonly error?: CtqError;
}

const SUCCESS: Outcome = { errno: 0 };

/** A batch is due when it has this many requests, or this many ms after its first one. */
const MAX_REQUESTS = 2000;
export const MAX_DELAY_MS = 20;

/** One error object for each errno, shared by all requests that failed with it. */
export class ErrorCache {
  readonly #errors = new Map<number, CtqError>();

  get(errno: number, create: () => CtqError): CtqError {
    let error = this.#errors.get(errno);
    if (error === undefined) {
      error = create();
      this.#errors.set(errno, error);
    }
    return error;
  }
}

interface Item<T> {
  readonly request: Uint8Array;
  readonly tag: T;
}

/** Collects requests, sends them many at a time, and reports the outcome of each. */
export class RequestBatch<T> {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;
  readonly #onOutcome: (tag: T, outcome: Outcome, request: Uint8Array) => void;
  readonly #onReply: ((message: Uint8Array, tag: T) => void) | undefined;
  readonly #errors = new ErrorCache();
  #items: Item<T>[] = [];
  #firstAddedAt = 0;

  /**
   * @param onOutcome called for each request, in the order of the requests
   * @param onReply called with each message that the kernel answers to a request, before the outcomes
   */
  constructor(
    source: Source,
    signal: AbortSignal | undefined,
    onOutcome: (tag: T, outcome: Outcome, request: Uint8Array) => void,
    onReply?: (message: Uint8Array, tag: T) => void,
  ) {
    this.#source = source;
    this.#signal = signal;
    this.#onOutcome = onOutcome;
    this.#onReply = onReply;
  }

  /** @param tag passed on to the callbacks */
  add(request: Uint8Array, tag: T): void {
    if (this.#items.length === 0) this.#firstAddedAt = performance.now();
    this.#items.push({ request, tag });
  }

  /** Whether it is time to send. */
  get isDue(): boolean {
    const { length } = this.#items;
    return length >= MAX_REQUESTS || (length > 0 && performance.now() - this.#firstAddedAt > MAX_DELAY_MS);
  }

  /** Discards the requests that have not been sent. */
  clear(): void {
    this.#items = [];
  }

  /** Sends all requests. @throws the signal's reason between two sends; what was sent before has been reported */
  async send(): Promise<void> {
    const onReply = this.#onReply;
    while (this.#items.length > 0) {
      const items = this.#items.splice(0, MAX_REQUESTS);
      this.#signal?.throwIfAborted();
      const failures = new Map<number, Outcome>();
      await this.#source.batch(
        items.map(item => item.request),
        {
          onFailure: (index, errno, error) => failures.set(index, { errno, error: this.#errors.get(errno, error) }),
          onReply: onReply && ((index, message) => onReply(message, items[index].tag)),
        },
      );
      for (const [index, { request, tag }] of items.entries()) {
        this.#onOutcome(tag, failures.get(index) ?? SUCCESS, request);
      }
    }
  }
}

/** Sends a get request for each item; entries that do not exist are left out. The order of the answers is that of the items. */
export async function readEach<T>(
  source: Source,
  signal: AbortSignal | undefined,
  items: Iterable<T>,
  requestFor: (item: T) => Uint8Array,
  onReply: (message: Uint8Array, item: T) => void,
): Promise<void> {
  const batch = new RequestBatch<T>(source, signal, () => {}, onReply);
  for (const item of items) batch.add(requestFor(item), item);
  await batch.send();
}
