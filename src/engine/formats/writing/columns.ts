/** The columns of whole entries, for formats of columns. */

import { type Field, TABLES, type TableId } from '../../../lang/schema/catalogue.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Value } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Log } from '../sink.js';

export interface EntryColumn {
  readonly name: string;
  readonly type: Type;
  readonly read: (view: MessageView) => Value;
}

const typeOf = (field: Field): Type => ({
  name: field.type,
  ...(field.vocabulary === undefined ? {} : { vocabulary: field.vocabulary }),
  ...(field.flags === undefined ? {} : { flags: field.flags }),
});

/** One field as a column. */
export function entryColumn(table: TableId, name: string): EntryColumn {
  const fields: Readonly<Record<string, Field>> = TABLES[table].fields;
  return { name, type: typeOf(fields[name]), read: readerOf(table, name) };
}

/** Every field of an entry: no aliases, no name for several fields. */
function fieldsOf(table: TableId, events: boolean): [string, Field][] {
  const fields: [string, Field][] = Object.entries(TABLES[table].fields);
  return fields.filter(
    ([, field]) =>
      field.alias === undefined &&
      field.anyOf === undefined &&
      field.external === undefined &&
      (events || field.watchOnly === undefined),
  );
}

const columnsOf = (table: TableId, fields: readonly [string, Field][]): EntryColumn[] =>
  fields.map(([name, field]) => ({ name, type: typeOf(field), read: readerOf(table, name) }));

/** What csv, tsv and tables show of an entry: the fields that are not rare. */
export const commonColumns = (table: TableId, events: boolean): EntryColumn[] =>
  columnsOf(
    table,
    fieldsOf(table, events).filter(([, field]) => field.rare === undefined),
  );

/** The columns of a result's entries: those of a watch and of a log have the event in front. */
export const columnsOfEntries = ({ table, events = false, log }: Header): EntryColumn[] => [
  ...namesOfLog(table, events ? { hasTimes: true } : log).map(name => entryColumn(table, name)),
  ...commonColumns(table, false),
];

/** All fields. */
export const allColumns = (table: TableId, events: boolean): EntryColumn[] => columnsOf(table, fieldsOf(table, events));

/** What entries of a log have besides those of a snapshot. */
const namesOfLog = (table: TableId, log: Log | undefined): string[] =>
  log === undefined
    ? []
    : ['event', ...(log.hasTimes ? ['event_time'] : [])].filter(name => Object.hasOwn(TABLES[table].fields, name));

/** The table that an entry is of: a watch on both tables gives entries of both. */
export const tableOfEntry = (view: MessageView, table: TableId): TableId =>
  table === 'expect_stats' || view.isExpectation === (table === 'expect')
    ? table
    : view.isExpectation
      ? 'expect'
      : 'conntrack';
