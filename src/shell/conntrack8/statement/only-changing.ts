import { type Assignment, assertNever, type Expr, type UpdateStatement } from '../../../lang/syntax/ast.js';
import * as tree from './tree.js';

/**
 * The same update, of those entries only that it makes any different: conntrack(8) neither shows nor counts the others, and finds
 * that it did nothing where there are no more of them.
 */
export function onlyChanging(statement: UpdateStatement): UpdateStatement {
  const { where, set } = statement;
  const differs = tree.anyOf(set.map(differsFrom));
  const conditions = [...(where === undefined ? [] : [where]), ...(differs === undefined ? [] : [differs])];
  return { ...statement, where: tree.allOf(conditions) };
}

/** Whether an entry is not yet as an assignment makes it. */
function differsFrom({ field, op, value }: Assignment): Expr {
  const names = value.kind === 'list' ? value.items : [value];
  switch (op) {
    case '=':
      return tree.compare(field.text, '!=', value);
    case '+=': {
      // Labels are sent again even where they are there.
      if (field.text === 'labels') return tree.always();
      const lacks = tree.not(tree.has(field.text, names));
      return tree.anyOf([tree.isNull(field.text), lacks]) ?? lacks;
    }
    case '-=':
      // All of them: whoever has any is changed.
      if (value.kind === 'name') return tree.not(tree.isNull(field.text));
      return tree.anyOf(names.map(name => tree.has(field.text, [name]))) ?? tree.always();
    default:
      return assertNever(op);
  }
}
