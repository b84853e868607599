import { compare, type Value } from '../../../../lang/values/value.js';
import { atOnce, type Steps } from '../steps.js';
import { mergeSort } from './merge-sort.js';

/** Up to this limit the kept items are cut while rows are added; beyond it that takes too long for one step. */
const FEW = 2000;

/** An item with its sort keys. */
interface Kept<T> {
  readonly item: T;
  readonly keys: readonly Value[];
  /** Order of arrival: breaks ties. */
  readonly number: number;
}

/** Sorts items. With a limit of N, memory is bounded by about 2 N items. Nulls come last. */
export class Sorter<T> {
  #kept: Kept<T>[] = [];
  #arrived = 0;
  #last: Kept<T> | undefined;
  readonly #descending: readonly boolean[];
  readonly #limit: number;

  constructor(descending: readonly boolean[], limit = Number.POSITIVE_INFINITY) {
    this.#descending = descending;
    this.#limit = limit;
  }

  /** The first key of the last item within the limit, once items have been dropped. */
  get bound(): Value | undefined {
    return this.#last?.keys[0];
  }

  /** Whether an item with this first key may be kept: a cheap test before its other keys are computed. */
  mayTake(first: Value): boolean {
    const { bound } = this;
    if (bound === undefined || bound === first) return true;
    if (first === null || bound === null) return bound === null;
    return compare(first, bound) < 0 !== this.#descending[0];
  }

  /** Whether `cut` must be called. */
  get isDue(): boolean {
    return this.#kept.length >= 2 * this.#limit + 64;
  }

  /** @param make called only if the item is kept */
  add(keys: readonly Value[], make: () => T): void {
    const number = this.#arrived++;
    if (this.#limit === 0) return;
    if (this.#last !== undefined && this.#order(keys, this.#last.keys) >= 0) return;
    this.#kept.push({ item: make(), keys, number });
    if (this.#limit <= FEW && this.isDue) atOnce(this.cut());
  }

  /** Sorts the items, and drops those beyond the limit. */
  *cut(): Steps {
    this.#kept = yield* mergeSort(this.#kept, (a, b) => this.#order(a.keys, b.keys) || a.number - b.number);
    if (this.#kept.length > this.#limit) this.#kept.length = this.#limit;
    if (this.#kept.length === this.#limit) this.#last = this.#kept[this.#limit - 1];
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

  /** Returns the items in order, and empties the sorter. */
  *take(): Steps<T[]> {
    yield* this.cut();
    const items = this.#kept.map(each => each.item);
    this.#kept = [];
    this.#last = undefined;
    this.#arrived = 0;
    return items;
  }
}
