import { InvalidData } from '../../../conversion/plain.js';
import { type Integer, integer } from '../../../values/value.js';
import type { State } from '../accumulator.js';
import { addCounts, countOf, listOf } from '../state.js';
import type { Buckets } from './buckets.js';

/** The width of the narrowest buckets is 2^20 ns, about a millisecond. */
const NARROWEST = 20;
/** A bucket of this width holds any time that a 64-bit number can be. */
const WIDEST = 70;
const MAX_BUCKETS = 4096;

/**
 * Times in buckets of the same width, a power of two of ns: the least one for which no more than 4,096 of them have a time. It
 * depends on the times only, not on their order, so that the buckets of parts can be merged.
 */
export class TimeBuckets implements Buckets {
  #width = NARROWEST;
  #buckets = new Map<number, number>();

  add(time: Integer): void {
    this.#addTo(Number(BigInt(time) >> BigInt(this.#width)), 1);
  }

  #addTo(index: number, count: number): void {
    this.#buckets.set(index, addCounts(this.#buckets.get(index) ?? 0, count));
    while (this.#buckets.size > MAX_BUCKETS && this.#width < WIDEST) this.#widen(this.#width + 1);
  }

  #widen(width: number): void {
    const old = this.#buckets;
    const factor = 2 ** (width - this.#width);
    this.#width = width;
    this.#buckets = new Map();
    for (const [index, count] of old) {
      const wider = Math.floor(index / factor);
      this.#buckets.set(wider, (this.#buckets.get(wider) ?? 0) + count);
    }
  }

  at(rank: number): Integer | null {
    let seen = 0;
    for (const [index, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank) return integer((BigInt(index) * 2n + 1n) << BigInt(this.#width - 1));
    }
    return null;
  }

  #sorted(): [number, number][] {
    return [...this.#buckets].sort((a, b) => a[0] - b[0]);
  }

  state(): State {
    return { width: this.#width, buckets: this.#sorted() };
  }

  merge(state: unknown): number {
    if (typeof state !== 'object' || state === null) throw new InvalidData('invalid percentile');
    const { width, buckets } = state as Readonly<Record<string, unknown>>;
    if (typeof width !== 'number' || !Number.isInteger(width) || width < NARROWEST || width > WIDEST)
      throw new InvalidData('invalid percentile');
    if (width > this.#width) this.#widen(width);
    let added = 0;
    for (const bucket of listOf(buckets)) {
      const [index, of] = listOf(bucket, 2);
      if (!Number.isSafeInteger(index)) throw new InvalidData('invalid percentile');
      const count = countOf(of);
      added = addCounts(added, count);
      // Buckets become wider while they are merged.
      this.#addTo(Math.floor((index as number) / 2 ** (this.#width - width)), count);
    }
    return added;
  }
}
