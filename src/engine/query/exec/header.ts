import { settingColumns } from '../../../lang/check/query/setting-columns.js';
import type { CheckedQuery, CheckedSelect, Column } from '../../../lang/checked/ast.js';
import { sourcesOf } from '../../../lang/checked/selects.js';
import { isMeasure } from '../../../lang/checked/walk.js';
import { TABLES } from '../../../lang/schema/catalogue.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import type { Header, ResultColumn } from '../../formats/sink.js';
import type { QueryContext } from '../context.js';
import { historyColumns, isInHistory } from './history/history-rows.js';

type Place = Pick<QueryContext, 'place'>;

/** The header of a query's result, for the sink. */
export function headerOf(query: CheckedQuery, session: Place): Header {
  if (query.kind === 'select') return headerOfSelect(query, session);
  const { columns } = query;
  return { ...headerOf(query.left, session), ...(columns ? { columns } : {}) };
}

/** Fields of a whole entry of the history that a narrow table leaves out, first those that say least. */
const SPARE = ['reply.src', 'reply.sport', 'packets', 'start', 'reply.dport', 'reply.dst', 'gateway', 'bytes'];

const columnOf = ({ name, expr }: Column): ResultColumn => ({ name, type: expr.type });
const spareOf = (name: string): Pick<ResultColumn, 'spare'> =>
  SPARE.includes(name) ? { spare: SPARE.indexOf(name) } : {};

function headerOfSelect(select: CheckedSelect, session: Place): Header {
  const { from, place } = select;
  const columns = select.columns?.map(column => {
    const cells = sourcesOf(select, column.expr);
    return { ...resultColumn(column, select.grouping !== undefined), ...(cells ? { cells } : {}) };
  });
  if (from.kind === 'query') {
    const header = headerOf(from.query, session);
    return columns ? { ...header, columns } : header;
  }
  if (from.kind === 'result') return { table: from.table, ...(columns ? { columns } : {}) };
  const spans = from.kind === 'table' ? capabilitiesOf(place ?? session.place).spans : undefined;
  const all =
    from.table === 'sysctl'
      ? settingColumns(spans).map(columnOf)
      : isInHistory({ from, place }, session.place)
        ? historyColumns().map(column => ({ ...columnOf(column), ...spareOf(column.name) }))
        : undefined;
  const shown = columns ?? all;
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
