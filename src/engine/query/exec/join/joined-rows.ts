import type { CheckedJoin, FieldNode } from '../../../../lang/checked/ast.js';
import type { Getter } from '../../../../lang/values/value.js';
import { readerOf } from '../../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import { CtqError } from '../../../errors.js';
import type { DataRow } from '../../../sources/data-file/gathering.js';
import { nameOf } from '../../../sources/standard-input.js';
import type { SettingRow } from '../../../sources/sysctl/sysctl.js';
import type { QueryContext } from '../../context.js';
import { columnOf, type DerivedRow } from '../derived-row.js';
import type { Cells } from '../read/cells.js';
import { settingField } from '../read/setting-rows.js';

/** A row of a joined table: cells of a data file, an entry, a setting, or the values of a select. */
export type JoinedRow = DataRow | MessageView | SettingRow | DerivedRow;

/** Reads the rows of a joined table of the kernel, each with its context. */
export type ReadTable = (join: CheckedJoin) => Promise<readonly (MessageView | SettingRow | DerivedRow)[]>;

/** All rows of a joined table. @throws CtqError if it cannot be read, or if a file lacks a column */
export async function joinedRows(
  join: CheckedJoin,
  read: ReadTable,
  {
    signal,
    stdin,
    warn,
    note,
    unread,
    guard,
  }: Pick<QueryContext, 'signal' | 'stdin' | 'warn' | 'note' | 'unread' | 'guard'>,
): Promise<readonly JoinedRow[]> {
  if (join.from.kind !== 'data') return read(join);
  const { path } = join.from;
  const ofEntries = `entries are joined as a select: join (select … from '${path}') as ${join.alias}`;
  const hasLines = guard !== undefined;
  const options = { columns: join.columns, ofEntries, signal, stdin, warn, note, unread, hasLines };
  const { readDataFile } = await import('../../../sources/data-file/data-file.js');
  const { columns, rows } = await readDataFile(path, options);
  const missing = rows.length > 0 ? join.columns.find(column => !columns.includes(column)) : undefined;
  if (missing === undefined) return rows;
  throw new CtqError({
    code: 'join-column',
    kind: 'statement',
    message: `${nameOf(path)} has no column '${missing}'`,
    hint: `columns: ${columns.join(', ')}`,
  });
}

/** The getter of a field of a joined table. */
export function joinedField({ from }: CheckedJoin, field: FieldNode, cells: Cells): Getter<JoinedRow> {
  const { name } = field;
  if (from.kind === 'data') return cells.reader(from.path, field) as Getter<JoinedRow>;
  if ((from.kind === 'query' || from.kind === 'result') && from.columns) {
    const read = columnOf(from, name);
    return row => read(row as DerivedRow);
  }
  if (from.table === 'sysctl') return row => settingField(name)(row as SettingRow);
  const read = readerOf(from.table, name);
  return row => read(row as MessageView);
}
