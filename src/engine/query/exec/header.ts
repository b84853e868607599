import type { CheckedSelect, Column } from '../../../lang/check/checked-ast.js';
import { TABLES } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { Header } from '../../formats/sink.js';
import type { QueryContext } from '../context.js';
import { historyColumns, isInHistory } from './history/history-rows.js';
import { settingColumns } from './settings/setting-rows.js';

/** The header of a query's result, for the sink. */
export function headerOf({ from, columns, place }: CheckedSelect, session: Pick<QueryContext, 'place'>): Header {
  const netns = from.kind === 'table' && capabilitiesOf(place ?? session.place).spansNamespaces;
  const resultColumns: readonly Column[] | undefined =
    columns ??
    (from.table === 'sysctl'
      ? settingColumns(netns)
      : isInHistory({ from, place }, session.place)
        ? historyColumns()
        : undefined);
  return {
    table: TABLES[from.table].name,
    ...(netns ? { netns } : {}),
    ...(from.kind === 'file' ? { fromFile: true } : {}),
    ...(resultColumns ? { columns: resultColumns.map(({ name, expr }) => ({ name, type: expr.type })) } : {}),
  };
}
