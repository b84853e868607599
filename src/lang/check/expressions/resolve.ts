import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { AGGREGATE_FUNCTIONS } from '../../functions/registry.js';
import { type Field, fieldOf, type Table } from '../../schema/catalogue.js';
import { enumNames, flagNames, protocolNumber } from '../../schema/flags.js';
import { fieldSynonym, intendedFlag } from '../../schema/synonyms.js';
import type { Expr, NameExpr } from '../../syntax/ast.js';
import type { Checker, Scope } from '../scope.js';

/** The meaning of a name. */
export type Resolved =
  | { kind: 'field'; name: string; field: Field; join?: number }
  | { kind: 'data'; name: string; join: number }
  | { kind: 'alias'; expr: Expr };

/** The meaning of a name in a scope; undefined if it has none. */
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

/** Reports an unknown field, with the nearest one. */
export function reportUnknownName(checker: Checker, expr: NameExpr): void {
  const { table, aliases, tableName } = checker.scope;
  const { projected } = checker.scope;
  const { text } = expr;
  if (!table) {
    checker.diagnostics.error(
      'name.field',
      expr,
      `unknown name '${text}': no table is in scope`,
      'quote it if it is text',
    );
    return;
  }
  const column = projected?.get(text.toLowerCase());
  if (column) {
    const isAggregate = column.kind === 'call' && Object.hasOwn(AGGREGATE_FUNCTIONS, column.name.text.toLowerCase());
    const hint = isAggregate ? `use having: … having ${text} > …` : 'repeat the expression that it names';
    checker.diagnostics.error(
      'name.field',
      expr,
      `'${text}' names a column of the result, which does not exist yet here`,
      hint,
    );
    return;
  }
  const names = [...Object.keys(table.fields), ...(aliases?.keys() ?? [])];
  checker.diagnostics.error(
    'name.field',
    expr,
    `unknown field '${text}' in ${tableName ?? table.name}`,
    (isOfFlows(table) ? fieldSynonym(text) : undefined) ??
      (isOfFlows(table) ? valueHint(text) : undefined) ??
      didYouMean(text, names) ??
      `show fields from ${table.name} lists them`,
  );
}

const isOfFlows = (table: Table): boolean => table.fields.state !== undefined;

/** A hint for a value written where a field is expected. */
function valueHint(text: string): string | undefined {
  const flag = intendedFlag(text, flagNames('status'));
  if (flag !== undefined) return `write: status has ${flag}`;
  const upper = text.toUpperCase();
  if (enumNames('state').includes(upper)) return `write: state = ${upper}`;
  if (protocolNumber(text) !== undefined) return `write: proto = ${text.toLowerCase()}`;
  const name = text.toLowerCase();
  if (Object.hasOwn(AGGREGATE_FUNCTIONS, name))
    return `write: ${AGGREGATE_FUNCTIONS[name as keyof typeof AGGREGATE_FUNCTIONS].signature}`;
  return undefined;
}
