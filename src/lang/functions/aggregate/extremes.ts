import { orderOf } from '../../conversion/cell-order.js';
import { fromPlain, type PlainValue, toPlain } from '../../conversion/plain.js';
import { NULL, type Type } from '../../schema/type.js';
import { compare, type Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator } from './accumulator.js';

class Extreme implements Accumulator {
  readonly #best: Value[] = [];
  /** What orders the values of `#best`. */
  readonly #order: Value[] = [];
  readonly #sign: 1 | -1;
  readonly #type: Type;
  constructor(sign: 1 | -1, type: Type = NULL) {
    this.#sign = sign;
    this.#type = type;
  }
  grow(): void {
    this.#best.push(null);
    this.#order.push(null);
  }
  add(group: number, value: Value): void {
    const order = orderOf(value, this.#type);
    if (order === null) return;
    const best = this.#order[group];
    if (best !== null && compare(order, best) * this.#sign <= 0) return;
    this.#best[group] = value;
    this.#order[group] = order;
  }
  state(group: number): PlainValue {
    return toPlain(this.#best[group]);
  }
  merge(group: number, state: unknown): void {
    this.add(group, fromPlain(state, this.#type));
  }
  result(group: number): Value {
    return this.#best[group];
  }
}

/** Whether one value of a type is less than another. */
export const isOrdered = ({ name }: Type): boolean => name !== 'flags' && name !== 'labels' && name !== 'boolean';

const ordered = {
  accepts: 'values that have an order',
  type: (arg: Type | undefined) => (arg !== undefined && isOrdered(arg) ? arg : undefined),
};

export const min: AggregateDefinition = {
  ...ordered,
  signature: 'min(x)',
  doc: 'the least value',
  arity: [1, 1],
  example: 'select min(timeout) from conntrack',
  accumulator: arg => new Extreme(-1, arg),
};

export const max: AggregateDefinition = {
  ...ordered,
  signature: 'max(x)',
  doc: 'the greatest value',
  arity: [1, 1],
  example: 'select max(bytes) from conntrack',
  accumulator: arg => new Extreme(1, arg),
};
