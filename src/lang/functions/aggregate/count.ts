import { INTEGER } from '../../schema/type.js';
import type { Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator } from './accumulator.js';

export class Count implements Accumulator {
  readonly counts: number[] = [];
  grow(): void {
    this.counts.push(0);
  }
  add(group: number, value: Value): void {
    if (value !== null) this.counts[group]++;
  }
  result(group: number): number {
    return this.counts[group];
  }
}

class CountDistinct implements Accumulator {
  readonly #seen: Set<Value>[] = [];
  grow(): void {
    this.#seen.push(new Set());
  }
  add(group: number, value: Value): void {
    if (value !== null) this.#seen[group].add(value);
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
  accumulator: (_arg, distinct) => (distinct ? new CountDistinct() : new Count()),
};
