/** The values of a change's condition at any depth: `src != $x` where `$x` is null was not meant. */
import type { ScalarNode, Typed, VariableNode } from '../../../lang/checked/ast.js';
import { walk } from '../../../lang/checked/walk.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { QueryContext } from '../../query/context.js';
import { CORRECT, EMPTY, type RefuseList } from './refusals.js';

/** Refuses values that are null where a miss is what the condition asks for, and values from a file that could not be read as a whole. */
export function checkValues(
  expressions: readonly Typed[],
  variables: QueryContext['variables'],
  { query: resultOf }: Pick<EvalContext<never>, 'query'>,
  refuse: RefuseList,
): void {
  const checkValue = (node: VariableNode | ScalarNode, isNegated: boolean): void => {
    const variable = node.kind === 'variable' ? variables.get(node.name) : undefined;
    if (variable?.unread !== undefined) refuse(variable.unread, CORRECT);
    const own = variable?.kind === 'value' ? variable.value : null;
    const value = node.kind === 'scalar' ? resultOf?.(node.query).values[0] : own;
    if (!isNegated || (value !== undefined && value !== null)) return;
    const name = node.kind === 'variable' ? `$${node.name}` : 'a subquery of the condition';
    refuse(`${name} has no value: the condition would hold for every entry, or for none`, EMPTY);
  };
  for (const expression of expressions)
    eachTest(expression, false, (node, isNegated) => {
      if (node.kind === 'variable' || node.kind === 'scalar') checkValue(node, isNegated);
    });
}

/**
 * Visits the parts of a condition. `not`, `!=` and the words of logic decide whether a miss is what it asks for; within anything else, such
 * as `(src in …) = false`, it may be.
 */
function eachTest(node: Typed, isNegated: boolean, visit: (node: Typed, isNegated: boolean) => void): void {
  if (node.kind === 'not') eachTest(node.operand, !isNegated, visit);
  else if (node.kind === 'logical') for (const each of node.operands) eachTest(each, isNegated, visit);
  else if (node.kind === 'any') for (const each of node.tests) eachTest(each, isNegated, visit);
  else {
    const isMissed = isNegated || (node.kind === 'compare' && node.op === '!=');
    // Tests for null, and other values in its place, say what is meant without a value.
    const settled = new Set<Typed>();
    walk(node, each => {
      if (each.kind === 'is_null') settled.add(each.operand);
      if (each.kind === 'call' && each.name === 'coalesce') for (const arg of each.args) settled.add(arg);
      if (!settled.has(each)) visit(each, isMissed || !(each === node || isOperandOf(node, each)));
    });
  }
}

/** Whether a variable or subquery is compared by a test itself. */
const isOperandOf = (test: Typed, node: Typed): boolean =>
  (node.kind === 'variable' || node.kind === 'scalar') &&
  ((test.kind === 'compare' && (test.left === node || test.right === node)) ||
    (test.kind === 'within' && test.network === node) ||
    (test.kind === 'like' && test.pattern === node) ||
    (test.kind === 'in' && test.others.includes(node)));
