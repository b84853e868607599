import type { CheckedSelect, Column } from '../../../lang/check/checked-ast.js';
import { isMeasure } from '../../../lang/check/walk.js';
import { TABLES } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { Header, ResultColumn } from '../../formats/sink.js';
import type { QueryContext } from '../context.js';
import { settingColumns } from './settings/setting-rows.js';

/** The header of a query's result, for the sink. */
export function headerOf(
  { from, columns, place, grouping }: CheckedSelect,
  session: Pick<QueryContext, 'place'>,
): Header {
  const isGrouped = grouping !== undefined;
  const netns = from.kind === 'table' && capabilitiesOf(place ?? session.place).spansNamespaces;
  const resultColumns: readonly Column[] | undefined =
    columns ?? (from.table === 'sysctl' ? settingColumns(netns) : undefined);
  return {
    table: TABLES[from.table].name,
    ...(netns ? { netns } : {}),
    ...(from.kind === 'file' ? { fromFile: true } : {}),
    ...(resultColumns ? { columns: resultColumns.map(column => resultColumn(column, isGrouped)) } : {}),
  };
}

const resultColumn = (column: Column, isGrouped: boolean): ResultColumn => ({
  name: column.name,
  type: column.expr.type,
  ...(column.text === undefined ? {} : { text: column.text }),
  ...(isGrouped && isMeasure(column) ? { isMeasure: true } : {}),
});
