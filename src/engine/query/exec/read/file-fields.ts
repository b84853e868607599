import { exactText } from '../../../../lang/conversion/exact-text.js';
import { typeOfCells } from '../../../../lang/evaluate/cells.js';
import { TABLES } from '../../../../lang/schema/catalogue.js';
import { integer } from '../../../../lang/values/value.js';
import { contextAt } from '../../../ctnetlink/row-context.js';
import { MessageView } from '../../../ctnetlink/view/view.js';
import { allColumns, type EntryColumn } from '../../../formats/writing/columns.js';
import { readDataFile } from '../../../sources/data-file/data-file.js';
import type { DataRow } from '../../../sources/data-file/gathering.js';
import { nextMessage, tableAt } from '../../../sources/snapshot/table-messages.js';
import type { QueryContext } from '../../context.js';

/** A field of a file. */
export interface FileField {
  readonly name: string;
  readonly type: string;
  /** Its first value. */
  readonly example: string;
}

export interface FileFields {
  readonly fields: readonly FileField[];
  /** What the file holds, in words. */
  readonly summary: string;
}

/** Entries and rows that are looked at. */
const MAX = 10_000;

/**
 * What a query can use of a file: the columns of a table of columns, or those fields of its table that its entries have.
 * @throws CtqError if the file cannot be read
 */
export async function fieldsOfFile(path: string, session: QueryContext): Promise<FileFields> {
  const shape = session.environment.fileShape?.(path);
  return shape?.kind === 'columns' && !shape.mayHoldFlows ? ofColumns(path, session) : ofEntries(path, session);
}

// ---------------------------------------------------------------- a table of columns

async function ofColumns(path: string, { signal, stdin, environment }: QueryContext): Promise<FileFields> {
  const { columns, rows } = await readDataFile(path, { signal, stdin });
  const fields = columns.map((name): FileField => {
    const cells = cellsOf(rows, name);
    return { name, type: typeOfCells(cells, environment), example: cells[0] ?? '' };
  });
  return { fields, summary: counted(rows.length, 'row', 'rows') };
}

const cellsOf = (rows: readonly DataRow[], name: string): string[] =>
  rows.slice(0, MAX).flatMap(row => row[name] || []);

// ---------------------------------------------------------------- entries

async function ofEntries(path: string, session: QueryContext): Promise<FileFields> {
  const { environment } = session;
  const rows = session.snapshot(path, 'all');
  const view = new MessageView();
  view.context = contextAt(integer(environment.now()));
  const found = new Map<string, FileField>();
  let missing: EntryColumn[] | undefined;
  let entries = 0;
  for await (const { bytes } of rows) {
    const { table } = rows;
    missing ??= allColumns(table, false);
    for (let at = 0; at < bytes.length && entries < MAX; at = nextMessage(bytes, at)) {
      if (tableAt(bytes, at) !== table) continue;
      entries++;
      view.set(bytes, at);
      missing = missing.filter(({ name, type, read }) => {
        const value = read(view);
        if (value === null) return true;
        found.set(name, { name, type: type.name, example: exactText(value, type, environment) });
        return false;
      });
    }
    if (entries >= MAX) break;
  }
  const names = Object.keys(TABLES[rows.table].fields);
  const fields = names.flatMap(name => found.get(name) ?? []);
  const first = entries >= MAX ? 'the first ' : '';
  return { fields, summary: `fields of ${rows.table}, in ${first}${counted(entries, 'entry', 'entries')}` };
}

const counted = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`;
