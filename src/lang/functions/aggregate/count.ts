import { INTEGER } from '../../schema/type.js';
import type { Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator } from './accumulator.js';
import { DistinctValues } from './distinct-values.js';
import { addCounts, countOf } from './state.js';

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

class CountDistinct extends DistinctValues {
  protected override of({ size }: ReadonlySet<Value>): number {
    return size;
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
  accumulator: (arg, distinct) => (distinct ? new CountDistinct(arg) : new Count()),
};
