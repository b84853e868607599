import { orderOf } from '../../conversion/cell-order.js';
import { exactText } from '../../conversion/exact-text.js';
import { TEXT } from '../../schema/type.js';
import { compare, type Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import { DistinctValues } from './distinct-values.js';
import { isOrdered } from './extremes.js';

/** Values of these types have no labels in them. */
const LABELS = { labelName: () => undefined };

class List extends DistinctValues {
  protected override of(values: ReadonlySet<Exclude<Value, null>>): Value {
    if (values.size === 0) return null;
    return [...values]
      .map(value => ({ order: orderOf(value, this.type)!, text: exactText(value, this.type, LABELS) }))
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
