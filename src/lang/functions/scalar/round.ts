import { DECIMAL, INTEGER, isIntegral, isNumber } from '../../schema/type.js';
import { finite, type Integer, rounded } from '../../values/value.js';
import type { ScalarDefinition } from '../function.js';

export const round: ScalarDefinition = {
  signature: 'round(number [, digits])',
  doc: 'the number rounded to that many decimals (default 0)',
  arity: [1, 2],
  example: 'select src, round(bytes / packets, 1) as mean_size from conntrack',
  type: args => {
    if (!args.expect(0, isNumber, 'a number') || !args.expect(1, isIntegral, 'a number of digits')) return undefined;
    return args.types.length === 1 ? INTEGER : DECIMAL;
  },
  compile:
    ([first, second]) =>
    row => {
      const number = first(row) as Integer | null;
      const digits = second ? (second(row) as Integer | null) : 0;
      if (number === null || digits === null) return null;
      if (typeof number === 'bigint') return number;
      if (!second) return rounded(number);
      const scale = 10 ** (digits > 15 ? 15 : digits < -15 ? -15 : Number(digits));
      // A number so large that scaling it overflows has no decimals.
      return finite(number * scale) === null ? number : Math.round(number * scale) / scale;
    },
};
