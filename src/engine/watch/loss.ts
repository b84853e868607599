import type { Sink } from '../formats/sink.js';
import type { QueryContext } from '../query/context.js';

/** Least time between two reports, so that reporting does not itself cause losses. */
const REPORT_INTERVAL_MS = 1000;

/**
 * Reports events that the kernel dropped for lack of buffer: as records of the output, and as warnings. The reported counts
 * add up to exactly the number of lost events.
 */
export class LossReporter {
  readonly #sink: Sink;
  readonly #session: QueryContext;
  readonly #clock: () => number;
  #reported = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** Events lost so far. */
  total = 0;

  constructor(sink: Sink, session: QueryContext, clock: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#session = session;
    this.#clock = clock;
  }

  /**
   * @param dropped events lost since the start
   * @returns whether there are new ones
   */
  update(dropped: number): boolean {
    if (dropped <= this.total) return false;
    this.total = dropped;
    if (this.#clock() - this.#reportedAt >= REPORT_INTERVAL_MS) this.report();
    return true;
  }

  /** Reports the losses since the last report. */
  report(): void {
    const count = this.total - this.#reported;
    if (count === 0) return;
    this.#reported = this.total;
    this.#reportedAt = this.#clock();
    const { total } = this;
    this.#sink.lost?.({ count, total, time: this.#session.environment.now() });
    this.#session.warn(
      `${count} event${count === 1 ? ' was' : 's were'} lost: the receive buffer was full` +
        (count === total ? '' : ` (${total} since the start)`),
      count === total
        ? 'a larger buffer helps: --buffer 256MiB (more than net.core.rmem_max requires CAP_NET_ADMIN)'
        : undefined,
    );
  }
}
