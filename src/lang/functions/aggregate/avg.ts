import { DECIMAL, inUnitOf, isSummable } from '../../schema/type.js';
import { finite, rounded, type Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator, State } from './accumulator.js';
import { Count } from './count.js';
import { listOf } from './state.js';
import { type Sum, sumOf } from './sum.js';

class Mean implements Accumulator {
  readonly #sum: Sum;
  readonly #count = new Count();
  readonly #isWhole: boolean;
  constructor(sum: Sum, isWhole: boolean) {
    this.#sum = sum;
    this.#isWhole = isWhole;
  }
  grow(): void {
    this.#sum.grow();
    this.#count.grow();
  }
  add(group: number, value: Value): void {
    this.#sum.add(group, value);
    this.#count.add(group, value);
  }
  state(group: number): State {
    return [this.#sum.state(group), this.#count.state(group)];
  }
  merge(group: number, state: unknown): void {
    const [sum, count] = listOf(state, 2);
    this.#sum.merge(group, sum);
    this.#count.merge(group, count);
  }
  result(group: number): Value {
    const sum = this.#sum.result(group);
    if (sum === null) return null;
    const mean = finite(Number(sum) / this.#count.result(group));
    return this.#isWhole && mean !== null ? rounded(mean) : mean;
  }
}

export const avg: AggregateDefinition = {
  signature: 'avg(x)',
  doc: 'the mean',
  arity: [1, 1],
  example: 'select proto, avg(timeout) from conntrack group by proto',
  accepts: 'numbers',
  type: arg =>
    arg === undefined || !isSummable(arg) ? undefined : arg.name === 'duration' ? arg : inUnitOf(DECIMAL, arg),
  accumulator: arg => new Mean(sumOf(arg), arg?.name === 'duration'),
};
