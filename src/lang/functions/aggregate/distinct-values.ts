import { fromPlain, toPlain } from '../../conversion/plain.js';
import { NULL, type Type } from '../../schema/type.js';
import type { Value } from '../../values/value.js';
import type { Accumulator, State } from './accumulator.js';
import { listOf } from './state.js';

/** Collects the different values of each group. Memory grows with their number. */
export abstract class DistinctValues implements Accumulator {
  readonly #seen: Set<Exclude<Value, null>>[] = [];
  constructor(readonly type: Type = NULL) {}
  grow(): void {
    this.#seen.push(new Set());
  }
  add(group: number, value: Value): void {
    if (value !== null) this.#seen[group].add(value);
  }
  state(group: number): State {
    return Array.from(this.#seen[group], toPlain);
  }
  merge(group: number, state: unknown): void {
    for (const value of listOf(state)) this.add(group, fromPlain(value, this.type));
  }
  result(group: number): Value {
    return this.of(this.#seen[group]);
  }
  /** The result of a group. */
  protected abstract of(values: ReadonlySet<Exclude<Value, null>>): Value;
}
