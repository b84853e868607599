import { Datagrams } from './datagrams.js';
import type { Channel } from './socket.js';

/**
 * Room for the datagrams of the first calls: little at first, so that a query that wants little need not wait for much; soon for some
 * 40 ms of the kernel's work: the kernel waits for each next call, which comes late where V8 still compiles what is to make it. Together
 * they take 9 MiB; from then on the largest that are free are used again.
 */
const SIZES = [8, 32, 128, 128];

/** What one call received: `count` datagrams, none where the kernel had none ready. */
export interface Received {
  readonly room: Datagrams;
  readonly count: number;
}

/** Receives from a channel on another thread, call after call, while what came before is worked on. */
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

  /** Begins at once. @param receive a channel's `receiveInBackground` */
  constructor(receive: NonNullable<Channel['receiveInBackground']>) {
    this.#receive = receive;
    this.#begin();
  }

  /**
   * What came next, to be used until the next call.
   * @throws what `receive` threw, after all that came before
   */
  async next(): Promise<Received> {
    if (this.#inUse !== undefined) this.#free.push(this.#inUse);
    this.#inUse = undefined;
    // Whoever is told that nothing is ready goes on to receive on its own: never two at once.
    if (this.#arrived.at(-1)?.count !== 0) this.#begin();
    while (this.#arrived.length === 0) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const first = this.#arrived.shift() as Received;
    this.#inUse = first.room;
    return first;
  }

  /** Fulfilled when the channel is no longer used: it may be closed then. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#run;
  }

  #begin(): void {
    if (this.#isRunning || this.#failure !== undefined) return;
    this.#isRunning = true;
    this.#run = this.#receiveAll();
  }

  /** Receives until there is no room left, or the kernel has nothing ready: then the next `next` begins anew. */
  async #receiveAll(): Promise<void> {
    try {
      for (let room = this.#room(); room !== undefined && !this.#isEnding; room = this.#room()) {
        const count = await this.#receive(room);
        this.#arrived.push({ room, count });
        this.#wake?.();
        if (count === 0) break;
      }
    } catch (error) {
      this.#failure = { error };
      this.#wake?.();
    }
    this.#isRunning = false;
  }

  /** The largest that is free, or one that is larger still. */
  #room(): Datagrams | undefined {
    this.#free.sort((a, b) => a.most - b.most);
    const next = SIZES[this.#made];
    if (next === undefined || next <= (this.#free.at(-1)?.most ?? 0)) return this.#free.pop();
    this.#made++;
    return new Datagrams(next);
  }
}
