import { fromPlain, type PlainValue, toPlain } from '../../conversion/plain.js';
import { INTEGER, inUnitOf, isIntegral, isSummable, type Type } from '../../schema/type.js';
import { add, type Integer, type Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator, State } from './accumulator.js';
import { ExactSum } from './exact-sum.js';

/** A sum, whose results are numbers: null until a value is added. */
export interface Sum extends Accumulator {
  result(group: number): Integer | null;
}

class IntegerSum implements Sum {
  readonly #sums: (Integer | null)[] = [];
  grow(): void {
    this.#sums.push(null);
  }
  add(group: number, value: Value): void {
    if (value === null) return;
    const sum = this.#sums[group];
    this.#sums[group] = sum === null ? (value as Integer) : add(sum, value as Integer);
  }
  state(group: number): PlainValue {
    return toPlain(this.#sums[group]);
  }
  merge(group: number, state: unknown): void {
    this.add(group, fromPlain(state, INTEGER));
  }
  result(group: number): Integer | null {
    return this.#sums[group];
  }
}

class DecimalSum implements Sum {
  readonly #sums: (ExactSum | null)[] = [];
  grow(): void {
    this.#sums.push(null);
  }
  add(group: number, value: Value): void {
    if (value === null) return;
    const sum = this.#sums[group] ?? new ExactSum();
    sum.add(value as Integer);
    this.#sums[group] = sum;
  }
  state(group: number): State {
    const sum = this.#sums[group];
    return sum === null ? null : [...sum.parts];
  }
  merge(group: number, state: unknown): void {
    if (state === null) return;
    const sum = this.#sums[group] ?? new ExactSum();
    sum.merge(state);
    this.#sums[group] = sum;
  }
  result(group: number): number | null {
    return this.#sums[group]?.value ?? null;
  }
}

export const sumOf = (type: Type | undefined): Sum => (type?.name === 'decimal' ? new DecimalSum() : new IntegerSum());

export const sum: AggregateDefinition = {
  signature: 'sum(x)',
  doc: 'the sum, exact for integers of any size',
  arity: [1, 1],
  example: 'select src, sum(bytes) from conntrack group by src',
  accepts: 'numbers',
  type: arg => (arg === undefined || !isSummable(arg) ? undefined : isIntegral(arg) ? inUnitOf(INTEGER, arg) : arg),
  accumulator: sumOf,
};
