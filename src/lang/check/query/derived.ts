import type { CheckedQuery, Column, Origin, ResultColumn } from '../../checked/ast.js';
import { leftmost, resultColumns } from '../../checked/selects.js';
import type { Span } from '../../diagnostics/span.js';
import { type Field, TABLES, type Table } from '../../schema/catalogue.js';
import { capabilitiesOf } from '../../schema/places.js';
import type { QueryTable, TableName } from '../../syntax/ast.js';
import type { From, Queries } from '../scope.js';
import { settingColumns } from './setting-columns.js';

/** `from (select …) as NAME`. */
export function derivedFrom(checker: Queries, { query, alias, start, end }: QueryTable): From | undefined {
  const checked = checker.query(query);
  if (!checked || !checker.isPlain(checked, { start, end }, 'a select in from')) return undefined;
  return fromQuery(checker, checked, alias?.text ?? '', { start, end });
}

/** The rows of a checked query as a table of the given name, which may be empty. */
export function fromQuery(checker: Queries, given: CheckedQuery, alias: string, span: Span): From | undefined {
  const query = withSettingColumns(given);
  const { from } = leftmost(query);
  const columns = resultColumns(query);
  const name = alias === '' ? 'the select' : alias;
  if (!columns) {
    const inFile = from.kind === 'file';
    return {
      origin: { kind: 'query', table: from.table, query, name: alias },
      table: TABLES[from.table],
      name,
      inFile,
    };
  }
  const names = columns.map(column => column.name.toLowerCase());
  const twice = names.find((each, i) => names.indexOf(each) < i);
  if (twice !== undefined) {
    checker.diagnostics.error(
      'clause',
      span,
      `duplicate column '${twice}' in a select in from`,
      'rename one of them with as',
    );
    return undefined;
  }
  const fields = Object.fromEntries(columns.map((column, i) => [names[i], fieldOfColumn(query, column, i)]));
  const table: Table = {
    name: from.table,
    doc: 'the rows of a select',
    fields,
    operations: ['select'],
    rows: ['row', 'rows'],
  };
  return {
    origin: { kind: 'query', table: from.table, query, name: alias, columns },
    table,
    name,
    columns: columns.map(column => column.name),
    all: columns.map(allColumn),
  };
}

/** The entries of `sysctl` are rows of columns. */
function withSettingColumns(query: CheckedQuery): CheckedQuery {
  if (query.kind === 'compound') {
    if (query.columns || leftmost(query).from.table !== 'sysctl') return query;
    const [left, right] = [withSettingColumns(query.left), withSettingColumns(query.right) as typeof query.right];
    const columns = resultColumns(left);
    return { ...query, left, right, ...(columns ? { columns } : {}) };
  }
  if (query.columns || query.from.kind === 'query' || query.from.table !== 'sysctl') return query;
  return { ...query, columns: settingColumns(query.place && capabilitiesOf(query.place).spans) };
}

/** A column that is a field keeps what is known of the field: its range, and whether it has bits. */
function fieldOfColumn(query: CheckedQuery, { type, cells }: ResultColumn, index: number): Field {
  const { from, columns } = leftmost(query);
  const expr = columns?.[index]?.expr;
  const fields: Readonly<Record<string, Field>> =
    from.kind === 'query' && from.columns ? {} : TABLES[from.table].fields;
  const own = expr?.kind === 'field' && expr.join === undefined ? fields[expr.name] : undefined;
  return {
    type: type.name,
    doc: own?.doc ?? 'a column of the select',
    ...(type.vocabulary ? { vocabulary: type.vocabulary } : {}),
    ...(type.flags ? { flags: type.flags } : {}),
    ...(type.isCell ? { isCell: true } : {}),
    ...(cells ? { cells } : {}),
    ...(own?.max !== undefined && own.type === type.name ? { max: own.max } : {}),
    ...(own?.bits ? { bits: own.bits } : {}),
  };
}

/** `from _`: the rows of the last result. */
export function fromLastResult({ context, diagnostics }: Queries, { name, alias }: TableName): From | undefined {
  const result = context.queries?.lastResult?.();
  if (!result || result.tooLarge) {
    const message = result?.tooLarge
      ? `the last result was not kept: it has more than ${result.tooLarge.most} rows`
      : 'no last result';
    const hint = result
      ? "select fewer rows, or with a limit; a file can hold all: output save to 'x.save'"
      : '_ means the rows of the select before';
    diagnostics.error('name.table', name, message, hint);
    return undefined;
  }
  const { table, columns } = result;
  const origin: Origin = { kind: 'result', table, ...(columns ? { columns } : {}) };
  const shown = alias?.text ?? '_';
  if (!columns) return { origin, table: TABLES[table], name: shown, inFile: true };
  const fields = Object.fromEntries(columns.map(column => [column.name.toLowerCase(), plainField(column)]));
  return {
    origin,
    table: { name: table, doc: 'the last result', fields, operations: ['select'], rows: ['row', 'rows'] },
    name: shown,
    columns: columns.map(column => column.name),
    all: columns.map(allColumn),
  };
}

const plainField = ({ type, cells }: ResultColumn): Field => ({
  type: type.name,
  doc: 'a column of the last result',
  ...(type.vocabulary ? { vocabulary: type.vocabulary } : {}),
  ...(type.flags ? { flags: type.flags } : {}),
  ...(type.isCell ? { isCell: true } : {}),
  ...(cells ? { cells } : {}),
});

/** A column as `*` means it. */
const allColumn = ({ name, type }: ResultColumn): Column => ({
  name,
  expr: { kind: 'field', name: name.toLowerCase(), type },
});
