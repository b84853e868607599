import { DECIMAL, INTEGER, isIntegral, isNumber } from '../../../schema/type.js';
import { finite, type Integer, integer } from '../../../values/value.js';
import type { ScalarDefinition } from '../../function.js';

/** A function that rounds a number in one direction; with digits, to that many decimals. */
export const rounding = (
  name: string,
  doc: string,
  apply: (number: number) => number,
  example: string,
): ScalarDefinition => ({
  signature: `${name}(number [, digits])`,
  doc,
  arity: [1, 2],
  example,
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
      if (!second) return Number.isFinite(number) ? integer(BigInt(apply(number))) : null;
      const scale = 10 ** (digits > 15 ? 15 : digits < -15 ? -15 : Number(digits));
      // A number so large that scaling it overflows has no decimals.
      return finite(number * scale) === null ? number : apply(number * scale) / scale;
    },
});
