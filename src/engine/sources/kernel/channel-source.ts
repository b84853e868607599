import { CTNETLINK } from '../../ctnetlink/protocol.js';
import { CtqError } from '../../errors.js';
import { Batch, BatchMemory } from '../../netlink/batch.js';
import { ChannelDump } from '../../netlink/dump/dump.js';
import { exchange } from '../../netlink/exchange.js';
import type { BatchOptions, BatchOutcome, Dump, EventStream, ListenOptions } from '../../netlink/messages/streams.js';
import { Sequence } from '../../netlink/request.js';
import type { Channel } from '../../netlink/socket.js';
import type { Source } from '../source.js';

export interface ChannelSourceParts {
  /** A new channel; for batches one with large buffers. */
  readonly open: (purpose: 'requests' | 'dump') => Channel;
  readonly listen: (groups: readonly number[], options: ListenOptions) => EventStream;
  /** See ChannelDump. */
  readonly backgroundAfter?: number;
  readonly silenceMs?: number;
  readonly close?: () => Promise<void> | void;
}

/** A source over channels: kernel sockets, or fakes of a test. */
export class ChannelSource implements Source {
  readonly #parts: ChannelSourceParts;
  readonly #sequence = new Sequence();
  readonly #closing = new AbortController();
  readonly #streams = new Set<EventStream>();
  #channel: Channel | undefined;
  #memory: BatchMemory | undefined;
  /** Batches on the request channel run one at a time. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: ChannelSourceParts) {
    this.#parts = parts;
  }

  dump(request: Uint8Array, signal?: AbortSignal): Dump {
    const { backgroundAfter, silenceMs } = this.#parts;
    return new ChannelDump(() => this.#parts.open('dump'), CTNETLINK, request, {
      signals: [signal, this.#closing.signal],
      backgroundAfter,
      silenceMs,
    });
  }

  async exchange(request: Uint8Array): Promise<readonly Uint8Array[]> {
    return exchange(this.#requests(), this.#sequence, CTNETLINK, request, this.#parts.silenceMs);
  }

  batch(requests: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options: BatchOptions = {}): Promise<BatchOutcome> {
    const run = (): Promise<BatchOutcome> => {
      const channel = this.#requests();
      this.#memory ??= new BatchMemory(channel);
      return new Batch(channel, this.#sequence, CTNETLINK, options, this.#parts.silenceMs, this.#memory).run(requests);
    };
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => {});
    return result;
  }

  listen(groups: readonly number[], options: ListenOptions = {}): EventStream {
    this.#alive();
    const stream = this.#parts.listen(groups, options);
    this.#streams.add(stream);
    void stream.ended?.then(() => this.#streams.delete(stream));
    return stream;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(closed());
    await Promise.all([...this.#streams].map(stream => stream.close()));
    await this.#queue;
    this.#channel?.close();
    await this.#parts.close?.();
  }

  #requests(): Channel {
    this.#alive();
    this.#channel ??= this.#parts.open('requests');
    return this.#channel;
  }

  #alive(): void {
    this.#closing.signal.throwIfAborted();
  }
}

function closed(): CtqError {
  return new CtqError({ code: 'source-closed', kind: 'internal', message: 'the source was closed' });
}
