import type { RowOrigin } from '../ctnetlink/row-context.js';
import { CtqError } from '../errors.js';
import type { EventChunk, EventStream, PartialLoss } from '../netlink/messages/streams.js';
import { merge } from './merge.js';
import type { Source } from './source.js';

/** The events of one namespace or host, and their source, which ends with them. */
export interface Part {
  readonly from: RowOrigin;
  readonly stream: EventStream;
  readonly source: Pick<Source, 'close'>;
}

/** The events of several namespaces or hosts as one stream: of each in the kernel's order, among each other as they arrive. */
export class MergedEvents implements EventStream {
  readonly #parts: readonly Part[];
  readonly #gone: ((error: CtqError) => void) | undefined;
  readonly #isGone: (error: CtqError) => boolean;
  /** Losses reported with each part's last chunk. */
  readonly #reported: number[];

  /**
   * @param gone called where one has ended; the others continue
   * @param isGone whether it has ended, by its error; any other error ends all
   */
  constructor(
    parts: readonly Part[],
    gone: ((error: CtqError) => void) | undefined,
    isGone: (error: CtqError) => boolean,
  ) {
    this.#parts = parts;
    this.#gone = gone;
    this.#isGone = isGone;
    this.#reported = parts.map(() => 0);
  }

  get received(): number {
    return sum(this.#parts.map(({ stream }) => stream.received));
  }

  get dropped(): number {
    return sum(this.#parts.map(({ stream }) => stream.dropped));
  }

  losses(): readonly PartialLoss[] {
    return this.#parts.map(({ from, stream }) => ({ ...from, dropped: stream.dropped }));
  }

  get receiveBuffer(): number {
    return this.#parts.length === 0 ? 0 : Math.min(...this.#parts.map(({ stream }) => stream.receiveBuffer));
  }

  get requestedBuffer(): number {
    return this.#parts.length === 0 ? 0 : Math.min(...this.#parts.map(({ stream }) => stream.requestedBuffer));
  }

  finish(): void {
    for (const { stream } of this.#parts) stream.finish();
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map(({ source }) => source.close()));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    const streams = this.#parts.map(({ stream }) => stream);
    try {
      for await (const { index, value } of merge(streams, (at, error) => this.#failed(at, error))) {
        const { bytes, count, dropped } = value;
        this.#reported[index] = dropped;
        yield { ...this.#parts[index].from, bytes, count, dropped: sum(this.#reported) };
      }
    } finally {
      await this.close();
    }
  }

  /** @throws the error, where the others cannot continue */
  #failed(index: number, error: unknown): void {
    if (this.#gone === undefined || !(error instanceof CtqError) || !this.#isGone(error)) throw error;
    this.#gone(error);
    void this.#parts[index].source.close();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
