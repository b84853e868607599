import { INTEGER, inUnitOf, isIntegral, isSummable, type Type } from '../../schema/type.js';
import { add, type Integer, type Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator } from './accumulator.js';

/** Null until a value is added. */
export class Sum implements Accumulator {
  readonly #sums: (Integer | null)[] = [];
  readonly #isDecimal: boolean;
  constructor(type: Type | undefined) {
    this.#isDecimal = type?.name === 'decimal';
  }
  grow(): void {
    this.#sums.push(null);
  }
  add(group: number, value: Value): void {
    if (value === null) return;
    const sum = this.#sums[group];
    this.#sums[group] =
      sum === null
        ? (value as Integer)
        : this.#isDecimal
          ? (sum as number) + (value as number)
          : add(sum, value as Integer);
  }
  result(group: number): Integer | null {
    return this.#sums[group];
  }
}

export const sum: AggregateDefinition = {
  signature: 'sum(x)',
  doc: 'the sum, exact for integers of any size',
  arity: [1, 1],
  example: 'select src, sum(bytes) from conntrack group by src',
  accepts: 'numbers',
  type: arg => (arg === undefined || !isSummable(arg) ? undefined : isIntegral(arg) ? inUnitOf(INTEGER, arg) : arg),
  accumulator: arg => new Sum(arg),
};
