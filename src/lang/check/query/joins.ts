import type { CheckedJoin, Origin, Place, Typed } from '../../checked/ast.js';
import { walk } from '../../checked/walk.js';
import { fieldOf, TABLES } from '../../schema/catalogue.js';
import type { FileShape } from '../../schema/environment.js';
import type { Join, TableRef } from '../../syntax/ast.js';
import { checkAvailable } from '../clauses/availability.js';
import { isEmptyPath } from '../clauses/places.js';
import type { CheckContext, From, JoinScope, Scope } from '../scope.js';
import type { SelectClauseChecker } from './clauses.js';
import { withFilename } from './data-files.js';

/** What checks joins: it knows what a query can read. */
export interface JoinChecker extends SelectClauseChecker {
  readonly context: CheckContext;
  origin(ref: TableRef): From | undefined;
}

/** A join with the names that it adds. */
export interface ScopedJoin {
  readonly scope: JoinScope;
  /** The join, once all clauses have been checked: it has the columns that they use. */
  checked(): CheckedJoin;
}

/** The tables and files that are joined to what a query reads. */
export function checkJoins(
  checker: JoinChecker,
  joins: readonly Join[],
  { origin: read, table, name, columns, data, missing, inFile }: From,
  place: Place | undefined,
): ScopedJoin[] {
  const scopes: JoinScope[] = [];
  return joins.flatMap(written => {
    const join = { ...written, table: ofEntries(checker.context, written.table) };
    if (join.table.kind === 'file' && isEmptyPath(join.table, join.table.path, checker.diagnostics)) return [];
    const isFile = join.table.kind === 'file';
    const found = isFile ? undefined : checker.origin(join.table);
    if (!isFile && !found) return [];
    const alias = join.table.alias?.text ?? nameOfTable(join.table);
    if (alias === undefined) {
      checker.diagnostics.error(
        'missing',
        join.table,
        'a select in join requires a name',
        'write: join (select …) as x on …',
      );
      return [];
    }
    const scope: JoinScope = {
      alias,
      used: new Set(),
      ...(found?.inFile ? { inFile: true } : {}),
      ...(found ? { table: found.table, ...(found.columns ? { names: found.columns } : {}) } : {}),
      ...(join.table.kind === 'file' ? fileScope(checker.context, join.table.path) : {}),
    };
    scopes.push(scope);
    const origin: Origin | undefined = found?.origin;
    if (origin?.kind === 'table') checkAvailable(checker, origin.table, 'join', place, join.table);
    if (!join.on && !(table.name === 'expect' && found?.table.name === 'conntrack')) {
      checker.diagnostics.error(
        'clause',
        join,
        'join requires an on condition',
        `write: join ${isFile ? `'${(join.table as { path: string }).path}'` : alias} on src = ${alias}.…; cross join has no condition`,
      );
    }
    const on =
      join.on &&
      checker
        .expressions({
          table,
          tableName: name,
          watch: false,
          inFile,
          joins: scopes,
          ...pathOf(read),
          ...(columns ? { columns } : {}),
          ...(data ? { data } : {}),
          ...(missing ? { missing } : {}),
        })
        .condition(join.on);
    if (join.on && on) checkUsed(checker, join, on, scopes.length - 1, scope);
    return [
      {
        scope,
        checked: () => ({
          from: origin ?? { kind: 'data', path: (join.table as { path: string }).path },
          alias,
          on,
          outer: join.outer,
          columns: [...scope.used],
        }),
      },
    ];
  });
}

/** A file of entries is joined as a select of them. */
function ofEntries({ environment }: CheckContext, ref: TableRef): TableRef {
  if (ref.kind !== 'file' || !holdsEntries(environment.fileShape?.(ref.path))) return ref;
  const { start, end } = ref;
  const alias = ref.alias ?? { text: baseName(ref.path), start, end };
  return { kind: 'query', query: { ...WHOLE, from: { ...ref, alias }, start, end }, alias, start, end };
}

/** A file in no format of columns holds entries; so does one of the columns of flows, unless it has others as well: these would be lost. */
const holdsEntries = (shape: FileShape | undefined): boolean =>
  shape?.kind === 'other' ||
  (shape?.kind === 'columns' &&
    shape.mayHoldFlows &&
    shape.columns.every(column => fieldOf(TABLES.conntrack, column) !== undefined));

const WHOLE = {
  kind: 'select',
  distinct: false,
  projection: [],
  joins: [],
  groupBy: [],
  orderBy: [],
  zero: false,
} as const;

/** The path of a file that is read. */
export const pathOf = (origin: Origin): Pick<Scope, 'path'> =>
  origin.kind === 'file' || origin.kind === 'data' ? { path: origin.path } : {};

function fileScope({ environment }: CheckContext, path: string): Pick<JoinScope, 'path' | 'columns'> {
  const shape = environment.fileShape?.(path);
  return { path, ...(shape?.kind === 'columns' ? { columns: withFilename(shape.columns) } : {}) };
}

/**
 * A condition that does not use the joined table is one for all of its rows or none. Where that table has the names as well, it was meant
 * otherwise.
 */
function checkUsed(
  checker: JoinChecker,
  join: Join,
  on: Typed,
  index: number,
  { alias, table, columns = [] }: JoinScope,
): void {
  let isUsed = false;
  let meant: string | undefined;
  walk(on, each => {
    if (each.kind !== 'field') return;
    isUsed ||= each.join === index;
    if (table ? fieldOf(table, each.name) !== undefined : columns.includes(each.name)) meant = each.name;
  });
  if (isUsed || meant === undefined) return;
  const hint = `a name without a table is not of the joined one: write ${alias}.${meant}`;
  checker.diagnostics.error('missing', join.on!, `the condition of the join does not use ${alias}`, hint);
}

/** The name of a table, or of the file without its folder and ending; a select has none. */
function nameOfTable(ref: TableRef): string | undefined {
  return ref.kind === 'file' ? baseName(ref.path) : ref.kind === 'table' ? ref.name.text : undefined;
}

/** What a joined file is called: `lists/hosts.csv.gz` → `hosts`. */
export const baseName = (path: string): string => (path.split('/').at(-1) as string).split('.')[0];
