import type { TypeName } from '../../../../lang/values/value.js';
import { add, compare, type Integer, integer, subtract } from '../../../../lang/values/value.js';

/** So many values are kept as they are; above, their percentiles are exact to within `PRECISION`. */
const EXACT = 100_000;
/** Relative error of a percentile once there are more than EXACT values. */
const PRECISION = 0.005;
const GROWTH = Math.log((1 + PRECISION) / (1 - PRECISION));

/**
 * Percentiles in bounded memory: exact (nearest rank) for up to 100,000 values. Above that they come from a DDSketch (Masson,
 * Rim and Lee, 2019): values are counted in buckets whose bounds grow by 1 %, so that a percentile is off by at most 0.5 % of
 * its value. Times are counted by their distance from the first one: half a percent of all time since 1970 would be months.
 */
export class Quantiles {
  readonly #type: TypeName;
  /** What is subtracted from each value before it is counted. */
  #origin: Integer = 0;
  #values: Integer[] | undefined = [];
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();
  #zeros = 0;
  #count = 0;

  /** @param type of the values: those of decimals are not rounded */
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

/** The value that is off by the same part from both bounds of a bucket. */
const middle = (index: number): number => (2 * Math.exp(index * GROWTH)) / (Math.exp(GROWTH) + 1);
