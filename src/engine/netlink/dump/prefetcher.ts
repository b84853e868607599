import type { Datagrams } from '../messages/datagrams.js';
import type { Channel } from '../socket.js';
import { acquireBuffer, releaseBuffer } from './spare-buffers.js';

/**
 * Capacities of the buffers of the first calls, in datagrams. Small at first, so that a query that needs little does not wait; then for
 * some 40 ms of the kernel's work, which pauses until the next call, and that is late while V8 still compiles. Together they take
 * 9 MiB; after them the largest free buffers are reused.
 */
const SIZES = [8, 32, 128, 128];

/** The result of one call: `count` datagrams, 0 where the kernel had none ready. */
export interface Received {
  readonly buffer: Datagrams;
  readonly count: number;
}

/** Receives the next datagrams of a channel on another thread while the previous ones are processed. */
export class Prefetcher {
  readonly #receive: (into: Datagrams) => Promise<number>;
  readonly #free: Datagrams[] = [];
  #made = 0;
  readonly #arrived: Received[] = [];
  #inUse: Datagrams | undefined;
  #isRunning = false;
  #run: Promise<void> | undefined;
  #isEnding = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** Starts at once. @param receive a channel's `receiveInBackground` */
  constructor(receive: NonNullable<Channel['receiveInBackground']>) {
    this.#receive = receive;
    this.#begin();
  }

  /**
   * The next datagrams, valid until the next call.
   * @throws what `receive` threw, after everything received before it
   */
  async next(): Promise<Received> {
    if (this.#inUse !== undefined) this.#free.push(this.#inUse);
    this.#inUse = undefined;
    // A caller that gets nothing receives by itself: there must never be two receivers.
    if (this.#arrived.at(-1)?.count !== 0) this.#begin();
    while (this.#arrived.length === 0) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const first = this.#arrived.shift() as Received;
    this.#inUse = first.buffer;
    return first;
  }

  /** Fulfilled when the channel is no longer used: it may be closed then. What `next` gave is no longer valid. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#run;
    const buffers = [
      ...this.#free,
      ...this.#arrived.map(({ buffer }) => buffer),
      ...(this.#inUse ? [this.#inUse] : []),
    ];
    for (const buffer of buffers) releaseBuffer(buffer, SIZES.filter(size => size === buffer.most).length);
  }

  #begin(): void {
    if (this.#isRunning || this.#failure !== undefined) return;
    this.#isRunning = true;
    this.#run = this.#receiveAll();
  }

  /** Receives until no buffer is free or the kernel has nothing ready; the following `next` starts again. */
  async #receiveAll(): Promise<void> {
    try {
      for (let buffer = this.#nextBuffer(); buffer !== undefined && !this.#isEnding; buffer = this.#nextBuffer()) {
        const count = await this.#receive(buffer);
        this.#arrived.push({ buffer, count });
        this.#wake?.();
        if (count === 0) break;
      }
    } catch (error) {
      this.#failure = { error };
      this.#wake?.();
    }
    this.#isRunning = false;
  }

  /** The largest free buffer, or a new larger one. */
  #nextBuffer(): Datagrams | undefined {
    this.#free.sort((a, b) => a.most - b.most);
    const next = SIZES[this.#made];
    if (next === undefined || next <= (this.#free.at(-1)?.most ?? 0)) return this.#free.pop();
    this.#made++;
    return acquireBuffer(next);
  }
}
