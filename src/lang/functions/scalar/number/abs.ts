import { INTEGER, isSummable } from '../../../schema/type.js';
import type { Integer } from '../../../values/value.js';
import type { ScalarDefinition } from '../../function.js';

export const abs: ScalarDefinition = {
  signature: 'abs(number)',
  doc: 'the number without its sign',
  arity: [1, 1],
  example: 'select from conntrack where abs(orig.packets - reply.packets) > 1000',
  type: args => {
    if (!args.expect(0, isSummable, 'a number')) return undefined;
    return args.types[0].name === 'port' ? INTEGER : args.types[0];
  },
  compile:
    ([value]) =>
    row => {
      const number = value(row) as Integer | null;
      return number === null || number >= 0 ? number : -number;
    },
};
