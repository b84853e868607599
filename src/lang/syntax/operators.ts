import type { BinaryOp, CompareOp } from './ast.js';

/** How tightly arithmetic operators bind: more binds tighter. All of them group from the left. */
export const PRECEDENCE = {
  '|': 1,
  '^': 2,
  '&': 3,
  '<<': 4,
  '>>': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
} as const satisfies Record<BinaryOp, number>;

/** The spellings of comparisons, and the one that the tree knows them by. */
export const COMPARISONS: Readonly<Record<string, CompareOp>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Deepest nesting of a tree. What walks the tree may recurse without fear for the stack. */
export const MAX_DEPTH = 200;

/** Deepest nesting of parentheses: the parser needs a good deal of stack for each. */
export const MAX_PARENTHESES = 100;
