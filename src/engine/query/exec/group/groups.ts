import type { Grouping } from '../../../../lang/checked/ast.js';
import type { Accumulator, State } from '../../../../lang/functions/aggregate/accumulator.js';
import { accumulatorOf } from '../../../../lang/functions/registry.js';
import type { Value } from '../../../../lang/values/value.js';
import { CtqError } from '../../../errors.js';
import { KeyIndex } from './key-index.js';

/** The number of a group. */
export type Group = number;

/** All groups with their results. */
export interface GroupTable {
  readonly size: number;
  /** For each key of `group by`, its value in each group. */
  readonly keys: readonly (readonly Value[])[];
  /** The result of an aggregate, computed on demand: a limit may leave few of many groups. */
  result(aggregate: number, group: Group): Value;
  /** The state of an aggregate as plain data, to be merged elsewhere. */
  state(aggregate: number, group: Group): State;
  /** The results of an aggregate by group, if it keeps them as an array of numbers. */
  counts(aggregate: number): readonly number[] | undefined;
}

/** A level of nested maps for several keys; the last level has the numbers of groups. */
type Level = Map<Value, Level | Group>;

/** Aggregates rows by their keys. Memory grows with the number of groups, not of rows. */
export class Groups<Row> {
  #root: Level = new Map();
  /** For a single key. */
  #index = new KeyIndex();
  #size = 0;
  #accumulators: readonly Accumulator[];
  #values: readonly Value[][];
  readonly #grouping: Grouping;
  readonly #keys: readonly ((row: Row) => Value)[];
  readonly #args: readonly (((row: Row) => Value) | undefined)[];
  /** Reads the keys of a group that is merged. */
  readonly #picks: readonly ((keys: readonly Value[]) => Value)[];

  constructor(
    grouping: Grouping,
    keys: readonly ((row: Row) => Value)[],
    args: readonly (((row: Row) => Value) | undefined)[],
  ) {
    this.#grouping = grouping;
    this.#keys = keys;
    this.#args = args;
    this.#picks = keys.map((_, i) => values => values[i]);
    this.#accumulators = grouping.aggregates.map(accumulatorOf);
    this.#values = keys.map(() => []);
  }

  get size(): number {
    return this.#size;
  }

  add(row: Row): void {
    const group = this.#find(row);
    const args = this.#args;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      this.#accumulators[i].add(group, arg === undefined ? true : arg(row));
    }
  }

  /**
   * Adds a group of another part of the rows.
   * @param keys the value of each key
   * @param states of the aggregates, maybe from another machine
   * @throws InvalidData if a state is not one of its aggregate; the group may then have a part of the states
   */
  merge(keys: readonly Value[], states: readonly unknown[]): void {
    const group =
      keys.length === 0 ? this.#only() : keys.length === 1 ? this.#findBy(keys[0]) : this.#findByAll(keys, this.#picks);
    const accumulators = this.#accumulators;
    for (let i = 0; i < accumulators.length; i++) accumulators[i].merge(group, states[i]);
  }

  #find(row: Row): Group {
    const keys = this.#keys;
    if (keys.length === 0) return this.#only();
    return keys.length === 1 ? this.#findBy(keys[0](row)) : this.#findByAll(row, keys);
  }

  /** The group of a query without keys. */
  #only(): Group {
    return this.#size === 0 ? this.#create() : 0;
  }

  #findBy(key: Value): Group {
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const group = this.#create();
    this.#values[0].push(key);
    this.#index.set(key, group);
    return group;
  }

  #findByAll<R>(row: R, keys: readonly ((row: R) => Value)[]): Group {
    let level = this.#root;
    for (let i = 0; i < keys.length - 1; i++) {
      const key = keys[i](row);
      let next = level.get(key) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(key, next);
      }
      level = next;
    }
    const last = keys[keys.length - 1](row);
    const known = level.get(last) as Group | undefined;
    if (known !== undefined) return known;
    const group = this.#create();
    for (let i = 0; i < keys.length; i++) this.#values[i].push(i === keys.length - 1 ? last : keys[i](row));
    level.set(last, group);
    return group;
  }

  #create(): Group {
    const { most } = this.#grouping;
    if (most !== undefined && this.#size >= most) throw tooManyGroups(most);
    for (const accumulator of this.#accumulators) accumulator.grow();
    return this.#size++;
  }

  /**
   * Returns the groups with their results, and resets them. Without keys there is always one group, as in SQL.
   * @param seconds length of the window, for rates
   */
  take(seconds: number): GroupTable {
    if (this.#size === 0 && this.#keys.length === 0) this.#create();
    const accumulators = this.#accumulators;
    const table: GroupTable = {
      size: this.#size,
      keys: this.#values,
      result: (aggregate, group) => accumulators[aggregate].result(group, seconds),
      state: (aggregate, group) => accumulators[aggregate].state(group),
      counts: aggregate => accumulators[aggregate].counts,
    };
    this.#root = new Map();
    this.#index = new KeyIndex();
    this.#size = 0;
    this.#accumulators = this.#grouping.aggregates.map(accumulatorOf);
    this.#values = this.#keys.map(() => []);
    return table;
  }
}

const tooManyGroups = (most: number): CtqError =>
  new CtqError({
    code: 'groups',
    kind: 'input',
    message: `more than ${most} groups`,
    hint: 'group by fewer keys, or select fewer rows with where',
  });
