import { DECIMAL, inUnitOf, isSummable } from '../../schema/type.js';
import type { Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator, State } from './accumulator.js';
import { Count } from './count.js';
import { sumOf } from './sum.js';

class Rate implements Accumulator {
  readonly #sum: Accumulator;
  constructor(sum: Accumulator) {
    this.#sum = sum;
  }
  grow(): void {
    this.#sum.grow();
  }
  add(group: number, value: Value): void {
    this.#sum.add(group, value);
  }
  state(group: number): State {
    return this.#sum.state(group);
  }
  merge(group: number, state: unknown): void {
    this.#sum.merge(group, state);
  }
  result(group: number, seconds: number): Value {
    const sum = this.#sum.result(group, seconds);
    return sum === null || seconds <= 0 ? null : Number(sum) / seconds;
  }
}

export const rate: AggregateDefinition = {
  signature: 'rate(x), rate(*)',
  doc: 'the sum (or the number of rows) per second: over the window of a watch, or since the previous run of a repeated query',
  arity: [0, 1],
  example: 'watch rate(*) from conntrack on new group by proto every 5s',
  hasStar: true,
  isOverTime: true,
  accepts: 'numbers',
  type: arg =>
    arg === undefined || isSummable(arg) ? inUnitOf({ ...DECIMAL, isRate: true }, arg ?? DECIMAL) : undefined,
  accumulator: arg => new Rate(arg ? sumOf(arg) : new Count()),
};
