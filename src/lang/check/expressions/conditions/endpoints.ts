import type { Typed } from '../../../checked/ast.js';
import { BOOLEAN, NULL } from '../../../schema/type.js';
import type { CompareExpr, Expr, LiteralExpr, NameExpr } from '../../../syntax/ast.js';
import { parseAddress } from '../../../values/address.js';
import type { Checker } from '../../scope.js';
import { resolve } from '../resolve.js';

interface TranslationChecker extends Checker {
  compare(expr: CompareExpr): Typed | undefined;
  /** Whether unknown may be replaced by false: the enclosing condition does not distinguish them. */
  readonly isLoose: boolean;
}

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The address and port of `10.0.0.1:80` or `'[2001:db8::1]:80'`. */
function endpointOf(expr: Expr): Endpoint | undefined {
  if (expr.kind !== 'literal' || (expr.type !== 'endpoint' && expr.type !== 'text')) return undefined;
  const match = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(String(expr.value));
  const address = match?.[1] ?? match?.[2];
  if (!match || address === undefined || parseAddress(address) === undefined) return undefined;
  return { address, port: Number(match[3]) };
}

/** Which port belongs to an address. */
const PORTS: readonly (readonly [RegExp, string])[] = [
  [/\bsrc$/i, 'sport'],
  [/\bdst$/i, 'dport'],
];

/** `src = 10.0.0.1:80` means address and port. Null if the comparison is of another kind. */
export function checkEndpoint(checker: TranslationChecker, expr: CompareExpr): Typed | undefined | null {
  const { left, op, right } = expr;
  for (const [side, other] of [
    [left, right],
    [right, left],
  ]) {
    const endpoint = endpointOf(other);
    if (side.kind !== 'name' || endpoint === undefined) continue;
    const resolved = resolve(checker.scope, side.text);
    if (resolved?.kind !== 'field' || resolved.field.type !== 'address') continue;
    if (op !== '=' && op !== '!=') {
      checker.diagnostics.error('type', other, `'${op}' cannot compare with an address and a port`, 'use = or !=');
      return undefined;
    }
    const tests: Typed[] = [];
    for (const name of resolved.field.anyOf ?? [side.text]) {
      const test = compareEndpoint(checker, expr, { ...side, text: name }, endpoint, other);
      if (!test) return undefined;
      tests.push(test);
    }
    const test: Typed = resolved.field.anyOf
      ? { kind: 'any', tests, others: [], name: resolved.name, type: BOOLEAN }
      : tests[0];
    return op === '=' ? test : not(test);
  }
  return null;
}

/** The address, and the port of the same end of the connection. */
function compareEndpoint(
  checker: TranslationChecker,
  expr: CompareExpr,
  address: NameExpr,
  endpoint: Endpoint,
  { start, end }: Expr,
): Typed | undefined {
  const [pattern, port] = PORTS.find(([name]) => name.test(address.text)) ?? [];
  const name = pattern && address.text.replace(pattern, port!);
  if (name === undefined || resolve(checker.scope, name) === undefined) {
    checker.diagnostics.error(
      'type',
      { start, end },
      'an address cannot be compared with an address and a port',
      `write: ${address.text} = ${endpoint.address}`,
    );
    return undefined;
  }
  const compare = (left: string, type: 'text' | 'integer', value: string | number): Typed | undefined =>
    checker.compare({
      ...expr,
      op: '=',
      left: { ...address, text: left },
      right: { kind: 'literal', type, value, text: String(value), start, end },
    });
  const both = [compare(address.text, 'text', endpoint.address), compare(name, 'integer', endpoint.port)];
  return both.includes(undefined)
    ? undefined
    : { kind: 'logical', op: 'and', operands: both as Typed[], type: BOOLEAN };
}

/** The fields of the reply tuple with the translated address and port, and the status flag of the translation. */
const TRANSLATED = {
  snat: { address: 'reply.dst', port: 'reply.dport', flag: 'SRC_NAT' },
  dnat: { address: 'reply.src', port: 'reply.sport', flag: 'DST_NAT' },
} as const;

