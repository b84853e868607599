import { commonType, DURATION, isNumber, TIME, type Type } from '../../schema/type.js';
import { finite, type Integer, remainder, subtract } from '../../values/value.js';
import type { ScalarDefinition } from '../function.js';

const isOrdered = (type: Type): boolean => type.name === 'time' || type.name === 'duration' || isNumber(type);

export const bucket: ScalarDefinition = {
  signature: 'bucket(value, width)',
  doc: 'the start of the interval that a time, duration or number falls in; intervals of a time begin at 1970-01-01 UTC',
  arity: [2, 2],
  example: 'select bucket(start, 5m) as since, count(*) as flows from conntrack group by since order by since',
  wordType: index => (index === 0 ? TIME : undefined),
  type: args => {
    if (!args.expect(0, isOrdered, 'a time, a duration or a number')) return undefined;
    const [type, width] = args.types;
    const isTime = type.name === 'time' || type.name === 'duration';
    const fits = isTime ? (each: Type) => each.name === DURATION.name : isNumber;
    if (!args.expect(1, fits, isTime ? 'a duration such as 5m' : 'a number')) return undefined;
    const constant = args.constant(1);
    if (typeof constant !== 'string' && constant !== undefined && constant !== null && Number(constant) <= 0) {
      args.error(1, 'range', 'the width of an interval must be above 0');
      return undefined;
    }
    return isTime ? type : commonType([type, width]);
  },
  compile:
    ([first, second]) =>
    row => {
      const value = first(row) as Integer | null;
      const width = second(row) as Integer | null;
      if (value === null || width === null || width <= 0) return null;
      if ((typeof value === 'number' && !Number.isInteger(value)) || !Number.isInteger(Number(width)))
        return finite(Math.floor(Number(value) / Number(width)) * Number(width));
      const rest = remainder(value, width) as Integer;
      return subtract(value, rest < 0 ? subtract(rest, BigInt(-1) * BigInt(width)) : rest);
    },
};
