import { type Field, fieldOf } from '../schema/catalogue.js';
import type { Expr, NameExpr } from '../syntax/ast.js';
import { suggestion } from './convert.js';
import type { Expressions, Scope } from './scope.js';

/** What a name turned out to be. */
export type Resolved =
  | { kind: 'field'; name: string; field: Field; join?: number }
  | { kind: 'data'; name: string; join: number }
  | { kind: 'alias'; expr: Expr };

/** What a name means in a scope; undefined if nothing. */
export function resolve(scope: Scope, name: string): Resolved | undefined {
  const { table, tableName, aliases, joins } = scope;
  const alias = aliases?.get(name.toLowerCase());
  if (alias) return { kind: 'alias', expr: alias };
  if (table) {
    const found = fieldOf(table, name);
    if (found) return { kind: 'field', ...found };
    if (tableName && name.toLowerCase().startsWith(`${tableName.toLowerCase()}.`)) {
      const own = fieldOf(table, name.slice(tableName.length + 1));
      if (own) return { kind: 'field', ...own };
    }
  }
  const dot = name.indexOf('.');
  const join = dot < 0 ? -1 : joins.findIndex(each => each.alias.toLowerCase() === name.slice(0, dot).toLowerCase());
  if (join < 0) return undefined;
  const column = name.slice(dot + 1);
  const joined = joins[join];
  if (!joined.table) {
    joined.used.add(column);
    return { kind: 'data', name: column, join };
  }
  const found = fieldOf(joined.table, column);
  return found && { kind: 'field', ...found, join };
}

/** Says that there is no such field, with the nearest one. */
export function unknownName(checker: Expressions, expr: NameExpr): void {
  const { table, aliases, tableName } = checker.scope;
  if (!table) {
    checker.diagnostics.error(
      'name.field',
      expr,
      `no fields are at hand here: '${expr.text}'`,
      'quote it if it is text',
    );
    return;
  }
  const names = [...Object.keys(table.fields), ...(aliases?.keys() ?? [])];
  checker.diagnostics.error(
    'name.field',
    expr,
    `there is no field '${expr.text}' in ${tableName ?? table.name}`,
    suggestion(expr.text, names) ?? `show fields from ${table.name} lists them`,
  );
}
