import { DECIMAL, isNumber, phrase, sameType } from '../../schema/type.js';
import type { ScalarDefinition } from '../function.js';

export const coalesce: ScalarDefinition = {
  signature: 'coalesce(a, b, …)',
  doc: 'the first of its arguments that is not null',
  arity: [1, 100],
  example: 'select src, coalesce(dport, 0) from conntrack',
  wordType: (_index, before) => before[0],
  type: args => {
    const known = args.types.filter(type => type.name !== 'null');
    const first = known[0] ?? args.types[0];
    for (const [index, type] of args.types.entries()) {
      if (type.name === 'null' || sameType(type, first) || (isNumber(type) && isNumber(first))) continue;
      args.error(index, 'type', `coalesce requires values of one type: expected ${phrase(first)}, got ${phrase(type)}`);
      return undefined;
    }
    return known.some(type => type.name === 'decimal') ? DECIMAL : first;
  },
  compile: args => row => {
    for (let i = 0; i < args.length; i++) {
      const value = args[i](row);
      if (value !== null) return value;
    }
    return null;
  },
};
