import type { Getter } from '../../../lang/evaluate/evaluate.js';
import { compare, type Integer, subtract, type Value } from '../../../lang/values/value.js';
import type { RowKey } from '../exec/iteration.js';
import type { Growth } from '../exec/pipeline.js';

/**
 * Computes the increase of counters between two runs of a query, entry by entry: the sum of a group decreases when a flow
 * ends, while the counter of a flow never does. Keeps the counters of two runs.
 */
export class RateTracker {
  #previous: Map<RowKey, Value>[] | undefined;
  #current: Map<RowKey, Value>[] = [];
  /** Start of the previous run and of the current one, in ns since the epoch. */
  #previousStart: Integer = 0;
  #start: Integer = 0;

  /** Begins a run. @param now in ns since the epoch */
  next(now: Integer): void {
    if (this.#start !== 0) this.#previous = this.#current;
    this.#current = [];
    this.#previousStart = this.#start;
    this.#start = now;
  }

  growth<Row>(keyOf: (row: Row) => RowKey, startOf: (row: Row) => Value): Growth<Row> {
    return {
      of: (index, value) => {
        const current = new Map<RowKey, Value>();
        this.#current[index] = current;
        const previous = this.#previous?.[index];
        return value === undefined
          ? this.#arrivals(keyOf, startOf, previous, current)
          : this.#increase(keyOf, startOf, previous, current, value);
      },
    };
  }

  /** The increase of an entry that existed during the previous run but was not counted by it is unknown. */
  #isOlder(start: Value): boolean {
    return start !== null && compare(start, this.#previousStart) < 0;
  }

  #increase<Row>(
    keyOf: (row: Row) => RowKey,
    startOf: (row: Row) => Value,
    previous: ReadonlyMap<RowKey, Value> | undefined,
    current: Map<RowKey, Value>,
    value: Getter<Row>,
  ): Getter<Row> {
    return row => {
      const now = value(row) as Integer | null;
      if (now === null) return null;
      const key = keyOf(row);
      current.set(key, now);
      if (previous === undefined) return null;
      const before = (previous.get(key) ?? null) as Integer | null;
      // A counter that has decreased was zeroed in between, or belongs to another flow with the same key.
      if (before !== null) return compare(before, now) > 0 ? now : subtract(now, before);
      return this.#isOlder(startOf(row)) ? null : now;
    };
  }

  /** `rate(*)`: the entries that are new since the previous run. */
  #arrivals<Row>(
    keyOf: (row: Row) => RowKey,
    startOf: (row: Row) => Value,
    previous: ReadonlyMap<RowKey, Value> | undefined,
    current: Map<RowKey, Value>,
  ): Getter<Row> {
    return row => {
      const key = keyOf(row);
      current.set(key, true);
      return previous === undefined || previous.has(key) || this.#isOlder(startOf(row)) ? null : true;
    };
  }
}
