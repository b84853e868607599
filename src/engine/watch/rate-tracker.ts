import { compare, type Getter, type Integer, subtract, type Value } from '../../lang/values/value.js';
import type { RowKey } from '../query/exec/iteration.js';
import type { Growth } from '../query/exec/pipeline.js';

/**
 * Remembers counters from one run of a query to the next, entry by entry: the sum of a group falls when a flow ends, while
 * no counter of a flow ever does. Memory grows with the entries that a run counts, and holds those of two runs.
 */
export class RateTracker {
  #before: Map<RowKey, Value>[] | undefined;
  #now: Map<RowKey, Value>[] = [];
  /** When the run before began, ns since the epoch. */
  #since: Integer = 0;
  #began: Integer = 0;

  /** A run begins. */
  next(now: Integer): void {
    if (this.#began !== 0) this.#before = this.#now;
    this.#now = [];
    this.#since = this.#began;
    this.#began = now;
  }

  growth<Row>(keyOf: (row: Row) => RowKey, beganAt: (row: Row) => Value): Growth<Row> {
    return {
      of: (index, value) => {
        const now = new Map<RowKey, Value>();
        this.#now[index] = now;
        const before = this.#before?.[index];
        return value === undefined
          ? this.#arrivals(keyOf, beganAt, before, now)
          : this.#increase(keyOf, beganAt, before, now, value);
      },
    };
  }

  /** An entry that was not counted before, though it was there, has no known increase. */
  #isOld(start: Value): boolean {
    return start !== null && compare(start, this.#since) < 0;
  }

  #increase<Row>(
    keyOf: (row: Row) => RowKey,
    beganAt: (row: Row) => Value,
    before: ReadonlyMap<RowKey, Value> | undefined,
    now: Map<RowKey, Value>,
    value: Getter<Row>,
  ): Getter<Row> {
    return row => {
      const current = value(row) as Integer | null;
      if (current === null) return null;
      const key = keyOf(row);
      now.set(key, current);
      if (before === undefined) return null;
      const last = (before.get(key) ?? null) as Integer | null;
      // What is less than before was zeroed meanwhile, or is another flow of the same name.
      if (last !== null) return compare(last, current) > 0 ? current : subtract(current, last);
      return this.#isOld(beganAt(row)) ? null : current;
    };
  }

  /** `rate(*)`: the entries that were not there before. */
  #arrivals<Row>(
    keyOf: (row: Row) => RowKey,
    beganAt: (row: Row) => Value,
    before: ReadonlyMap<RowKey, Value> | undefined,
    now: Map<RowKey, Value>,
  ): Getter<Row> {
    return row => {
      const key = keyOf(row);
      now.set(key, true);
      return before === undefined || before.has(key) || this.#isOld(beganAt(row)) ? null : true;
    };
  }
}
