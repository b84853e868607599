import { orderOf } from '../../conversion/cell-order.js';
import { commonType, phrase, type Type } from '../../schema/type.js';
import { compare, type Value } from '../../values/value.js';
import type { Arguments, ScalarDefinition } from '../function.js';

/** The type that all arguments have in common; undefined after an error has been reported. */
function typeOfAll(name: string, args: Arguments): Type | undefined {
  const type = commonType(args.types);
  if (type?.name === 'flags' || type?.name === 'labels') {
    args.error(0, 'type', `${name} expects values that have an order, got ${phrase(type)}`);
    return undefined;
  }
  if (type !== undefined) return type;
  const first = args.types.find(each => each.name !== 'null')!;
  const other = args.types.findIndex(each => commonType([first, each]) === undefined);
  args.error(
    Math.max(other, 0),
    'type',
    `${name} requires values of one type: expected ${phrase(first)}, got ${phrase(args.types[Math.max(other, 0)])}`,
  );
  return undefined;
}

/** The one of its arguments that is the first by an order; nulls are ignored. */
const extreme = (name: string, doc: string, sign: 1 | -1, example: string): ScalarDefinition => ({
  signature: `${name}(a, b, …)`,
  doc,
  arity: [1, 100],
  example,
  wordType: (_index, before) => before[0],
  type: args => typeOfAll(name, args),
  compile: (args, _runtime, types) => {
    const type = commonType(types);
    return row => {
      let best: Value = null;
      let bestOrder: Value = null;
      for (let i = 0; i < args.length; i++) {
        const value = args[i](row);
        const order = orderOf(value, type);
        if (order === null || (bestOrder !== null && sign * compare(order, bestOrder) >= 0)) continue;
        best = value;
        bestOrder = order;
      }
      return best;
    };
  },
});

export const least = extreme(
  'least',
  'the least of its arguments that are not null',
  1,
  'select src, least(bytes, 1MiB) as capped from conntrack',
);

export const greatest = extreme(
  'greatest',
  'the greatest of its arguments that are not null',
  -1,
  'select src, bytes / greatest(packets, 1) as size from conntrack',
);
