/** Builders of the language's AST; the nodes have no source span. */

import { isPlainWord } from '../../../../grammar/words.js';
import type { Span } from '../../../lang/diagnostics/span.js';
import type {
  CompareExpr,
  Expr,
  HasExpr,
  ListExpr,
  LiteralExpr,
  Name,
  NameExpr,
  Output,
  TableName,
} from '../../../lang/syntax/ast.js';
import { quote } from '../../../lang/syntax/literals/literal.js';
import type { Assignment } from '../../../lang/syntax/statements.js';
import { formatAddress, formatNetwork, isIPv4, mask, networkValue } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import type { Translation } from '../argv/address.js';

export const NOWHERE: Span = { start: 0, end: 0 };

export const name = (text: string): Name => ({ ...NOWHERE, text });
export const word = (text: string): NameExpr => ({ ...NOWHERE, kind: 'name', text });

const literal = (type: LiteralExpr['type'], value: LiteralExpr['value'], text: string): LiteralExpr => ({
  ...NOWHERE,
  kind: 'literal',
  type,
  value,
  text,
});

export const integer = (n: number): LiteralExpr => literal('integer', n, String(n));
export const hex = (n: number): LiteralExpr => literal('integer', n, `0x${n.toString(16)}`);
export const always = (): LiteralExpr => literal('boolean', true, 'true');
export const address = (value: Address): LiteralExpr => literal('address', value, formatAddress(value));

/** The network that an address is in. */
export function network(inside: Address, prefix: number): LiteralExpr {
  const value = networkValue({ address: mask(inside, prefix), prefix });
  return literal('network', value, formatNetwork(value));
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** Seconds, in the largest unit that holds them exactly. */
export function duration(seconds: number): LiteralExpr {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? (['s', 1] as const);
  return literal('duration', seconds * 1_000_000_000, `${seconds / size}${unit}`);
}

export function endpoint({ address: to, port }: Translation): LiteralExpr {
  if (port === undefined) return address(to);
  const text = isIPv4(to) ? `${formatAddress(to)}:${port}` : `[${formatAddress(to)}]:${port}`;
  return literal('endpoint', text, text);
}

export const text = (value: string): LiteralExpr => literal('text', value, quote(value));

/**
 * Labels: names of connlabel.conf, quoted where they would not read as words; numbers where the names are those of another file,
 * which the language does not know.
 */
export const labels = (names: readonly string[], own: ReadonlyMap<string, number> | undefined): Expr[] =>
  [...new Set(names)].map(name => {
    const bit = own?.get(name);
    if (bit !== undefined) return integer(bit);
    return isPlainWord(name) ? word(name) : literal('text', name, quote(name));
  });

export const compare = (field: string | Expr, op: CompareExpr['op'], right: Expr): CompareExpr => ({
  ...NOWHERE,
  kind: 'compare',
  op,
  left: typeof field === 'string' ? word(field) : field,
  right,
  opSpan: NOWHERE,
});
export const equal = (field: string | Expr, right: Expr): CompareExpr => compare(field, '=', right);

export const binary = (left: Expr, op: '&' | '^' | '*' | '+', right: Expr): Expr => ({
  ...NOWHERE,
  kind: 'binary',
  op,
  left,
  right,
  opSpan: NOWHERE,
});
export const complement = (operand: Expr): Expr => ({ ...NOWHERE, kind: 'unary', op: '~', operand });

export const within = (field: string, item: Expr): Expr => ({
  ...NOWHERE,
  kind: 'in',
  negated: false,
  operand: word(field),
  list: list([item]),
});
export const list = (items: readonly Expr[]): ListExpr => ({ ...NOWHERE, kind: 'list', items });

export const has = (field: string, names: readonly Expr[], negated = false): HasExpr => ({
  ...NOWHERE,
  kind: 'has',
  negated,
  operand: word(field),
  quantifier: negated && names.length > 1 ? 'any' : 'all',
  names,
});
export const isNull = (field: string): Expr => ({
  ...NOWHERE,
  kind: 'is',
  negated: false,
  operand: word(field),
  what: name('null'),
});

export const not = (operand: Expr): Expr => ({ ...NOWHERE, kind: 'not', operand });

/** Undefined for none; the one itself for one. */
function joined(op: 'and' | 'or', operands: readonly Expr[]): Expr | undefined {
  return operands.length > 1 ? { ...NOWHERE, kind: 'logical', op, operands } : operands[0];
}
export const allOf = (operands: readonly Expr[]): Expr | undefined => joined('and', operands);
export const anyOf = (operands: readonly Expr[]): Expr | undefined => joined('or', operands);

export const set = (field: string, value: Expr, op: Assignment['op'] = '='): Assignment => ({
  ...NOWHERE,
  field: name(field),
  op,
  value,
});

export const table = (text: string): TableName => ({ ...NOWHERE, kind: 'table', name: name(text) });
export const output = (words: readonly string[]): Output => ({ ...NOWHERE, words: words.map(name) });
