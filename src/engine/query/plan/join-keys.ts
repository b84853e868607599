/** The equalities by which the rows of a joined table are found. */
import type { CheckedSelect, Typed } from '../../../lang/checked/ast.js';
import { walk } from '../../../lang/checked/walk.js';
import { conjuncts } from './pushdown.js';

/** An equality: what is computed of a row of the joined table alone, mostly a field, and the other side. */
export interface JoinKey {
  readonly own: Typed;
  readonly other: Typed;
}

/**
 * The equalities between an expression of the joined table and one of the tables before it: those of `on`, then those of `where`, which
 * does not decide whether a left join finds a row.
 */
export function joinKeys({ joins, where }: Pick<CheckedSelect, 'joins' | 'where'>, index: number): JoinKey[] {
  const { on, outer } = joins[index];
  if (on === undefined) return [];
  return [...conjuncts(on), ...(outer ? [] : conjuncts(where))].flatMap(node => keyOf(node, index) ?? []);
}

function keyOf(node: Typed, index: number): JoinKey | undefined {
  const sides = sidesOf(node);
  if (sides === undefined) return undefined;
  const [left, right] = sides;
  for (const [own, other] of [
    [left, right],
    [right, left],
  ]) {
    if (isOfTable(own, index) && isKnownBefore(other, index)) return { own, other };
  }
  return undefined;
}

/** The sides of an equality: `a = b`, `a in b`. */
function sidesOf(node: Typed): readonly [Typed, Typed] | undefined {
  if (node.kind === 'compare' && node.op === '=') return [node.left, node.right];
  if (node.kind !== 'in' || node.query !== undefined || node.variable !== undefined) return undefined;
  const { operand, values, ranges, networks, others } = node;
  const isSingle = others.length === 1 && values.length + ranges.length + networks.length === 0;
  return isSingle ? [operand, others[0]] : undefined;
}

/** Whether an expression depends on the row of the joined table, and on nothing else that changes. */
function isOfTable(expr: Typed, index: number): boolean {
  let isOf = false;
  let isOther = false;
  walk(expr, node => {
    if (node.kind === 'field' && node.join === index) isOf = true;
    else if (node.kind === 'field') isOther = true;
    if (node.kind === 'call' && node.name === 'now') isOther = true;
  });
  return isOf && !isOther;
}

function isKnownBefore(expr: Typed, index: number): boolean {
  let known = true;
  walk(expr, node => {
    if (node.kind === 'field' && node.join !== undefined && node.join >= index) known = false;
  });
  return known;
}
