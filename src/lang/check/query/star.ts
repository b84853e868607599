/** The columns that `*` means beside other columns, and where rows are joined: those of an entry, and those of what is joined to it. */

import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Field, Table } from '../../schema/catalogue.js';
import type { Environment } from '../../schema/environment.js';
import { historyRefusal } from '../../schema/history.js';
import type { Projection } from '../../syntax/ast.js';
import type { Scope } from '../scope.js';

/** A column that `*` stands for, under its name. */
export interface StarColumn extends Projection {
  readonly title: string;
}

/** `*`, or `h.*`, the columns of one table. */
const STAR = /^(?:(\w+)\.)?\*$/;

/** What `*` and `h.*` mean here: the columns of all tables, or of that one. Undefined for any other expression. */
export function tableOfStar({ expr }: Projection): { readonly name?: string } | undefined {
  const found = expr.kind === 'name' ? STAR.exec(expr.text) : null;
  return found === null ? undefined : found[1] === undefined ? {} : { name: found[1] };
}

/** The columns that an item stands for, at its place; itself if it is not a star. */
export function starColumns(
  item: Projection,
  scope: Scope,
  environment: Environment,
  diagnostics: Diagnostics,
): (Projection | StarColumn)[] {
  const star = tableOfStar(item);
  if (star === undefined) return [item];
  const { start, end } = item;
  const isMeant = (name: string | undefined): boolean =>
    star.name === undefined || name?.toLowerCase() === star.name.toLowerCase();
  const names = isMeant(ownName(scope)) ? columnsOf(scope, environment) : [];
  const joins = scope.joins.filter(({ alias }) => isMeant(alias));
  for (const join of joins) {
    const known = join.names ?? (join.table ? fieldNames(join.table, false) : columnsOfFile(join, environment));
    if (known === undefined)
      diagnostics.warning(
        'clause',
        item,
        `the columns of '${join.path}' are not known: * has none of them`,
        `name them: ${join.alias}.…`,
      );
    names.push(...(known ?? []).map(name => `${join.alias}.${name}`));
  }
  if (star.name !== undefined && !isMeant(ownName(scope)) && joins.length === 0) {
    const tables = [ownName(scope), ...scope.joins.map(({ alias }) => alias)].filter(name => name !== undefined);
    diagnostics.error(
      'name.table',
      item,
      `unknown table '${star.name}'`,
      `write ${tables.map(name => `${name}.*`).join(' or ')}`,
    );
  }
  return names.map(name => ({
    expr: { kind: 'name', text: name, start, end },
    title: name,
    start,
    end,
  }));
}

/** What the table is called that a select reads; undefined for a file without a name. */
export const ownName = ({ table, tableName }: Scope): string | undefined => {
  const name = tableName ?? table?.name;
  return name?.startsWith("'") ? undefined : name;
};

const columnsOf = (scope: Scope, environment: Environment): string[] => [
  ...((scope.data ? columnsOfFile(scope, environment) : undefined) ??
    scope.columns ??
    (scope.table ? [...eventNames(scope), ...fieldNames(scope.table, scope.inHistory === true)] : [])),
];

/** What a watch has in front of an entry. */
const eventNames = ({ table, watch }: Scope): string[] =>
  watch && table ? ['event', 'event_time'].filter(name => Object.hasOwn(table.fields, name)) : [];

/** The fields that formats of columns show of an entry: not those that are rare. */
const fieldNames = ({ fields }: Table, inHistory: boolean): string[] =>
  Object.entries<Field>(fields).flatMap(([name, field]) => {
    const isColumn = !field.alias && !field.anyOf && !field.rare && !field.watchOnly;
    return isColumn && (inHistory ? historyRefusal(name) === undefined : !field.historyOnly) ? [name] : [];
  });

function columnsOfFile({ path }: Pick<Scope, 'path'>, { fileShape }: Environment): readonly string[] | undefined {
  const shape = path === undefined ? undefined : fileShape?.(path);
  return shape?.kind === 'columns' ? shape.columns : undefined;
}
