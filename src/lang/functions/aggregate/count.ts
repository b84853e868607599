import { fromPlain, toPlain } from '../../conversion/plain.js';
import { INTEGER, NULL, type Type } from '../../schema/type.js';
import type { Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator, State } from './accumulator.js';
import { addCounts, countOf, listOf } from './state.js';

/** The number of rows whose value is not null. */
export class Count implements Accumulator {
  readonly counts: number[] = [];
  grow(): void {
    this.counts.push(0);
  }
  add(group: number, value: Value): void {
    if (value !== null) this.counts[group]++;
  }
  state(group: number): number {
    return this.counts[group];
  }
  merge(group: number, state: unknown): void {
    this.counts[group] = addCounts(this.counts[group], countOf(state));
  }
  result(group: number): number {
    return this.counts[group];
  }
}

class CountDistinct implements Accumulator {
  readonly #seen: Set<Value>[] = [];
  readonly #type: Type;
  constructor(type: Type) {
    this.#type = type;
  }
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
    for (const value of listOf(state)) this.add(group, fromPlain(value, this.#type));
  }
  result(group: number): Value {
    return this.#seen[group].size;
  }
}

export const count: AggregateDefinition = {
  signature: 'count(*), count(x), count(distinct x)',
  doc: 'the number of rows; of rows where x is not null; of different values of x',
  arity: [0, 1],
  example: 'select count(*), count(distinct src) from conntrack',
  hasStar: true,
  hasDistinct: true,
  accepts: 'values',
  type: () => INTEGER,
  accumulator: (arg, distinct) => (distinct ? new CountDistinct(arg ?? NULL) : new Count()),
};
