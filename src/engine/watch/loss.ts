import type { Sink } from '../formats/sink.js';
import type { PartialLoss } from '../netlink/messages/streams.js';
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
  /** Losses reported, by their origin; of a single kernel under an empty name. */
  readonly #reported = new Map<string, number>();
  readonly #parts: () => readonly PartialLoss[];
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** Events lost so far. */
  total = 0;

  /** @param parts the losses of each gateway or network namespace; undefined for a single kernel */
  constructor(
    sink: Sink,
    session: QueryContext,
    parts?: () => readonly PartialLoss[],
    clock: () => number = () => performance.now(),
  ) {
    this.#parts = parts ?? (() => [{ dropped: this.total }]);
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
    const counts = this.#session.eventCounts;
    if (counts !== undefined) counts.lost += dropped - this.total;
    this.total = dropped;
    if (this.#clock() - this.#reportedAt >= REPORT_INTERVAL_MS) this.report();
    return true;
  }

  /** Reports the losses since the last report. */
  report(): void {
    for (const part of this.#parts()) this.#reportPart(part);
  }

  #reportPart({ dropped: total, ...from }: PartialLoss): void {
    const name = from.gateway ?? from.netns ?? '';
    const count = total - (this.#reported.get(name) ?? 0);
    if (count <= 0) return;
    this.#reported.set(name, total);
    this.#reportedAt = this.#clock();
    this.#sink.lost?.({ ...from, count, total, time: this.#session.environment.now() });
    const where = from.gateway === undefined ? (from.netns === undefined ? '' : `netns ${name}: `) : `${name}: `;
    this.#session.warn(
      `${where}${count} event${count === 1 ? ' was' : 's were'} lost: the receive buffer was full` +
        (count === total ? '' : ` (${total} since the start)`),
      count === total
        ? 'a larger buffer helps: --buffer 256MiB (more than net.core.rmem_max requires CAP_NET_ADMIN)'
        : undefined,
    );
  }
}
