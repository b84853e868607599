/**
 * The lists of a change: `delete … where src not in (select ip from 'hosts.csv')`. A select goes on where a part of a file cannot be read;
 * a change would affect entries that were not meant. A row without the cell that is read would make `not in` hold for more entries; so would
 * a blank cell, which a list leaves out.
 */
import type { CheckedQuery, CheckedSelect, ScalarNode, Typed, VariableNode } from '../../../lang/checked/ast.js';
import type { ListFault } from '../../../lang/checked/statements.js';
import { walk } from '../../../lang/checked/walk.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { QueryContext, RowGuard } from '../../query/context.js';
import { readingOf } from '../../query/exec/select.js';
import { expressionsOf } from '../../query/plan/fields.js';
import { CORRECT, EMPTY, ListGuard } from './list-guard.js';

const refused = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'change-list', kind: 'input', message, hint });

const refuse = (message: string, hint: string): never => {
  throw refused(message, hint);
};

interface WholeContext extends QueryContext {
  readonly guard: ListGuard;
}

/** Each context has one, since what was read of standard input is known by its context. */
const contexts = new WeakMap<QueryContext, WholeContext>();

/** A context for subqueries that throws what of a file cannot be read. */
function wholeFilesOnly(session: QueryContext): WholeContext {
  const known = contexts.get(session);
  if (known !== undefined) return known;
  const strict: WholeContext = {
    ...session,
    reportsCasts: true,
    unread: message => refuse(message, CORRECT),
    guard: new ListGuard(session.variables, refuse),
  };
  contexts.set(session, strict);
  return strict;
}

/**
 * How a change reads the rows of a select, after its subqueries have been run.
 * @throws CtqError for a list of which a part cannot be read, and for one that is empty where fewer values mean more entries
 */
export async function readingOfChange(select: CheckedSelect, session: QueryContext): Promise<EvalContext<MessageView>> {
  const strict = wholeFilesOnly(session);
  for (const each of expressionsOf(select)) strict.guard.condition(each, 'more');
  const reading = await readingOf(select, strict);
  checkValues(expressionsOf(select), session, reading);
  return reading;
}

function checkValues(
  expressions: readonly Typed[],
  { variables }: QueryContext,
  { query: resultOf }: EvalContext<MessageView>,
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

/** The context for the rows that an insert copies: their lists are read as those of other changes. */
export function copyingContext(from: CheckedQuery, session: QueryContext): QueryContext {
  const guard = new ListGuard(session.variables, refuse, true);
  guard.query(from, 'more');
  return { ...wholeFilesOnly(session), guard };
}

/** The context for the query of a list that is kept, and what of it a change cannot rely on, once the query has been run. */
export function listContext(
  query: CheckedQuery,
  session: QueryContext,
): { readonly context: QueryContext; readonly faults: { longer?: ListFault; shorter?: ListFault } } {
  const faults: { longer?: ListFault; shorter?: ListFault } = {};
  const guards = (
    [
      ['longer', 'more'],
      ['shorter', 'fewer'],
    ] as const
  ).map(([fault, direction]) => {
    const guard = new ListGuard(session.variables, (message, hint) => {
      faults[fault] ??= { message, hint };
    });
    guard.query(query, direction);
    return guard;
  });
  const guard: RowGuard = {
    rowsOf: (each, sink) => guards.reduce((to, one) => one.rowsOf(each, to), sink),
    joined(join, rows) {
      for (const one of guards) one.joined(join, rows);
    },
  };
  return { context: { ...session, guard }, faults };
}
