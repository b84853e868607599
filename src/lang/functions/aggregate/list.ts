import { orderOf } from '../../conversion/cell-order.js';
import { exactText } from '../../conversion/exact-text.js';
import { fromPlain, toPlain } from '../../conversion/plain.js';
import { NULL, TEXT, type Type } from '../../schema/type.js';
import { compare, type Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator, State } from './accumulator.js';
import { isOrdered } from './extremes.js';
import { listOf } from './state.js';

/** Values of these types have no labels in them. */
const LABELS = { labelName: () => undefined };

/** The different values, as a text. Memory grows with their number. */
class List implements Accumulator {
  readonly #seen: Set<Exclude<Value, null>>[] = [];
  readonly #type: Type;
  constructor(type: Type = NULL) {
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
    const seen = this.#seen[group];
    if (seen.size === 0) return null;
    return [...seen]
      .map(value => ({ order: orderOf(value, this.#type)!, text: exactText(value, this.#type, LABELS) }))
      .sort((a, b) => compare(a.order, b.order))
      .map(({ text }) => text)
      .join(', ');
  }
}

export const list: AggregateDefinition = {
  signature: 'list(x)',
  doc: 'the different values of x as a text, the least first: 53, 80, 443',
  arity: [1, 1],
  example: 'select src, list(dport) from conntrack group by src',
  hasDistinct: true,
  accepts: 'values that have an order',
  type: arg => (arg !== undefined && isOrdered(arg) ? TEXT : undefined),
  accumulator: arg => new List(arg),
};
