import type { Typed } from '../../../lang/checked/ast.js';

/**
 * The condition with `nat = both` in place of `nat = src` and `nat = dst`: it finds flows that the user probably meant, too.
 * Undefined if the condition has neither.
 */
export function withBothNat(node: Typed): Typed | undefined {
  if (node.kind === 'compare' && node.op === '=') {
    const { left, right } = node;
    const isNat = left.kind === 'field' && left.type.vocabulary === 'nat' && right.kind === 'const';
    return isNat && (right.value === 'src' || right.value === 'dst')
      ? { ...node, right: { ...right, value: 'both' } }
      : undefined;
  }
  if (node.kind !== 'logical') return undefined;
  const operands = node.operands.map(withBothNat);
  if (operands.every(operand => operand === undefined)) return undefined;
  return { ...node, operands: operands.map((operand, i) => operand ?? node.operands[i]) };
}

export const leftOutMessage = (count: number): string =>
  `${count} ${count === 1 ? 'flow' : 'flows'} with both addresses translated left out: nat = src and nat = dst mean that one alone`;
export const LEFT_OUT_HINT = 'nat has dst, nat has src find those too';
