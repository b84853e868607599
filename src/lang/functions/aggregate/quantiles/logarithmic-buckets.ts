import { InvalidData } from '../../../conversion/plain.js';
import { type Integer, rounded } from '../../../values/value.js';
import type { State } from '../accumulator.js';
import { addCounts, countOf, listOf } from '../state.js';
import type { Buckets } from './buckets.js';

/** Relative error of a value. */
const PRECISION = 0.005;
const GROWTH = Math.log((1 + PRECISION) / (1 - PRECISION));
/** That of the greatest number, 2^1024, which is also more than any integer that is counted. */
const GREATEST_INDEX = Math.ceil((1075 * Math.LN2) / GROWTH);

/**
 * A DDSketch (Masson, Rim and Lee, 2019): values are counted in buckets whose bounds grow by 1 %, so that a value is off by at
 * most 0.5 %.
 */
export class LogarithmicBuckets implements Buckets {
  readonly #isWhole: boolean;
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();
  #zeros = 0;

  /** @param isWhole the values are integers */
  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  add(value: Integer): void {
    const number = Number(value);
    if (number === 0) {
      this.#zeros++;
      return;
    }
    const buckets = number > 0 ? this.#positive : this.#negative;
    const index = Math.ceil(Math.log(Math.min(Math.abs(number), Number.MAX_VALUE)) / GROWTH);
    buckets.set(index, (buckets.get(index) ?? 0) + 1);
  }

  at(rank: number): Integer | null {
    let seen = 0;
    for (const [index, count] of sorted(this.#negative).reverse()) {
      seen += count;
      if (seen >= rank) return this.#value(-middle(index));
    }
    seen += this.#zeros;
    if (seen >= rank) return 0;
    for (const [index, count] of sorted(this.#positive)) {
      seen += count;
      if (seen >= rank) return this.#value(middle(index));
    }
    return null;
  }

  #value(number: number): Integer | null {
    return this.#isWhole ? rounded(number) : number;
  }

  state(): State {
    return { zeros: this.#zeros, positive: sorted(this.#positive), negative: sorted(this.#negative) };
  }

  merge(state: unknown): number {
    if (typeof state !== 'object' || state === null) throw new InvalidData('invalid percentile');
    const { zeros, positive, negative } = state as Readonly<Record<string, unknown>>;
    const added = countOf(zeros);
    this.#zeros = addCounts(this.#zeros, added);
    return [positive, negative].reduce<number>(
      (sum, from, i) => addCounts(sum, mergeInto(i === 0 ? this.#positive : this.#negative, from)),
      added,
    );
  }
}

const sorted = (buckets: ReadonlyMap<number, number>): [number, number][] => [...buckets].sort((a, b) => a[0] - b[0]);

/** @returns the number of values that were added @throws InvalidData */
function mergeInto(buckets: Map<number, number>, from: unknown): number {
  let added = 0;
  for (const bucket of listOf(from)) {
    const [index, of] = listOf(bucket, 2);
    if (typeof index !== 'number' || !Number.isInteger(index) || Math.abs(index) > GREATEST_INDEX)
      throw new InvalidData('invalid percentile');
    const count = countOf(of);
    added = addCounts(added, count);
    buckets.set(index, addCounts(buckets.get(index) ?? 0, count));
  }
  return added;
}

/** The value of a bucket with the same relative error to both of its bounds. */
const middle = (index: number): number => (2 * Math.exp(index * GROWTH)) / (Math.exp(GROWTH) + 1);
