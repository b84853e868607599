import { INTEGER, isText } from '../../../schema/type.js';
import type { ScalarDefinition } from '../../function.js';

export const length: ScalarDefinition = {
  signature: 'length(text)',
  doc: 'the number of characters',
  arity: [1, 1],
  example: 'select helper from conntrack where length(helper) > 4',
  type: args => (args.expect(0, isText, 'text') ? INTEGER : undefined),
  compile:
    ([value]) =>
    row => {
      const text = value(row) as string | null;
      return text === null ? null : [...text].length;
    },
};
