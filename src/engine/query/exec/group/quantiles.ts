import type { TypeName } from '../../../../lang/values/value.js';
import { add, compare, type Integer, integer, subtract } from '../../../../lang/values/value.js';

/** Number of values that are kept exactly; beyond it percentiles have a relative error of `PRECISION`. */
const EXACT = 100_000;
/** Relative error of percentiles of more than EXACT values. */
const PRECISION = 0.005;
const GROWTH = Math.log((1 + PRECISION) / (1 - PRECISION));

/**
 * Percentiles in bounded memory: exact (nearest rank) for up to 100,000 values. Beyond that a DDSketch (Masson,
 * Rim and Lee, 2019) counts values in buckets whose bounds grow by 1 %, so that the relative error is at most 0.5 %.
 * Times are counted relative to the first one, since 0.5 % of the time since 1970 would be months.
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

  /** @param type of the values: decimals are not rounded */
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

  /** The quantile of a fraction, 0 … 1; null without values. */
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

/** The value with the same relative distance to both bounds of a bucket. */
const middle = (index: number): number => (2 * Math.exp(index * GROWTH)) / (Math.exp(GROWTH) + 1);
