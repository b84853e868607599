/** Conditions of changes that are the same for every entry. */

import { fieldOf, TABLES } from '../../schema/catalogue.js';
import type { Expr, NameExpr, QueryExpr } from '../../syntax/ast.js';
import type { ClauseChecker } from '../scope.js';

/**
 * Reports the parts of a change's condition that no field decides, such as `'a' != 'b'` or `exists (select …)`: they mean all entries, or none,
 * by mistake. `true` and `false` say so, except after `not`, and `true` beside an `or`. A variable may decide; a subquery reads rows of its own, and tests
 * none of these: it may only stand beside a test that does.
 * @returns whether there are none
 */
export function checkTestsFields(
  condition: Expr,
  checker: ClauseChecker,
  isNegated = false,
  isAlternative = false,
): boolean {
  if (checker.context.isFilledIn) return true;
  if (condition.kind === 'logical') {
    const { op, operands } = condition;
    // Beside a test of a field, a subquery can only make the change smaller.
    const narrows = op === 'and' && !isNegated && operands.some(dependsOnRow);
    return operands
      .map(operand =>
        narrows && isGuard(operand)
          ? !reportSameSides(operand, checker)
          : checkTestsFields(operand, checker, isNegated, op === 'or'),
      )
      .every(isRight => isRight);
  }
  if (condition.kind === 'not') return checkTestsFields(condition.operand, checker, true);
  if (
    condition.kind === 'literal' && condition.type === 'boolean'
      ? !isNegated && !(isAlternative && condition.value === true)
      : dependsOnRow(condition)
  ) {
    return !reportSameSides(condition, checker);
  }
  checker.diagnostics.error(
    'type',
    condition,
    'the condition tests no field',
    hasSubquery(condition)
      ? 'a subquery reads rows of its own: compare a field with it, as in src in (select …); to change every entry, write: where true'
      : 'to change every entry, write: where true',
  );
  return false;
}

/** Reports a comparison of an expression with itself. @returns whether there is one */
function reportSameSides(condition: Expr, { diagnostics }: ClauseChecker): boolean {
  const same = comparedWithItself(condition);
  if (same === undefined) return false;
  diagnostics.error(
    'type',
    same,
    'both sides are the same: the condition holds for every entry that has a value, or for none',
    'to change every entry, write: where true; those that have a value: … is not null',
  );
  return true;
}

/** A comparison in a condition, also in its subqueries, of which both sides are the same expression: `src = src`, `dport in (dport, 80)`. */
function comparedWithItself(node: unknown): Expr | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('kind' in node && hasSameSides(node as Expr)) return node as Expr;
  for (const child of Object.values(node)) {
    const found = comparedWithItself(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasSameSides(node: Expr): boolean {
  switch (node.kind) {
    case 'compare':
      return isSame(node.left, node.right) || isOneOf(node.left, node.right) || isOneOf(node.right, node.left);
    case 'like':
      return isSame(node.operand, node.pattern);
    case 'between':
      return isSame(node.operand, node.low) && isSame(node.operand, node.high);
    case 'in':
      return node.list.kind === 'list' && node.list.items.some(item => isSame(node.operand, item));
    default:
      return false;
  }
}

/** `host = src`: the word means any of the fields, this one too. */
function isOneOf(word: Expr, field: Expr): boolean {
  if (word.kind !== 'name' || field.kind !== 'name') return false;
  return fieldOf(TABLES.conntrack, word.text)?.field.anyOf?.includes(fieldName(field)) === true;
}

/** Whether two expressions are the same but for their places, and the names of fields. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if ('kind' in a && 'kind' in b && a.kind === 'name' && b.kind === 'name')
    return fieldName(a as NameExpr) === fieldName(b as NameExpr);
  const parts = (node: object): [string, unknown][] => Object.entries(node).filter(([key]) => !PLACES.has(key));
  const others = new Map(parts(b));
  return (
    parts(a).length === others.size && parts(a).every(([key, part]) => others.has(key) && isSame(part, others.get(key)))
  );
}

const PLACES: ReadonlySet<string> = new Set(['start', 'end', 'opSpan']);

/** `src` and `orig.src` are one field. */
const fieldName = ({ text }: NameExpr): string => fieldOf(TABLES.conntrack, text)?.name ?? text.toLowerCase();

/** The same for the selects whose entries a change copies. */
export function checkQueryTestsFields(query: QueryExpr, checker: ClauseChecker): void {
  switch (query.kind) {
    case 'select':
      if (query.where) checkTestsFields(query.where, checker);
      return;
    case 'compound':
      checkQueryTestsFields(query.left, checker);
      checkQueryTestsFields(query.right, checker);
      return;
    case 'with':
      checkQueryTestsFields(query.query, checker);
  }
}

const SUBQUERIES: ReadonlySet<unknown> = new Set(['subquery', 'exists']);

/** Whether a name or a variable is in an expression, outside its subqueries. */
const dependsOnRow = (node: unknown): boolean => {
  if (typeof node !== 'object' || node === null) return false;
  const kind = 'kind' in node ? node.kind : undefined;
  return kind === 'name' || kind === 'variable' || (!SUBQUERIES.has(kind) && Object.values(node).some(dependsOnRow));
};

const isGuard = (operand: Expr): boolean => hasSubquery(operand) && !dependsOnRow(operand);

const hasSubquery = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  (('kind' in node && SUBQUERIES.has(node.kind)) || Object.values(node).some(hasSubquery));
