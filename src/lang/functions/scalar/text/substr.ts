import { isIntegral, isText } from '../../../schema/type.js';
import type { Integer } from '../../../values/value.js';
import type { ScalarDefinition } from '../../function.js';
import { partType } from './part-type.js';

/** Number of characters from which a length is as good as none. */
const LIMIT = 2 ** 31;
const limited = (n: Integer): number => Math.max(-LIMIT, Math.min(LIMIT, Number(n)));

export const substr: ScalarDefinition = {
  signature: 'substr(text, start [, length])',
  doc: 'the characters from a place, the first is 1; a negative start counts from the end',
  arity: [2, 3],
  example: 'select substr(helper, 1, 3) as kind, count(*) from conntrack group by kind',
  type: args => {
    const isValid =
      args.expect(0, isText, 'text') &&
      args.expect(1, isIntegral, 'a number of characters') &&
      args.expect(2, isIntegral, 'a number of characters');
    return isValid ? partType(args.types[0]) : undefined;
  },
  compile:
    ([value, from, count]) =>
    row => {
      const text = value(row) as string | null;
      const start = from(row) as Integer | null;
      const length = count === undefined ? LIMIT : (count(row) as Integer | null);
      if (text === null || start === null || length === null) return null;
      const characters = [...text];
      const place = limited(start);
      const begin = place < 0 ? characters.length + place : place - 1;
      const end = begin + limited(length);
      return characters.slice(Math.max(begin, 0), Math.max(end, 0)).join('');
    },
};
