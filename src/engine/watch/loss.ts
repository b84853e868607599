import type { Sink } from '../formats/sink.js';
import type { Session } from '../query/context.js';

/** Losses are told at most so often (ms), so that telling them costs nothing that makes for more of them. */
const INTERVAL = 1000;

/**
 * Tells of events that the kernel had no room for: in the output as a record of its own, and to the user. What is told
 * adds up to exactly what was lost.
 */
export class LossReporter {
  readonly #sink: Sink;
  readonly #session: Session;
  readonly #clock: () => number;
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Events lost so far. */
  total = 0;

  constructor(sink: Sink, session: Session, clock: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#session = session;
    this.#clock = clock;
  }

  /**
   * @param dropped all that were lost since the start
   * @returns whether these are more than before
   */
  update(dropped: number): boolean {
    if (dropped <= this.total) return false;
    this.total = dropped;
    if (this.#clock() - this.#toldAt >= INTERVAL) this.tell();
    return true;
  }

  /** Tells what has not been told yet. */
  tell(): void {
    const count = this.total - this.#told;
    if (count === 0) return;
    this.#told = this.total;
    this.#toldAt = this.#clock();
    const { total } = this;
    this.#sink.lost?.({ count, total, time: this.#session.environment.now() });
    this.#session.warn(
      `${count} event${count === 1 ? ' was' : 's were'} lost: the kernel had no room for ${count === 1 ? 'it' : 'them'}` +
        (count === total ? '' : ` (${total} since the start)`),
      count === total
        ? 'a larger buffer holds more: --buffer 256MiB (beyond net.core.rmem_max it takes CAP_NET_ADMIN)'
        : undefined,
    );
  }
}
