import { assertNever, type Expr } from '../syntax/ast.js';
import type { Statement } from '../syntax/statements.js';
import { printExpression } from './expressions.js';
import { printQuery, printStatement } from './statements.js';

/** The canonical text of a statement or an expression: one line, lower-case keywords, no more parentheses than needed. */
export function print(node: Statement | Expr): string {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'variable':
    case 'unary':
    case 'binary':
    case 'compare':
    case 'logical':
    case 'not':
    case 'between':
    case 'in':
    case 'like':
    case 'has':
    case 'is':
    case 'call':
    case 'case':
    case 'cast':
    case 'exists':
    case 'subquery':
    case 'list':
    case 'range':
      return printExpression(node, printQuery);
    case 'select':
    case 'compound':
    case 'with':
    case 'watch':
    case 'get':
    case 'insert':
    case 'update':
    case 'delete':
    case 'flush':
    case 'explain':
    case 'query':
    case 'run':
    case 'drop':
    case 'let':
    case 'include':
    case 'echo':
    case 'set':
    case 'use':
    case 'prepare':
    case 'assert':
    case 'show':
    case 'help':
      return printStatement(node);
    default:
      return assertNever(node);
  }
}