/**
 * `snat = 203.0.113.1`, `snat = 203.0.113.0/24`, `snat = 203.0.113.1:1024`: what the source was translated to is compared as
 * an address, with any port. Null if the comparison is of another kind.
 */
export function checkTranslated(checker: TranslationChecker, expr: CompareExpr): Typed | undefined | null {
  if (expr.op !== '=' && expr.op !== '!=') return null;
  const sides = [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const;
  for (const [side, other] of sides) {
    const name = side.kind === 'name' ? translatedName(checker, side) : undefined;
    if (name === undefined) continue;
    const test = compareTranslated(checker, expr, side as NameExpr, name, other);
    if (test === null) continue;
    if (!test) return undefined;
    return whereFlagged(checker, side as NameExpr, name, expr.op === '=' ? test : not(test));
  }
  return null;
}

const not = (operand: Typed): Typed => ({ kind: 'not', operand, type: BOOLEAN });

function translatedName(checker: Checker, { text }: NameExpr): keyof typeof TRANSLATED | undefined {
  const resolved = resolve(checker.scope, text);
  // The rows of a query may lack the tuple.
  if (resolved?.kind !== 'field' || checker.scope.columns) return undefined;
  return resolved.name === 'snat' || resolved.name === 'dnat' ? resolved.name : undefined;
}

/** The same table's field: `c.snat` → `c.reply.dst`. */
const siblingField = (name: NameExpr, field: string): NameExpr => ({ ...name, text: name.text.replace(/\w+$/, field) });

function compareTranslated(
  checker: TranslationChecker,
  expr: CompareExpr,
  side: NameExpr,
  name: keyof typeof TRANSLATED,
  other: Expr,
): Typed | undefined | null {
  const { address, port } = TRANSLATED[name];
  const compare = (field: string, right: Expr): Typed | undefined =>
    checker.compare({ ...expr, op: '=', left: siblingField(side, field), right });
  const endpoint = endpointOf(other);
  if (endpoint) {
    const literal = (type: 'text' | 'integer', value: string | number): LiteralExpr => ({
      kind: 'literal',
      type,
      value,
      text: String(value),
      start: other.start,
      end: other.end,
    });
    const both = [
      compare(address, literal('text', endpoint.address)),
      compare(port, literal('integer', endpoint.port)),
    ];
    if (both.includes(undefined)) return undefined;
    return { kind: 'logical', op: 'and', operands: both as Typed[], type: BOOLEAN };
  }
  return isAddress(checker, other) ? compare(address, other) : null;
}

/** Whether an expression is an address or a network. */
function isAddress(checker: Checker, expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
      if (expr.type !== 'text') return expr.type === 'address' || expr.type === 'network';
      return parseAddress(String(expr.value).replace(/\/\d{1,3}$/, '')) !== undefined;
    case 'name': {
      const resolved = resolve(checker.scope, expr.text);
      return resolved?.kind === 'field' && resolved.field.type === 'address' && !resolved.field.anyOf;
    }
    case 'variable': {
      const type = checker.context.variables.get(expr.name)?.type.name;
      return type === 'address' || type === 'network';
    }
    default:
      return false;
  }
}

/** A test that is null for flows that are not translated, like every test of an attribute that an entry lacks. */
function whereFlagged(
  checker: TranslationChecker,
  side: NameExpr,
  name: keyof typeof TRANSLATED,
  test: Typed,
): Typed | undefined {
  const { start, end } = side;
  const flag = checker.check({
    kind: 'has',
    negated: false,
    operand: siblingField(side, 'status'),
    quantifier: 'all',
    names: [{ kind: 'name', text: TRANSLATED[name].flag, start, end }],
    start,
    end,
  });
  if (!flag) return undefined;
  const met: Typed = { kind: 'logical', op: 'and', operands: [flag, test], type: BOOLEAN };
  if (checker.isLoose) return met;
  const unknown: Typed = {
    kind: 'logical',
    op: 'and',
    operands: [not(flag), { kind: 'const', type: NULL, value: null }],
    type: BOOLEAN,
  };
  return { kind: 'logical', op: 'or', operands: [met, unknown], type: BOOLEAN };
}
