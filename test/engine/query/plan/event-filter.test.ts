/** Programs of conditions, run by an interpreter, against the conditions themselves. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readerOf } from '../../../../src/engine/ctnetlink/fields/accessors.js';
import { MessageView } from '../../../../src/engine/ctnetlink/view/view.js';
import { decodeProgram } from '../../../../src/engine/netlink/socket-filter/instruction.js';
import { isFilterProgram } from '../../../../src/engine/netlink/socket-filter/validate.js';
import { eventPart } from '../../../../src/engine/query/plan/event-condition.js';
import { planEventFilter } from '../../../../src/engine/watch/event-filter.js';
import { check } from '../../../../src/lang/check/check.js';
import type { CheckedWatch } from '../../../../src/lang/checked/statements.js';
import { compile, type EvalContext } from '../../../../src/lang/evaluate/evaluate.js';
import { describe } from '../../../../src/lang/services/describe.js';
import { parse } from '../../../../src/lang/syntax/parse.js';
import { condition, textOf } from '../../../fuzz/differential/conditions.js';
import { flow, LABELS } from '../../../fuzz/differential/flows.js';
import { flowMessage } from '../../../kit/arbitrary-messages.js';
import { ENVIRONMENT } from '../../../kit/environment.js';
import { encodeFlow } from '../../../kit/flow.js';
import { runProgram } from '../../../kit/socket-filter.js';

const test = suite('event filter');

const environment = {
  ...ENVIRONMENT,
  labelBit: (name: string) => LABELS[name],
  labelNames: () => Object.keys(LABELS),
};

/** Flows with the values that conditions name, and messages of any shape. */
const message = fc.oneof(
  { weight: 3, arbitrary: flow.map(each => Buffer.from(encodeFlow(each))) },
  { weight: 1, arbitrary: flowMessage },
);

const NO_VARIABLES = () => ({ kind: 'value' as const, type: { name: 'null' as const }, value: null });
const context = (table: 'conntrack' | 'expect'): EvalContext<MessageView> => ({
  environment,
  now: 0,
  field: node => readerOf(table, node.name),
  variable: NO_VARIABLES,
});

function planOf(text: string) {
  const watch = check(parse(text).statements[0], environment).value as CheckedWatch;
  return {
    watch,
    plan: planEventFilter(watch, { kernelFilter: true }, context(watch.tables[0]) as EvalContext<never>),
  };
}

const KINDS = [
  [0x0, 0x600],
  [0x0, 0],
  [0x2, 0],
] as const;

/** Compares a program with the condition it is made of, and with what of it the kernel can decide. */
function compareWith(
  where: string,
  message: Buffer,
  kind: number,
  table: 'conntrack' | 'expect' = 'conntrack',
): boolean {
  const { watch, plan } = planOf(`watch from ${table} where ${where}`);
  const bytes = Uint8Array.from(message);
  const [type, flags] = KINDS[kind];
  bytes[4] = type;
  bytes[6] = flags & 255;
  bytes[7] = flags >> 8;
  const view = new MessageView();
  view.set(bytes, 0);
  const reading = context(table);
  const isShown = compile(watch.where!, reading)(view) === true;
  const part = eventPart(watch.where!, { table, reading: reading as EvalContext<never> });
  const mayBeShown = compile(part.typed, reading)(view) === true;
  assert.ok(!isShown || mayBeShown, `${describe(part.typed)} is not implied by ${where}`);
  const [program] = plan.programs;
  const isAccepted = program === undefined || runProgram(decodeProgram(program), bytes) !== 0;
  if (program) assert.ok(isFilterProgram(program));
  if (plan.isCut) assert.ok(isAccepted || !mayBeShown, where);
  else assert.is(isAccepted, mayBeShown, `${where}: ${describe(part.typed)}`);
  return isAccepted;
}

test('a program accepts what its condition may be true for, and nothing else', () => {
  let refused = 0;
  fc.assert(
    fc.property(condition, fc.array(message, { minLength: 3, maxLength: 6 }), fc.nat(2), (each, messages, kind) => {
      for (const message of messages) if (!compareWith(textOf(each), message, kind)) refused++;
    }),
    { numRuns: Number(process.env.RUNS ?? 100) },
  );
  assert.ok(refused > 100, String(refused));
});

test('where a bound moves with now(), the kernel filters by what it is at first, or not at all', () => {
  const HOUR = 3_600_000_000_000;
  const filterOf = (where: string): string => {
    const watch = check(parse(`watch from conntrack where ${where}`).statements[0], environment).value as CheckedWatch;
    const reading = { ...context('conntrack'), now: 5 * HOUR, timeOf: () => 9 * HOUR };
    return planEventFilter(watch, { kernelFilter: true }, reading as EvalContext<never>).text;
  };
  assert.is(filterOf('start > (now() - 1h)'), 'start > (now() - 1h)');
  assert.is(filterOf('start >= now() and dport = 80'), 'start >= now() and orig.dport = 80');
  // What is rejected at first may be accepted later.
  for (const each of ['start < now() - 1h', 'start = now()', 'not start > now() - 1h', 'start in (now())'])
    assert.not.match(filterOf(each), /now/, each);
  const { plan } = planOf('watch from conntrack where start > now() - 1h');
  assert.is(plan.text, 'start > (now() - 1h)');
});

test.run();
