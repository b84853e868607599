import type { Grouping } from '../../lang/typed.js';
import type { Value } from '../../lang/values.js';
import { type Accumulator, accumulatorOf } from './aggregates.js';

/** One group: its keys, and what its aggregates have gathered. */
export interface Group {
  readonly keys: readonly Value[];
  readonly accumulators: readonly Accumulator[];
  /** The aggregates' values, once they are asked for. */
  results: readonly Value[];
}

/** Rows gathered by their keys. Memory grows with the groups, not with the rows. */
export class Groups<Row> {
  #root: Map<Value, unknown> = new Map();
  #groups: Group[] = [];
  readonly #grouping: Grouping;
  readonly #keys: readonly ((row: Row) => Value)[];
  readonly #args: readonly (((row: Row) => Value) | undefined)[];

  constructor(
    grouping: Grouping,
    keys: readonly ((row: Row) => Value)[],
    args: readonly (((row: Row) => Value) | undefined)[],
  ) {
    this.#grouping = grouping;
    this.#keys = keys;
    this.#args = args;
  }

  get size(): number {
    return this.#groups.length;
  }

  add(row: Row): void {
    const { accumulators } = this.#find(row);
    const args = this.#args;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      accumulators[i].add(arg === undefined ? true : arg(row));
    }
  }

  #find(row: Row): Group {
    const keys = this.#keys;
    if (keys.length === 0) return this.#groups[0] ?? this.#create([]);
    let level = this.#root;
    for (let i = 0; i < keys.length - 1; i++) {
      const key = keys[i](row);
      let next = level.get(key) as Map<Value, unknown> | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(key, next);
      }
      level = next;
    }
    const last = keys[keys.length - 1](row);
    const known = level.get(last) as Group | undefined;
    if (known !== undefined) return known;
    const group = this.#create(keys.map(key => key(row)));
    level.set(last, group);
    return group;
  }

  #create(keys: readonly Value[]): Group {
    const group = { keys, accumulators: this.#grouping.aggregates.map(accumulatorOf), results: [] };
    this.#groups.push(group);
    return group;
  }

  /**
   * The groups with their results, and none left inside. Without keys there is one group always, as in SQL.
   * @param seconds length of the window, for rates
   */
  take(seconds: number): Group[] {
    if (this.#groups.length === 0 && this.#keys.length === 0) this.#create([]);
    const groups = this.#groups;
    for (const group of groups) group.results = group.accumulators.map(each => each.result(seconds));
    this.#groups = [];
    this.#root = new Map();
    return groups;
  }
}
