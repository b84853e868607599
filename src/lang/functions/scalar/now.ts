import { TIME } from '../../schema/type.js';
import type { ScalarDefinition } from '../function.js';

export const now: ScalarDefinition = {
  signature: 'now()',
  doc: 'the time at which the statement began; with every, the time of the run, or the end of the window',
  arity: [0, 0],
  example: 'select from conntrack where start < now() - 1h',
  isStable: true,
  type: () => TIME,
  compile: (_args, runtime) => {
    const time = runtime.now;
    return () => time;
  },
};
