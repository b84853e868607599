import type { QuerySummary } from '../../engine/query/context.js';
import { runQuery } from '../../engine/query/exec/select.js';
import { isInHistory } from '../../engine/query/exec/history/history-rows.js';
import type { CheckedQuery } from '../../lang/check/checked-ast.js';
import { leftmost } from '../../lang/check/selects.js';
import type { ResultShape } from '../../lang/schema/formats.js';
import type { StatementContext } from '../session/session.js';
import { resultShape, withSink } from './results.js';

export function queryShape(query: CheckedQuery, { session }: StatementContext): ResultShape {
  const select = leftmost(query);
  return { ...resultShape(select, select.from.table), inHistory: isInHistory(select, session.place) };
}

export async function query(statement: CheckedQuery, run: StatementContext): Promise<void> {
  const summary = await withSink(statement.output, run, queryShape(statement, run), sink =>
    runQuery(statement, sink, run.session),
  );
  noteRows(summary, run);
}

function noteRows({ rows, read }: QuerySummary, { shell }: StatementContext): void {
  if (shell.setting('timing') !== true) return;
  shell.messages.note(`${rows} ${rows === 1 ? 'row' : 'rows'}${read === rows || read === 0 ? '' : ` of ${read} read`}`);
}
