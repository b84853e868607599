import { fromPlain, InvalidData, toPlain } from '../../../conversion/plain.js';
import type { Type } from '../../../schema/type.js';
import { compare, type Integer } from '../../../values/value.js';
import type { State } from '../accumulator.js';
import { addCounts, countOf } from '../state.js';
import type { Buckets } from './buckets.js';
import { LogarithmicBuckets } from './logarithmic-buckets.js';
import { TimeBuckets } from './time-buckets.js';

/** The number of values up to which percentiles are exact. */
const EXACT = 100_000;

/**
 * Percentiles in bounded memory: exact (nearest rank) for up to 100,000 values. Above that values are counted in buckets: a number
 * is off by at most half a percent of its value, a time by a 4,000th of the time from the first to the last.
 */
export class Quantiles {
  readonly #type: Type;
  #values: Integer[] | undefined = [];
  #buckets: Buckets | undefined;
  #count = 0;

  /** @param type of the values; all but decimals are rounded */
  constructor(type: Type = { name: 'integer' }) {
    this.#type = type;
  }

  add(value: Integer): void {
    this.#count++;
    if (this.#values === undefined) {
      this.#buckets?.add(value);
      return;
    }
    this.#values.push(value);
    if (this.#values.length > EXACT) this.#toBuckets();
  }

  #toBuckets(): Buckets {
    const buckets =
      this.#buckets ??
      (this.#type.name === 'time' ? new TimeBuckets() : new LogarithmicBuckets(this.#type.name !== 'decimal'));
    this.#buckets = buckets;
    for (const value of this.#values ?? []) buckets.add(value);
    this.#values = undefined;
    return buckets;
  }

  /** All values, or the state of their buckets. */
  state(): State {
    return this.#buckets?.state() ?? (this.#values ?? []).map(toPlain);
  }

  /** @throws InvalidData */
  merge(state: unknown): void {
    if (!Array.isArray(state)) {
      this.#count = addCounts(this.#count, countOf(this.#toBuckets().merge(state)));
      return;
    }
    if (state.length > EXACT) throw new InvalidData('invalid percentile');
    for (const each of state) {
      const value = fromPlain(each, this.#type);
      if (value === null) throw new InvalidData('invalid percentile');
      this.add(value as Integer);
    }
  }

  /** @param fraction 0 … 1 @returns the value at that position of the sorted values; null if there are none */
  at(fraction: number): Integer | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(fraction * this.#count));
    if (this.#values === undefined) return this.#buckets?.at(rank) ?? null;
    this.#values.sort(compare);
    return this.#values[rank - 1];
  }
}
