import { compare, type Integer } from '../../../../lang/values/value.js';

/** So many values are kept as they are; above, their percentiles are exact to within `PRECISION`. */
const EXACT = 100_000;
/** Relative error of a percentile once there are more than EXACT values. */
const PRECISION = 0.005;
const GROWTH = Math.log((1 + PRECISION) / (1 - PRECISION));

/**
 * Percentiles in bounded memory: exact (nearest rank) for up to 100,000 values, then counted in buckets whose bounds grow
 * by 1 %, so that a percentile is off by at most 0.5 % of its value.
 */
export class Quantiles {
  #values: Integer[] | undefined = [];
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();
  #zeros = 0;
  #count = 0;

  add(value: Integer): void {
    this.#count++;
    if (this.#values === undefined) {
      this.#bucket(Number(value));
      return;
    }
    this.#values.push(value);
    if (this.#values.length > EXACT) {
      for (const each of this.#values) this.#bucket(Number(each));
      this.#values = undefined;
    }
  }

  #bucket(value: number): void {
    if (value === 0) {
      this.#zeros++;
      return;
    }
    const buckets = value > 0 ? this.#positive : this.#negative;
    const index = Math.ceil(Math.log(Math.abs(value)) / GROWTH);
    buckets.set(index, (buckets.get(index) ?? 0) + 1);
  }

  /** The value at that part of the sorted values, 0 … 1; null where there are none. */
  at(part: number): Integer | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(part * this.#count));
    if (this.#values) {
      this.#values.sort(compare);
      return this.#values[rank - 1];
    }
    let seen = 0;
    for (const [index, count] of [...this.#negative].sort((a, b) => b[0] - a[0])) {
      seen += count;
      if (seen >= rank) return -middle(index);
    }
    seen += this.#zeros;
    if (seen >= rank) return 0;
    for (const [index, count] of [...this.#positive].sort((a, b) => a[0] - b[0])) {
      seen += count;
      if (seen >= rank) return middle(index);
    }
    return null;
  }
}

/** The value that is off by the same part from both bounds of a bucket. */
const middle = (index: number): number => Math.round((2 * Math.exp(index * GROWTH)) / (Math.exp(GROWTH) + 1));
