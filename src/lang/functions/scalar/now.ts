import { TIME } from '../../schema/type.js';
import type { Getter } from '../../values/value.js';
import type { Runtime, ScalarDefinition } from '../function.js';

export const now: ScalarDefinition = {
  signature: 'now()',
  doc: 'the time at which the statement began; of each event in a watch, when it was received; with every, the time of the run, or the end of the window',
  arity: [0, 0],
  example: 'select from conntrack where start < now() - 1h',
  isStable: true,
  type: () => TIME,
  compile: <Row>(_args: readonly Getter<Row>[], runtime: Runtime): Getter<Row> => {
    if (runtime.timeOf !== undefined) return runtime.timeOf as Getter<Row>;
    const time = runtime.now;
    return () => time;
  },
};
