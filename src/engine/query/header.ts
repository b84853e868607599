import { TABLES } from '../../lang/catalogue.js';
import type { CheckedSelect, Column } from '../../lang/typed.js';
import type { Session } from './session.js';
import { settingColumns } from './settings.js';
import type { Header } from './sink.js';

/** What the result of a query looks like. */
export function headerOf({ from, columns, place }: CheckedSelect, session: Pick<Session, 'place'>): Header {
  const netns = from.kind === 'table' && (place ?? session.place).kind === 'every_netns';
  const shown: readonly Column[] | undefined = columns ?? (from.table === 'sysctl' ? settingColumns(netns) : undefined);
  return {
    table: TABLES[from.table].name,
    ...(netns ? { netns } : {}),
    ...(shown ? { columns: shown.map(({ name, expr }) => ({ name, type: expr.type })) } : {}),
  };
}
