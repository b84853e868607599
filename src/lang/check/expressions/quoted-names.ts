/** Names in quotes, which are texts: SQL writes names of columns in double quotes. */

import { isPlainWord } from '../../../../grammar/words.js';
import type { Typed } from '../../checked/ast.js';
import { compile } from '../../evaluate/evaluate.js';
import { columnName } from '../../schema/column-name.js';
import type { CompareExpr, Expr, LiteralExpr } from '../../syntax/ast.js';
import type { Checker, Scope } from '../scope.js';
import { hasAggregate, resolve } from './resolve.js';

/** What the text of a literal names in a scope: the hint to leave out its quotes; undefined if it names nothing. */
export function quotedNameHint(scope: Scope, { type, value }: LiteralExpr): string | undefined {
  if (type !== 'text' || nameIn(scope, String(value)) === undefined) return undefined;
  const name = String(value);
  return name.split('.').every(isPlainWord)
    ? `write it without quotes: ${name}`
    : `'${name}' is not a name without quotes: give the column another with as`;
}

/** The same for a text in double quotes that is the name of a column in its file, which a statement calls by words: `"IP Address"`. */
function calledHint(scope: Scope, { type, value, text }: LiteralExpr): string | undefined {
  if (type !== 'text' || !text.startsWith('"')) return undefined;
  const words = columnName(String(value));
  const isKnown = words !== value && nameIn(scope, words) !== undefined;
  const joined = scope.joins.find(({ columns }) => columns?.some(each => each.toLowerCase() === words.toLowerCase()));
  const name = isKnown ? words : joined && `${joined.alias}.${words}`;
  return name?.split('.').every(isPlainWord) ? `a statement calls it ${name}` : undefined;
}

/** What a name means. Unlike `resolve`, this does not note that the name is used. */
function nameIn(scope: Scope, name: string): ReturnType<typeof resolve> {
  return resolve(
    {
      ...scope,
      missing: undefined,
      joins: scope.joins.map(join => ({ ...join, used: new Set() })),
      ...(scope.data ? { data: new Set() } : {}),
    },
    name,
  );
}

/**
 * `"state" = 'ESTABLISHED'`, `order by "bytes"`: expressions that together use no field, and contain a text that is the name of one.
 * @returns whether there is such a text, which is reported
 */
export function rejectQuotedNames(checker: Checker, exprs: readonly Expr[]): boolean {
  const { scope, diagnostics, context } = checker;
  if (scope.table === undefined || context.isFilledIn) return false;
  const quoted: [LiteralExpr, hint: string][] = [];
  let usesRow = false;
  let usesVariable = false;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || usesRow) return;
    const expr = node as Expr;
    // The names in it are of its own rows.
    if (expr.kind === 'subquery' || expr.kind === 'exists') return;
    usesVariable ||= expr.kind === 'variable';
    if (expr.kind === 'name') {
      usesRow = scope.missing !== undefined || nameIn(scope, expr.text) !== undefined;
    } else if (expr.kind === 'literal') {
      const hint = quotedNameHint(scope, expr) ?? calledHint(scope, expr);
      if (hint !== undefined) quoted.push([expr, hint]);
    } else {
      for (const child of Object.values(node)) visit(child);
    }
  };
  for (const expr of exprs) visit(expr);
  if (usesRow || quoted.length === 0 || exprs.some(hasAggregate)) return false;
  // A variable may hold the name of a field: `$by = 'src'`. In double quotes, as SQL writes names, one is meant nevertheless.
  const meant = usesVariable ? quoted.filter(([{ text }]) => text.startsWith('"')) : quoted;
  for (const [literal, hint] of meant) {
    if (diagnostics.list.some(({ span }) => span.start === literal.start && span.end === literal.end)) continue;
    const meaning = nameIn(scope, String(literal.value));
    const what = !scope.columns && meaning?.kind === 'field' ? 'field' : 'column';
    const asText = usesVariable ? `; a text in single quotes: '${literal.value}'` : '';
    const message = meaning ? `without quotes it is the ${what}` : 'it is not the column of that name';
    diagnostics.error('type', literal, `${literal.text} is a text: ${message}`, hint + asText);
  }
  return meant.length > 0;
}

/** Warns of a comparison of texts in quotes, which is the same for every row: one of them was meant as a column. */
export function warnOfTexts(
  { diagnostics, scope, context }: Checker,
  test: Typed,
  { left, right, ...span }: CompareExpr,
): void {
  const areTexts = [left, right].every(each => each.kind === 'literal' && each.type === 'text');
  if (!areTexts || scope.table === undefined || context.isFilledIn) return;
  const holds = compile<null>(test, {})(null) === true;
  diagnostics.warning(
    'type',
    span,
    `two texts are compared: the condition ${holds ? 'always' : 'never'} holds`,
    'names of columns are written without quotes',
  );
}
