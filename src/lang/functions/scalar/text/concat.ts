import { exactText } from '../../../conversion/exact-text.js';
import { TEXT } from '../../../schema/type.js';
import type { ScalarDefinition } from '../../function.js';

export const concat: ScalarDefinition = {
  signature: 'concat(a, b, …)',
  doc: 'the texts of its arguments one after another; null is empty (with a || b, null if one of them is)',
  arity: [1, 100],
  example: "select concat(src, ':', sport) as client from conntrack",
  type: () => TEXT,
  compile: (args, runtime, types) => {
    const labels = { labelName: (bit: number) => runtime.environment.labelName(bit) };
    return row => {
      let text = '';
      for (let i = 0; i < args.length; i++) {
        const value = args[i](row);
        if (value !== null) text += exactText(value, types[i], labels);
      }
      return text;
    };
  },
};
