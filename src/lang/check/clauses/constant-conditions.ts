/** Conditions of changes that are the same for every entry. */

import type { Expr, QueryExpr } from '../../syntax/ast.js';
import type { ClauseChecker } from '../scope.js';

/**
 * Reports the parts of a change's condition that no field decides, such as `'a' != 'b'`: they mean all entries, or none, by mistake. `true` and
 * `false` say so. A variable or a subquery may decide.
 * @returns whether there are none
 */
export function checkTestsFields(condition: Expr, checker: ClauseChecker): boolean {
  if (checker.context.isFilledIn) return true;
  if (condition.kind === 'logical')
    return condition.operands.map(operand => checkTestsFields(operand, checker)).every(isRight => isRight);
  if (condition.kind === 'not') return checkTestsFields(condition.operand, checker);
  if ((condition.kind === 'literal' && condition.type === 'boolean') || dependsOnSomething(condition)) return true;
  checker.diagnostics.error(
    'type',
    condition,
    'the condition tests no field',
    'to change every entry, write: where true',
  );
  return false;
}

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

const VARYING: ReadonlySet<unknown> = new Set(['name', 'variable', 'subquery', 'exists']);

const dependsOnSomething = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  ('kind' in node && VARYING.has(node.kind) ? true : Object.values(node).some(dependsOnSomething));
