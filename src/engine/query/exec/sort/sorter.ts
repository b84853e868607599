import { compare, type Value } from '../../../../lang/values/value.js';
import { atOnce, type Steps } from '../steps.js';
import { mergeSort } from './merge-sort.js';

/** Up to such a limit what is kept is cut as rows come; more takes too long for one step. */
const FEW = 2000;

/** Something kept for sorting, with the values that it is sorted by. */
interface Kept<T> {
  readonly item: T;
  readonly keys: readonly Value[];
  /** Order of arrival, which decides between equals. */
  readonly number: number;
}

/** Sorts, keeping no more than is wanted in the end: with a limit of N, memory for N rows. Nulls come last. */
export class Sorter<T> {
  #kept: Kept<T>[] = [];
  #arrived = 0;
  #worst: Kept<T> | undefined;
  readonly #descending: readonly boolean[];
  readonly #limit: number;

  constructor(descending: readonly boolean[], limit = Number.POSITIVE_INFINITY) {
    this.#descending = descending;
    this.#limit = limit;
  }

  /** The first key of the last that is kept, once something is left out. */
  get bound(): Value | undefined {
    return this.#worst?.keys[0];
  }

  /** Whether something may be kept whose first key this is: of many, most are not. */
  mayTake(first: Value): boolean {
    const { bound } = this;
    if (bound === undefined || bound === first) return true;
    if (first === null || bound === null) return bound === null;
    return compare(first, bound) < 0 !== this.#descending[0];
  }

  /** More is kept than should be: `cut` is to be called. */
  get isDue(): boolean {
    return this.#kept.length >= 2 * this.#limit + 64;
  }

  /** `make` is called only where the row is kept for now. */
  add(keys: readonly Value[], make: () => T): void {
    const number = this.#arrived++;
    if (this.#limit === 0) return;
    if (this.#worst !== undefined && this.#order(keys, this.#worst.keys) >= 0) return;
    this.#kept.push({ item: make(), keys, number });
    if (this.#limit <= FEW && this.isDue) atOnce(this.cut());
  }

  /** Sorts what is kept, and leaves out what is beyond the limit. */
  *cut(): Steps {
    this.#kept = yield* mergeSort(this.#kept, (a, b) => this.#order(a.keys, b.keys) || a.number - b.number);
    if (this.#kept.length > this.#limit) this.#kept.length = this.#limit;
    if (this.#kept.length === this.#limit) this.#worst = this.#kept[this.#limit - 1];
  }

  #order(a: readonly Value[], b: readonly Value[]): number {
    for (let i = 0; i < a.length; i++) {
      const left = a[i];
      const right = b[i];
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      const order = compare(left, right);
      if (order !== 0) return this.#descending[i] ? -order : order;
    }
    return 0;
  }

  /** What was kept, in order; the sorter is empty afterwards. */
  *take(): Steps<T[]> {
    yield* this.cut();
    const items = this.#kept.map(each => each.item);
    this.#kept = [];
    this.#worst = undefined;
    this.#arrived = 0;
    return items;
  }
}
