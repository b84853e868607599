import type { Typed } from '../../../checked/ast.js';
import type { Span } from '../../../diagnostics/span.js';
import type { OwnConnection } from '../../../schema/environment.js';
import { BOOLEAN } from '../../../schema/type.js';
import type { Expr, IsExpr, LiteralExpr } from '../../../syntax/ast.js';
import { formatAddress } from '../../../values/address.js';
import type { Address } from '../../../values/value.js';
import type { Checker } from '../../scope.js';
import { resolve } from '../resolve.js';

/**
 * `src is mine`: the flow is that of an SSH connection through which the user is logged in, whichever address of the flow is
 * named. Always true or false.
 */
export function checkMine(checker: Checker, expr: IsExpr): Typed | undefined {
  const { operand, negated } = expr;
  const name = operand.kind === 'name' ? operand.text : undefined;
  const resolved = name === undefined ? undefined : resolve(checker.scope, name);
  const isOfFlow =
    resolved?.kind === 'field' &&
    resolved.field.type === 'address' &&
    (resolved.join === undefined ? checker.scope.table : checker.scope.joins[resolved.join].table)?.fields['reply.src'];
  if (name === undefined || !isOfFlow || checker.scope.columns) {
    checker.diagnostics.error('type', operand, 'is mine requires an address of a flow', 'write: src is mine');
    return undefined;
  }
  const prefix = prefixOf(checker, name);
  const tests: Typed[] = [];
  for (const connection of checker.context.environment.ownConnections?.() ?? []) {
    const test = checker.check(conditionOf(connection, prefix, expr));
    if (!test) return undefined;
    tests.push(test);
  }
  const any: Typed = { kind: 'any', tests, others: [], name: 'mine', type: BOOLEAN };
  return negated ? { kind: 'not', operand: any, type: BOOLEAN } : any;
}

/** The alias before a field: `c.` of `c.orig.src`. */
function prefixOf({ scope }: Checker, name: string): string {
  const first = name.slice(0, name.indexOf('.') + 1);
  const word = first.slice(0, -1).toLowerCase();
  const isAlias =
    word === scope.tableName?.toLowerCase() || scope.joins.some(({ alias }) => alias.toLowerCase() === word);
  return isAlias ? first : '';
}

/** sshd sees the server's address after translation, which is the source of the reply tuple. */
function conditionOf({ src, sport, dst, dport }: OwnConnection, prefix: string, span: Span): Expr {
  const { start, end } = span;
  const place = { start, end };
  const literal = (type: 'address' | 'integer', value: Address): LiteralExpr => ({
    kind: 'literal',
    type,
    value,
    text: type === 'address' ? formatAddress(value) : String(value),
    ...place,
  });
  const equal = (field: string, value: LiteralExpr): Expr => ({
    kind: 'compare',
    op: '=',
    left: { kind: 'name', text: `${prefix}${field}`, ...place },
    right: value,
    opSpan: place,
    ...place,
  });
  const all = (op: 'and' | 'or', operands: readonly Expr[]): Expr => ({ kind: 'logical', op, operands, ...place });
  const sides = (from: string, to: string, client: 'src' | 'dst'): Expr[] => {
    const [first, second] = client === 'src' ? [`${from}.src`, `${to}.dst`] : [`${from}.dst`, `${to}.src`];
    return [
      equal(first, literal('address', src)),
      equal(
        first.replace(/src$|dst$/, port => (port === 'src' ? 'sport' : 'dport')),
        literal('integer', sport),
      ),
      equal(second, literal('address', dst)),
      equal(
        second.replace(/src$|dst$/, port => (port === 'src' ? 'sport' : 'dport')),
        literal('integer', dport),
      ),
    ];
  };
  const tcp = equal('proto', literal('integer', 6));
  return all('and', [
    tcp,
    all('or', [all('and', sides('reply', 'reply', 'dst')), all('and', sides('orig', 'orig', 'src'))]),
  ]);
}
