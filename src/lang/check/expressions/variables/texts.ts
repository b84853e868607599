/**
 * Variables that hold a text beside a type that has words of its own: `let s = 'ESTABLISHED'; … where state = $s`. Their text means what it
 * would mean if it were written there, and an invalid one is an error. That requires the text to be known when the statement is
 * checked; of the result of a query it is not.
 */
import type { Typed } from '../../../checked/ast.js';
import type { Span } from '../../../diagnostics/span.js';
import { print } from '../../../print/print.js';
import type { Type } from '../../../schema/type.js';
import type { Expr, LiteralExpr } from '../../../syntax/ast.js';
import { quote } from '../../../syntax/literals/literal.js';
import type { Value } from '../../../values/value.js';
import type { Checker, VariableType } from '../../scope.js';

const literal = (value: string, { start, end }: Span): LiteralExpr => ({
  kind: 'literal',
  type: 'text',
  value,
  text: quote(value),
  start,
  end,
});

/** What a variable holds, as far as that is known; null: nothing is. */
export function known({ known: own, binding }: VariableType): Value | readonly Value[] {
  if (own !== undefined) return own;
  return binding?.kind === 'list' ? binding.values : (binding?.value ?? null);
}

/** The text of a variable as if it were written in its place; undefined for everything else. */
export function writtenText(checker: Checker, expr: Expr): LiteralExpr | undefined {
  const variable = expr.kind === 'variable' ? checker.context.variables.get(expr.name) : undefined;
  const value = variable?.kind === 'value' && variable.type.name === 'text' ? known(variable) : null;
  return typeof value === 'string' ? literal(value, expr) : undefined;
}

/** The same for the items of a list in a variable beside an operand that is not a text. */
export function writtenTexts(
  checker: Checker,
  list: Span & { readonly name: string },
  operand: Type,
): readonly LiteralExpr[] | undefined {
  const variable = checker.context.variables.get(list.name);
  if (variable?.kind !== 'list' || variable.type.name !== 'text' || !hasWords(operand)) return undefined;
  const values = known(variable);
  return Array.isArray(values) ? values.map(value => literal(String(value), list)) : undefined;
}

/** Whether a text beside a value of this type is a word of the type. */
export const hasWords = (type: Type): boolean =>
  type.isCell !== true && type.name !== 'text' && type.name !== 'null' && type.name !== 'boolean';

/** For a text that is not known beside a value of a type with words. */
export const unknownTextHint = ({ kind, type }: Typed, beside: Expr): string | undefined =>
  (kind === 'variable' || kind === 'scalar') && type.name === 'text'
    ? `its text is known only when the statement runs: write ${print(beside)}::text`
    : undefined;
