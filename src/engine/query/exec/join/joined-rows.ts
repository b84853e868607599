import type { CheckedJoin, FieldNode } from '../../../../lang/check/checked-ast.js';
import type { Getter } from '../../../../lang/evaluate/evaluate.js';
import { readerOf } from '../../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import { CtqError } from '../../../errors.js';
import { type DataRow, readDataFile } from '../../../sources/data-file/data-file.js';
import type { SettingRow } from '../../../sources/sysctl/sysctl.js';
import { settingField } from '../settings/setting-rows.js';
import { valueOfCell } from './data-cell.js';

/** A row of a table that is joined: a data file's cells, an entry, or a setting. */
export type JoinedRow = DataRow | MessageView | SettingRow;

/** The rows of a kernel's table that is joined, each with its context. */
export type ReadTable = (join: CheckedJoin) => Promise<readonly (MessageView | SettingRow)[]>;

/** All rows of what is joined. @throws CtqError where it cannot be read, or a file lacks a column */
export async function joinedRows(
  join: CheckedJoin,
  read: ReadTable,
  signal: AbortSignal | undefined,
): Promise<readonly JoinedRow[]> {
  if (join.from.kind !== 'data') return read(join);
  const { path } = join.from;
  const { columns, rows } = await readDataFile(path, { columns: join.columns, signal });
  const missing = rows.length > 0 ? join.columns.find(column => !columns.includes(column)) : undefined;
  if (missing === undefined) return rows;
  throw new CtqError({
    code: 'join-column',
    kind: 'statement',
    message: `${path} has no column '${missing}'`,
    hint: `its columns are ${columns.join(', ')}`,
  });
}

/** How a field of a joined table is read from one of its rows. */
export function joinedField({ from }: CheckedJoin, { name, type }: FieldNode): Getter<JoinedRow> {
  if (from.kind === 'data') return row => valueOfCell((row as DataRow)[name], type);
  if (from.table === 'sysctl') return row => settingField(name)(row as SettingRow);
  const read = readerOf(from.table, name);
  return row => read(row as MessageView);
}
