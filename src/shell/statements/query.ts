import type { QuerySummary } from '../../engine/query/context.js';
import { runQuery } from '../../engine/query/exec/select.js';
import type { CheckedQuery, CheckedSelect } from '../../lang/check/checked-ast.js';
import type { Run } from '../session/session.js';
import { withSink } from './results.js';

const leftmost = (query: CheckedQuery): CheckedSelect => (query.kind === 'select' ? query : leftmost(query.left));

/** Whether a query's result is whole entries, which conntrack(8)'s formats can show. */
export function givesEntries(query: CheckedQuery): boolean {
  const { columns, from } = leftmost(query);
  return columns === undefined && from.table !== 'sysctl';
}

export async function query(statement: CheckedQuery, run: Run): Promise<void> {
  const summary = await withSink(statement.output, run, givesEntries(statement), sink =>
    runQuery(statement, sink, run.session),
  );
  tellRows(summary, run);
}

function tellRows({ rows, read }: QuerySummary, { shell }: Run): void {
  if (shell.setting('timing') !== true) return;
  shell.note(`${rows} ${rows === 1 ? 'row' : 'rows'}${read === rows || read === 0 ? '' : ` of ${read} read`}`);
}
