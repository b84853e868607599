import { isText, TEXT } from '../../../schema/type.js';
import type { ScalarDefinition } from '../../function.js';

export const upper: ScalarDefinition = {
  signature: 'upper(text)',
  doc: 'the text in upper case',
  arity: [1, 1],
  example: 'select upper(helper) from conntrack where helper is not null',
  type: args => (args.expect(0, isText, 'text') ? TEXT : undefined),
  compile:
    ([value]) =>
    row => {
      const text = value(row) as string | null;
      return text === null ? null : text.toUpperCase();
    },
};
