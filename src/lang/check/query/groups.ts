import type { Aggregate, Column, Typed } from '../../checked/ast.js';
import { deepEqual } from '../../evaluate/deep-equal.js';
import { CELL, INTEGER, isCell } from '../../schema/type.js';

/**
 * Rewrites an expression of a grouped query in terms of its keys and aggregates. A field that is neither is passed to
 * `complain`, and the result is undefined.
 */
export function rewriteForGroups(
  node: Typed,
  keys: readonly Typed[],
  complain: (node: Typed) => undefined,
): Typed | undefined {
  const index = keys.findIndex(key => deepEqual(key, node));
  if (index >= 0) return { kind: 'key', index, type: node.type };
  const over = (child: Typed): Typed | undefined => rewriteForGroups(child, keys, complain);
  const all = (children: readonly Typed[]): Typed[] | undefined => {
    const done = children.map(over);
    return done.includes(undefined) ? undefined : (done as Typed[]);
  };
  switch (node.kind) {
    case 'field': {
      // A column of a file that is compared with a type, and grouped by as it is there.
      const cells = keys.findIndex(
        key => key.kind === 'field' && isCell(key.type) && key.name === node.name && key.join === node.join,
      );
      if (cells < 0) return complain(node);
      return { kind: 'cast', operand: { kind: 'key', index: cells, type: CELL }, type: node.type };
    }
    case 'const':
    case 'aggregate':
    case 'key':
    case 'scalar':
    case 'exists':
    case 'variable':
      return node;
    case 'unary':
    case 'not':
    case 'is_null':
    case 'is_class':
    case 'cast':
    case 'has': {
      const operand = over(node.operand);
      return operand && { ...node, operand };
    }
    case 'binary':
    case 'compare': {
      const left = over(node.left);
      const right = over(node.right);
      return left && right && { ...node, left, right };
    }
    case 'within': {
      const operand = over(node.operand);
      const network = over(node.network);
      return operand && network && { ...node, operand, network };
    }
    case 'like': {
      const operand = over(node.operand);
      const pattern = over(node.pattern);
      return operand && pattern && { ...node, operand, pattern };
    }
    case 'logical': {
      const operands = all(node.operands);
      return operands && { ...node, operands };
    }
    case 'any': {
      const tests = all(node.tests);
      const others = all(node.others);
      return tests && others && { ...node, tests, others };
    }
    case 'in': {
      const operand = over(node.operand);
      const others = all(node.others);
      return operand && others && { ...node, operand, others };
    }
    case 'call': {
      const args = all(node.args);
      return args && { ...node, args };
    }
    case 'case': {
      const whens = all(node.branches.map(({ when }) => when));
      const values = all(node.branches.map(({ value }) => value));
      const otherwise = node.otherwise && over(node.otherwise);
      if (!whens || !values || (node.otherwise && !otherwise)) return undefined;
      const branches = whens.map((when, i) => ({ when, value: values[i] }));
      return { ...node, branches, ...(otherwise ? { otherwise } : {}) };
    }
  }
}

/** The columns of `select from conntrack group by proto`: the keys and count(*). */
export function groupColumns(names: readonly string[], keys: readonly Typed[], aggregates: Aggregate[]): Column[] {
  let index = aggregates.findIndex(each => each.name === 'count' && each.arg === undefined);
  if (index < 0) index = aggregates.push({ name: 'count', distinct: false, type: INTEGER }) - 1;
  return [
    ...keys.map((expr, position) => ({ name: names[position], expr })),
    { name: 'count(*)', expr: { kind: 'aggregate', index, type: INTEGER } as const },
  ];
}
