import type { Typed } from '../checked/ast.js';
import { SCALAR_FUNCTIONS } from '../functions/registry.js';
import { compile } from './evaluate.js';

/** Whether the value of constants depends on the machine or the clock. */
function isStable(node: Typed): boolean {
  if (node.kind === 'call') return SCALAR_FUNCTIONS[node.name].isStable === true;
  if (node.kind !== 'cast') return false;
  return node.operand.type.name === 'labels' || node.type.name === 'port';
}

/** Folds an expression of constants to one constant; returns any other unchanged. */
export function foldConstant(node: Typed): Typed {
  const parts =
    node.kind === 'unary' || node.kind === 'cast'
      ? [node.operand]
      : node.kind === 'binary'
        ? [node.left, node.right]
        : node.kind === 'call'
          ? node.args
          : [];
  if (parts.length === 0 || isStable(node) || !parts.every(part => part.kind === 'const')) return node;
  return { kind: 'const', type: node.type, value: compile<null>(node, {})(null) };
}
