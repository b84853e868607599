import { commonType, phrase } from '../../schema/type.js';
import type { ScalarDefinition } from '../function.js';

/** `if` is a word of JavaScript. */
export const ifThen: ScalarDefinition = {
  signature: 'if(condition, a [, b])',
  doc: 'a where the condition is true, else b (default null); short for case when condition then a else b end',
  arity: [2, 3],
  example: "select src, if(proto = udp, 'udp', 'other') as kind, count(*) from conntrack group by src, kind",
  type: args => {
    if (!args.expect(0, type => type.name === 'boolean', 'a condition')) return undefined;
    const type = commonType(args.types.slice(1));
    if (type === undefined)
      args.error(
        2,
        'type',
        `if requires values of one type: expected ${phrase(args.types[1])}, got ${phrase(args.types[2])}`,
      );
    return type;
  },
  compile:
    ([condition, then, otherwise]) =>
    row =>
      condition(row) === true ? then(row) : otherwise === undefined ? null : otherwise(row),
};
