import type { CheckedQuery, CheckedSelect, Column } from '../../../lang/check/checked-ast.js';
import { isMeasure } from '../../../lang/check/walk.js';
import { TABLES } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { Header, ResultColumn } from '../../formats/sink.js';
import type { QueryContext } from '../context.js';
import { historyColumns, isInHistory } from './history/history-rows.js';
import { settingColumns } from './settings/setting-rows.js';

type Place = Pick<QueryContext, 'place'>;

/** The header of a query's result, for the sink. */
export function headerOf(query: CheckedQuery, session: Place): Header {
  if (query.kind === 'select') return headerOfSelect(query, session);
  const { columns } = query;
  return { ...headerOf(query.left, session), ...(columns ? { columns } : {}) };
}

function headerOfSelect(select: CheckedSelect, session: Place): Header {
  const { from, place } = select;
  const columns = select.columns?.map(column => resultColumn(column, select.grouping !== undefined));
  if (from.kind === 'query') {
    const header = headerOf(from.query, session);
    return columns ? { ...header, columns } : header;
  }
  if (from.kind === 'result') return { table: from.table, ...(columns ? { columns } : {}) };
  const spans = from.kind === 'table' ? capabilitiesOf(place ?? session.place).spans : undefined;
  const all =
    from.table === 'sysctl'
      ? settingColumns(spans)
      : isInHistory({ from, place }, session.place)
        ? historyColumns()
        : undefined;
  const shown = columns ?? all?.map(({ name, expr }) => ({ name, type: expr.type }));
  return {
    table: TABLES[from.table].name,
    ...(spans ? { spans } : {}),
    ...(from.kind === 'file' ? { fromFile: true } : {}),
    ...(shown ? { columns: shown } : {}),
  };
}

const resultColumn = (column: Column, isGrouped: boolean): ResultColumn => ({
  name: column.name,
  type: column.expr.type,
  ...(column.text === undefined ? {} : { text: column.text }),
  ...(column.alert === undefined ? {} : { alert: column.alert }),
  ...(isGrouped && isMeasure(column) && column.alert === undefined ? { isMeasure: true } : {}),
});
