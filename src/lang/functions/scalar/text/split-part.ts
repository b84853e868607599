import { isIntegral, isText } from '../../../schema/type.js';
import type { Integer } from '../../../values/value.js';
import type { ScalarDefinition } from '../../function.js';
import { partType } from './part-type.js';

export const splitPart: ScalarDefinition = {
  signature: 'split_part(text, separator, n)',
  doc: 'the n-th of the parts between separators, the first is 1; a negative n counts from the end; empty if there is none',
  arity: [3, 3],
  example: "select split_part(helper, '-', 1) as kind, count(*) from conntrack group by kind",
  type: args => {
    const isValid =
      args.expect(0, isText, 'text') && args.expect(1, isText, 'text') && args.expect(2, isIntegral, 'a number');
    if (!isValid) return undefined;
    if (args.constant(2) === 0) {
      args.error(2, 'range', 'invalid part 0: the first part is 1');
      return undefined;
    }
    return partType(args.types[0]);
  },
  compile:
    ([value, between, place]) =>
    row => {
      const [text, separator] = [value(row), between(row)] as (string | null)[];
      const n = place(row) as Integer | null;
      if (text === null || separator === null || n === null) return null;
      const parts = separator === '' ? [text] : text.split(separator);
      return (n === 0 ? undefined : parts.at(n > 0 ? Number(n) - 1 : Number(n))) ?? '';
    },
};
