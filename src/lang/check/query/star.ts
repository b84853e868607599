/** The columns that `*` means where rows are joined: those of an entry, and those of what is joined to it. */

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

/** The columns of `select *` with a join, at the place of the star. */
export function starColumns(
  star: Projection,
  scope: Scope,
  environment: Environment,
  diagnostics: Diagnostics,
): StarColumn[] {
  const { start, end } = star;
  const own =
    (scope.data ? columnsOfFile(scope, environment) : undefined) ??
    scope.columns ??
    (scope.table ? fieldNames(scope.table, scope.inHistory === true) : []);
  const joined = scope.joins.flatMap(join => {
    const names = join.names ?? (join.table ? fieldNames(join.table, false) : columnsOfFile(join, environment));
    if (names === undefined)
      diagnostics.warning(
        'clause',
        star,
        `the columns of '${join.path}' are not known: * has none of them`,
        `name them: ${join.alias}.…`,
      );
    return (names ?? []).map(name => `${join.alias}.${name}`);
  });
  return [...own, ...joined].map(name => ({
    expr: { kind: 'name', text: name, start, end },
    title: name,
    start,
    end,
  }));
}

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
