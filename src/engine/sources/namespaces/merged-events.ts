import { CtqError } from '../../errors.js';
import type { EventChunk, EventStream } from '../../netlink/messages/streams.js';
import type { Source } from '../source.js';
import { NAMESPACE_GONE } from './namespace.js';

/** The events of one namespace, and their source, which ends with them. */
export interface Part {
  readonly netns: string;
  readonly stream: EventStream;
  readonly source: Pick<Source, 'close'>;
}

/** What one of the streams has next. */
interface Next {
  readonly index: number;
  readonly result: IteratorResult<EventChunk>;
}

/** The events of several namespaces as one stream: of each in the kernel's order, among each other as they arrive. */
export class MergedEvents implements EventStream {
  readonly #parts: readonly Part[];
  readonly #gone: ((error: CtqError) => void) | undefined;
  /** Losses reported with each part's last chunk. */
  readonly #reported: number[];

  /** @param gone called where a namespace has been removed; the others continue */
  constructor(parts: readonly Part[], gone?: (error: CtqError) => void) {
    this.#parts = parts;
    this.#gone = gone;
    this.#reported = parts.map(() => 0);
  }

  get received(): number {
    return sum(this.#parts.map(({ stream }) => stream.received));
  }

  get dropped(): number {
    return sum(this.#parts.map(({ stream }) => stream.dropped));
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
    const iterators = this.#parts.map(({ stream }) => stream[Symbol.asyncIterator]());
    // What has arrived and was not handed on; a stream is asked again when its last chunk is done with.
    const arrived: Next[] = [];
    let failure: { readonly error: unknown } | undefined;
    let wake: () => void = () => {};
    const ask = (index: number): void => {
      iterators[index].next().then(
        result => {
          arrived.push({ index, result });
          wake();
        },
        (error: unknown) => {
          if (this.#gone !== undefined && error instanceof CtqError && error.code === NAMESPACE_GONE) {
            this.#gone(error);
            void this.#parts[index].source.close();
            arrived.push({ index, result: { done: true, value: undefined } });
          } else failure ??= { error };
          wake();
        },
      );
    };
    try {
      for (let index = 0; index < iterators.length; index++) ask(index);
      for (let open = iterators.length; open > 0; ) {
        if (failure !== undefined) throw failure.error;
        const next = arrived.shift();
        if (next === undefined) {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
          continue;
        }
        const { index, result } = next;
        if (result.done === true) {
          open--;
          continue;
        }
        const { bytes, count, dropped } = result.value;
        this.#reported[index] = dropped;
        yield { bytes, count, netns: this.#parts[index].netns, dropped: sum(this.#reported) };
        ask(index);
      }
    } finally {
      await this.close();
    }
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
