import { isText, TEXT } from '../../../schema/type.js';
import type { ScalarDefinition } from '../../function.js';

export const lower: ScalarDefinition = {
  signature: 'lower(text)',
  doc: 'the text in lower case',
  arity: [1, 1],
  example: "select from conntrack where lower(helper) like 'ftp%'",
  type: args => (args.expect(0, isText, 'text') ? TEXT : undefined),
  compile:
    ([value]) =>
    row => {
      const text = value(row) as string | null;
      return text === null ? null : text.toLowerCase();
    },
};
