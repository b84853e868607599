import type { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';

/** A request, and what its sender wants to have at hand when the kernel has answered. */
export interface Item<T> {
  readonly request: Uint8Array;
  readonly about: T;
}

/** What became of a request. */
export interface Outcome {
  /** Positive Linux error number; 0: done. */
  readonly errno: number;
  readonly error?: CtqError;
}

const DONE: Outcome = { errno: 0 };

/** Requests that wait to be sent together are sent after so many, or so many ms after the first of them. */
const MOST = 2000;
const PATIENCE = 20;

/** Gathers requests, sends many at a time, and tells what became of each. */
export class RequestBatch<T> {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;
  readonly #settle: (about: T, outcome: Outcome, request: Uint8Array) => void;
  readonly #reply: ((message: Uint8Array, about: T) => void) | undefined;
  #items: Item<T>[] = [];
  #since = 0;

  /**
   * @param settle what is done about a verdict, in the requests' order
   * @param reply sees what the kernel gives for requests that ask for something, before their verdicts are settled
   */
  constructor(
    source: Source,
    signal: AbortSignal | undefined,
    settle: (about: T, outcome: Outcome, request: Uint8Array) => void,
    reply?: (message: Uint8Array, about: T) => void,
  ) {
    this.#source = source;
    this.#signal = signal;
    this.#settle = settle;
    this.#reply = reply;
  }

  get waiting(): number {
    return this.#items.length;
  }

  add(request: Uint8Array, about: T): void {
    if (this.#items.length === 0) this.#since = performance.now();
    this.#items.push({ request, about });
  }

  /** Whether it is time to send. */
  get isDue(): boolean {
    const { length } = this.#items;
    return length >= MOST || (length > 0 && performance.now() - this.#since > PATIENCE);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#items = [];
  }

  /** Sends what waits. Where the signal stops it between two sends, what was sent is settled, and the reason thrown. */
  async send(): Promise<void> {
    while (this.#items.length > 0) {
      const items = this.#items.splice(0, MOST);
      this.#signal?.throwIfAborted();
      const failures = new Map<number, Outcome>();
      const reply = this.#reply;
      await this.#source.batch(
        items.map(item => item.request),
        {
          // Words are made for each kind of trouble once; the others share them.
          onFailure: (index, errno, error) => failures.set(index, { errno, error: this.#word(errno, error) }),
          ...(reply ? { onReply: (index: number, message: Uint8Array) => reply(message, items[index].about) } : {}),
        },
      );
      for (const [index, { request, about }] of items.entries()) {
        this.#settle(about, failures.get(index) ?? DONE, request);
      }
    }
  }

  readonly #words = new Map<number, CtqError>();

  #word(errno: number, error: () => CtqError): CtqError {
    const known = this.#words.get(errno);
    if (known !== undefined) return known;
    const made = error();
    this.#words.set(errno, made);
    return made;
  }
}
