import type { Place } from '../../../../lang/checked/ast.js';
import { CtqError } from '../../../errors.js';
import type { EventChunk, EventStream, ListenOptions } from '../../../netlink/messages/streams.js';
import type { LineOptions, Opener, PlaceOf } from '../../opener.js';
import type { Source } from '../../source.js';

/** A file as a place of events. Its entries are read by `SnapshotRows`; there is no kernel in it to ask. */
class FileSource implements Source {
  readonly #path: string;
  readonly #options: LineOptions;
  readonly #streams = new Set<EventStream>();

  constructor(path: string, options: LineOptions) {
    this.#path = path;
    this.#options = options;
  }

  listen(groups: readonly number[], options: ListenOptions = {}): EventStream {
    const stream = new LazyLogEvents(this.#path, groups, { ...this.#options, ...options });
    this.#streams.add(stream);
    return stream;
  }

  dump(): never {
    throw refused();
  }

  async exchange(): Promise<never> {
    throw refused();
  }

  async batch(): Promise<never> {
    throw refused();
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#streams].map(stream => stream.close()));
  }
}

const refused = (): CtqError =>
  new CtqError({
    code: 'place',
    kind: 'statement',
    message: 'snapshots are read-only and contain only flows, expectations and statistics',
    hint: 'select from it',
  });

/** The events of a log, which is opened when the first of them is requested. */
class LazyLogEvents implements EventStream {
  received = 0;
  /** A log loses nothing. */
  readonly dropped = 0;
  readonly receiveBuffer = 0;
  readonly requestedBuffer = 0;
  readonly #path: string;
  readonly #groups: readonly number[];
  readonly #options: LineOptions & ListenOptions;
  readonly #stop = new AbortController();
  #events: AsyncGenerator<EventChunk> | undefined;

  constructor(path: string, groups: readonly number[], options: LineOptions & ListenOptions) {
    this.#path = path;
    this.#groups = groups;
    this.#options = options;
  }

  [Symbol.asyncIterator](): AsyncGenerator<EventChunk> {
    this.#events = this.#read();
    return this.#events;
  }

  async *#read(): AsyncGenerator<EventChunk> {
    const { LogEvents } = await import('./log-events.js');
    const events = new LogEvents(this.#path, this.#groups, this.#options, this.#stop.signal);
    for await (const chunk of events) {
      this.received += chunk.count;
      yield { ...chunk, file: this.#path };
    }
  }

  finish(): void {
    this.#stop.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    // It may have been left between two chunks.
    await this.#events?.return(undefined);
  }
}

export const file: Opener<PlaceOf<'file'>> = {
  open: ({ path }: Extract<Place, { kind: 'file' }>, { lines }) => new FileSource(path, lines),
};
