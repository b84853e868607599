import { isText } from '../../../schema/type.js';
import type { ScalarDefinition } from '../../function.js';
import { partType } from './part-type.js';

export const replace: ScalarDefinition = {
  signature: 'replace(text, old, new)',
  doc: 'the text with each old in it replaced by new',
  arity: [3, 3],
  example: "select replace(helper, '-20', '') as kind, count(*) from conntrack group by kind",
  type: args => {
    const isValid = args.expect(0, isText, 'text') && args.expect(1, isText, 'text') && args.expect(2, isText, 'text');
    return isValid ? partType(args.types[0]) : undefined;
  },
  compile:
    ([value, before, after]) =>
    row => {
      const [text, old, replacement] = [value(row), before(row), after(row)] as (string | null)[];
      if (text === null || old === null || replacement === null) return null;
      // As in SQL: nothing is replaced, not each place between two characters.
      return old === '' ? text : text.split(old).join(replacement);
    },
};
