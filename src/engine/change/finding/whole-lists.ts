/**
 * The lists of a change: `delete … where src not in (select ip from 'hosts.csv')`. A select goes on where a part of a file cannot be read;
 * a change would affect entries that were not meant. A row without the cell that is read would make `not in` hold for more entries; so would
 * a blank cell, which a list leaves out.
 */
import type { CheckedSelect, InNode, ScalarNode, Typed, VariableNode } from '../../../lang/checked/ast.js';
import { leftmost } from '../../../lang/checked/selects.js';
import { walk } from '../../../lang/checked/walk.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { QueryContext } from '../../query/context.js';
import { readingOf } from '../../query/exec/select.js';
import { expressionsOf } from '../../query/plan/fields.js';
import { nameOf } from '../../sources/standard-input.js';

const CORRECT =
  'a change reads its lists from whole files only: correct the file; a select shows what can be read of it';

const refused = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'change-list', kind: 'input', message, hint });

/** Each context has one, since what was read of standard input is known by its context. */
const contexts = new WeakMap<QueryContext, QueryContext>();

/** A context for subqueries that throws what of a file cannot be read. */
export function wholeFilesOnly(session: QueryContext): QueryContext {
  const known = contexts.get(session);
  if (known !== undefined) return known;
  const strict: QueryContext = {
    ...session,
    reportsCasts: true,
    unread(message) {
      throw refused(message, CORRECT);
    },
  };
  contexts.set(session, strict);
  return strict;
}

/**
 * How a change reads the rows of a select, after its subqueries have been run.
 * @throws CtqError for a list of which a part cannot be read, and for `not in` an empty list
 */
export async function readingOfChange(select: CheckedSelect, session: QueryContext): Promise<EvalContext<MessageView>> {
  const reading = await readingOf(select, wholeFilesOnly(session));
  checkLists(expressionsOf(select), session, reading);
  return reading;
}

function checkLists(
  expressions: readonly Typed[],
  { variables }: QueryContext,
  { query: resultOf }: EvalContext<MessageView>,
): void {
  const checkList = (node: InNode, isNegated: boolean): void => {
    const variable = node.variable === undefined ? undefined : variables.get(node.variable);
    const list = node.query ? resultOf?.(node.query) : variable?.kind === 'list' ? variable : undefined;
    if (variable?.unread !== undefined) throw refused(variable.unread, CORRECT);
    if (!isNegated || list === undefined) return;
    if (list.values.length === 0)
      throw refused(`${nameOfList(node)} is empty: the condition would hold for every entry`, EMPTY);
    const { blank = 0 } = list;
    if (blank > 0)
      throw refused(`${nameOfList(node)} has ${blank === 1 ? '1 row' : `${blank} rows`} without a value`, BLANK);
  };
  const checkValue = (node: VariableNode | ScalarNode, isNegated: boolean): void => {
    const variable = node.kind === 'variable' ? variables.get(node.name) : undefined;
    if (variable?.unread !== undefined) throw refused(variable.unread, CORRECT);
    const own = variable?.kind === 'value' ? variable.value : null;
    const value = node.kind === 'scalar' ? resultOf?.(node.query).values[0] : own;
    if (!isNegated || (value !== undefined && value !== null)) return;
    const name = node.kind === 'variable' ? `$${node.name}` : 'a subquery of the condition';
    throw refused(`${name} has no value: the condition would hold for every entry, or for none`, EMPTY);
  };
  for (const expression of expressions)
    eachTest(expression, false, (node, isNegated) => {
      if (node.kind === 'in') checkList(node, isNegated);
      else if (node.kind === 'variable' || node.kind === 'scalar') checkValue(node, isNegated);
    });
}

const EMPTY = 'leave the condition out if that is meant; a select with it shows the entries';

const BLANK = 'fill them in, or leave them out of the list if that is meant: where … is not null';

function nameOfList({ query, variable }: InNode): string {
  if (variable !== undefined) return `the list $${variable}`;
  const { from } = leftmost(query!);
  return from.kind === 'data' || from.kind === 'file' ? `the list from ${nameOf(from.path)}` : 'the list of not in';
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
