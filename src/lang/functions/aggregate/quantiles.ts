import type { TypeName } from '../../values/value.js';
import { add, compare, type Integer, integer, subtract } from '../../values/value.js';

/** The number of values up to which percentiles are exact. */
const EXACT = 100_000;
/** Relative error of a percentile of more than EXACT values. */
const PRECISION = 0.005;
const GROWTH = Math.log((1 + PRECISION) / (1 - PRECISION));

/**
 * Percentiles in bounded memory: exact (nearest rank) for up to 100,000 values. Above that they come from a DDSketch (Masson,
 * Rim and Lee, 2019): values are counted in buckets whose bounds grow by 1 %, so that a percentile is off by at most 0.5 % of
 * its value. Times are counted by their distance from the first: half a percent of the time since 1970 would be months.
 */
export class Quantiles {
  readonly #type: TypeName;
  /** Subtracted from each value before it is counted. */
  #origin: Integer = 0;
  #values: Integer[] | undefined = [];
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();
  #zeros = 0;
  #count = 0;

  /** @param type of the values; all but decimals are rounded */
  constructor(type: TypeName = 'integer') {
    this.#type = type;
  }

  add(value: Integer): void {
    if (this.#count === 0 && this.#type === 'time') this.#origin = value;
    this.#count++;
    if (this.#values === undefined) {
      this.#bucket(this.#distance(value));
      return;
    }
    this.#values.push(value);
    if (this.#values.length > EXACT) {
      for (const each of this.#values) this.#bucket(this.#distance(each));
      this.#values = undefined;
    }
  }

  #distance(value: Integer): number {
    return Number(this.#origin === 0 ? value : subtract(value, this.#origin));
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

  /** @param fraction 0 … 1 @returns the value at that position of the sorted values; null if there are none */
  at(fraction: number): Integer | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(fraction * this.#count));
    if (this.#values) {
      this.#values.sort(compare);
      return this.#values[rank - 1];
    }
    let seen = 0;
    for (const [index, count] of [...this.#negative].sort((a, b) => b[0] - a[0])) {
      seen += count;
      if (seen >= rank) return this.#value(-middle(index));
    }
    seen += this.#zeros;
    if (seen >= rank) return this.#value(0);
    for (const [index, count] of [...this.#positive].sort((a, b) => a[0] - b[0])) {
      seen += count;
      if (seen >= rank) return this.#value(middle(index));
    }
    return null;
  }

  #value(distance: number): Integer {
    if (this.#type === 'decimal') return distance;
    const whole = integer(BigInt(Math.round(distance)));
    return this.#origin === 0 ? whole : add(whole, this.#origin);
  }
}

/** The value of a bucket with the same relative error to both of its bounds. */
const middle = (index: number): number => (2 * Math.exp(index * GROWTH)) / (Math.exp(GROWTH) + 1);
