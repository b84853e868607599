/** The equalities by which the rows of a joined table are found. */
import type { CheckedSelect, FieldNode, Typed } from '../../../lang/checked/ast.js';
import { walk } from '../../../lang/checked/walk.js';
import { conjuncts } from './pushdown.js';

/** An equality: the field of the joined table, and the other side. */
export interface JoinKey {
  readonly field: FieldNode;
  readonly other: Typed;
}

/**
 * The equalities between a field of the joined table and an expression of the tables before it: those of `on`, then those of `where`, which
 * does not decide whether a left join finds a row.
 */
export function joinKeys({ joins, where }: Pick<CheckedSelect, 'joins' | 'where'>, index: number): JoinKey[] {
  const { on, outer } = joins[index];
  if (on === undefined) return [];
  return [...conjuncts(on), ...(outer ? [] : conjuncts(where))].flatMap(node => keyOf(node, index) ?? []);
}

function keyOf(node: Typed, index: number): JoinKey | undefined {
  if (node.kind !== 'compare' || node.op !== '=') return undefined;
  for (const [field, other] of [
    [node.left, node.right],
    [node.right, node.left],
  ]) {
    if (field.kind === 'field' && field.join === index && isKnownBefore(other, index)) return { field, other };
  }
  return undefined;
}

function isKnownBefore(expr: Typed, index: number): boolean {
  let known = true;
  walk(expr, node => {
    if (node.kind === 'field' && node.join !== undefined && node.join >= index) known = false;
  });
  return known;
}
