import { isText } from '../../../schema/type.js';
import type { ScalarDefinition } from '../../function.js';
import { partType } from './part-type.js';

export const trim: ScalarDefinition = {
  signature: 'trim(text)',
  doc: 'the text without the spaces around it',
  arity: [1, 1],
  example: 'select trim(helper) as helper, count(*) from conntrack group by trim(helper)',
  type: args => (args.expect(0, isText, 'text') ? partType(args.types[0]) : undefined),
  compile:
    ([value]) =>
    row => {
      const text = value(row) as string | null;
      return text === null ? null : text.trim();
    },
};
