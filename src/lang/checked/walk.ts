import { isNumeric } from '../schema/formats/metrics.js';
import type { Column, Typed } from './ast.js';

/** Visits a node and its descendants, except subqueries. */
export function walk(node: Typed, visit: (node: Typed) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

/** Whether the value of a node depends on a row or a group. */
export function mentionsRow(node: Typed): boolean {
  let found = false;
  walk(node, ({ kind }) => {
    if (kind === 'field' || kind === 'key' || kind === 'aggregate') found = true;
  });
  return found;
}

/** What a node is made of, except subqueries. */
export function childrenOf(node: Typed): readonly Typed[] {
  switch (node.kind) {
    case 'const':
    case 'field':
    case 'key':
    case 'aggregate':
    case 'scalar':
    case 'exists':
    case 'variable':
      return [];
    case 'unary':
    case 'not':
    case 'has':
    case 'is_null':
    case 'is_class':
    case 'cast':
      return [node.operand];
    case 'binary':
    case 'compare':
      return [node.left, node.right];
    case 'within':
      return [node.operand, node.network];
    case 'like':
      return [node.operand, node.pattern];
    case 'logical':
      return node.operands;
    case 'any':
      return node.tests;
    case 'in':
      return [node.operand, ...node.others];
    case 'call':
      return node.args;
    case 'case':
      return [
        ...node.branches.flatMap(({ when, value }) => [when, value]),
        ...(node.otherwise ? [node.otherwise] : []),
      ];
  }
}

/**
 * Whether a column of a grouped result is a measurement: made of an aggregate, or a number that is the same for all groups. The
 * others identify the group.
 */
export function isMeasure({ expr }: Column): boolean {
  let hasAggregate = false;
  let hasKey = false;
  walk(expr, ({ kind }) => {
    hasAggregate ||= kind === 'aggregate';
    hasKey ||= kind === 'key';
  });
  return hasAggregate || (!hasKey && isNumeric(expr.type));
}
