/** What is said of texts, and what expressions are worth, as lines of text. */

import { check, type Variables } from '../../src/lang/check/check.js';
import type { CheckedSelect } from '../../src/lang/check/checked-ast.js';
import { compile } from '../../src/lang/evaluate/evaluate.js';
import { describeValue } from '../../src/lang/services/describe.js';
import { parse } from '../../src/lang/syntax/parse.js';
import { parseAddress } from '../../src/lang/values/address.js';
import type { Value } from '../../src/lang/values/value.js';
import { ENVIRONMENT } from '../kit/environment.js';

/** Every mistake of a text of statements, in a line; `ok` where there is none. */
export function messagesOf(text: string): string {
  const { statements, damaged, diagnostics } = parse(text);
  const variables: Variables = new Map();
  const all = [
    ...diagnostics,
    ...[...statements, ...damaged].flatMap(statement => check(statement, ENVIRONMENT, variables).diagnostics),
  ];
  return all.map(({ code, message, hint }) => `${code}: ${message}${hint ? ` | ${hint}` : ''}`).join(' && ') || 'ok';
}

/** A TCP flow; it lacks what it does not have. */
const ROW: Readonly<Record<string, Value>> = {
  family: 'ipv4',
  proto: 6,
  'orig.src': parseAddress('10.1.2.3')!,
  'orig.dst': parseAddress('2001:db8::7')!,
  'reply.src': parseAddress('8.8.8.8')!,
  'reply.dst': parseAddress('10.1.2.3')!,
  'orig.sport': 40_000,
  'orig.dport': 443,
  'reply.sport': 443,
  'reply.dport': 40_000,
  status: 0xe,
  state: 'ESTABLISHED',
  mark: 0x1234,
  timeout: 300_000_000_000,
  start: 1_795_521_000_000_000_000n,
  bytes: 18_446_744_073_709_551_615n,
  packets: 3,
  helper: 'ftp-20',
  labels: '\u0008\u0000\u0000\u0000\u0000\u0000\u0010\u0000',
  'tcp.orig.flags': 1,
};

/** The value of an expression for that flow, as messages write it. */
export function expressionValue(expression: string): string {
  const told = messagesOf(`select ${expression} as x from conntrack`);
  if (told !== 'ok') return told;
  const { value } = check(parse(`select ${expression} as x from conntrack`).statements[0], ENVIRONMENT);
  const { expr } = (value as CheckedSelect).columns![0];
  const result = compile<typeof ROW>(expr, {
    field: node => row => row[node.name] ?? null,
    environment: ENVIRONMENT,
    now: ENVIRONMENT.now(),
  })(ROW);
  return result === null ? 'null' : `${expr.type.name} ${describeValue(expr.type, result)}`;
}
