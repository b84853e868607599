import { assertNever, type Expr } from '../../../lang/syntax/ast.js';
import type { Assignment, UpdateStatement } from '../../../lang/syntax/statements.js';
import * as tree from './tree.js';

/**
 * The same update, of the entries alone that it changes: conntrack(8) neither shows nor counts the others, and fails where there are
 * none.
 */
export function onlyChanging(statement: UpdateStatement): UpdateStatement {
  const { where, set } = statement;
  const differs = tree.anyOf(set.map(differsFrom));
  const conditions = [...(where === undefined ? [] : [where]), ...(differs === undefined ? [] : [differs])];
  return { ...statement, where: tree.allOf(conditions) };
}

/** Whether an entry differs from what an assignment makes of it. */
function differsFrom({ field, op, value }: Assignment): Expr {
  const names = value.kind === 'list' ? value.items : [value];
  switch (op) {
    case '=':
      return tree.compare(field.text, '!=', value);
    case '+=': {
      // Labels are sent again even where they are set.
      if (field.text === 'labels') return tree.always();
      const lacks = tree.not(tree.has(field.text, names));
      return tree.anyOf([tree.isNull(field.text), lacks]) ?? lacks;
    }
    case '-=':
      // All of them: entries that have any are changed.
      if (value.kind === 'name') return tree.not(tree.isNull(field.text));
      return tree.anyOf(names.map(name => tree.has(field.text, [name]))) ?? tree.always();
    default:
      return assertNever(op);
  }
}
