import type { BinaryOp, CompareOp } from './ast.js';

/** Precedence of arithmetic operators: a higher number binds tighter. All are left-associative. */
export const PRECEDENCE = {
  '||': 1,
  '|': 2,
  '^': 3,
  '&': 4,
  '<<': 5,
  '>>': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
} as const satisfies Record<BinaryOp, number>;

/** The spellings of comparison operators, and their form in the AST. */
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

/** Maximum depth of an AST, so that recursion over it cannot overflow the stack. */
export const MAX_DEPTH = 200;

/** Maximum nesting of parentheses: the parser needs much stack for each. */
export const MAX_PARENTHESES = 100;
