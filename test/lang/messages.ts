/** The messages for texts, and the values of expressions, as lines of text. */

import { check, type Variables } from '../../src/lang/check/check.js';
import type { CheckedSelect } from '../../src/lang/checked/ast.js';
import { compile } from '../../src/lang/evaluate/evaluate.js';
import { describeValue } from '../../src/lang/services/describe.js';
import { parse } from '../../src/lang/syntax/parse.js';
import { ENVIRONMENT } from '../kit/environment.js';
import { memoryQueries } from '../kit/named-queries.js';
import { FLOW } from './flow.js';

/** All errors of a text of statements, in one line; `ok` if there is none. */
export function messagesOf(text: string): string {
  const { statements, damaged, diagnostics } = parse(text);
  const variables: Variables = new Map();
  const queries = memoryQueries();
  const all = [
    ...diagnostics,
    ...[...statements, ...damaged].flatMap(
      statement => check(statement, ENVIRONMENT, variables, undefined, queries).diagnostics,
    ),
  ];
  return all.map(({ code, message, hint }) => `${code}: ${message}${hint ? ` | ${hint}` : ''}`).join(' && ') || 'ok';
}

/** The value of an expression for that flow, as messages write it. */
export function expressionValue(expression: string): string {
  const messages = messagesOf(`select ${expression} as x from conntrack`);
  if (messages !== 'ok') return messages;
  const { value } = check(parse(`select ${expression} as x from conntrack`).statements[0], ENVIRONMENT);
  const { expr } = (value as CheckedSelect).columns![0];
  const result = compile<typeof FLOW>(expr, {
    field: node => row => row[node.name] ?? null,
    environment: ENVIRONMENT,
    now: ENVIRONMENT.now(),
  })(FLOW);
  return result === null ? 'null' : `${expr.type.name} ${describeValue(expr.type, result)}`;
}
