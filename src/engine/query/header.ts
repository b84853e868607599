import { TABLES } from '../../lang/catalogue.js';
import type { CheckedSelect, Column } from '../../lang/typed.js';
import { settingColumns } from './settings.js';
import type { Header } from './sink.js';

/** What the result of a query looks like. */
export function headerOf({ from, columns }: CheckedSelect): Header {
  const shown: readonly Column[] | undefined = columns ?? (from.table === 'sysctl' ? settingColumns() : undefined);
  return {
    table: TABLES[from.table].name,
    ...(shown ? { columns: shown.map(({ name, expr }) => ({ name, type: expr.type })) } : {}),
  };
}
