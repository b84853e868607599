import type { Sink } from '../../engine/formats/sink.js';
import type { QueryContext, QuerySummary } from '../../engine/query/context.js';
import { isInHistory } from '../../engine/query/exec/history/history-rows.js';
import { runQuery } from '../../engine/query/exec/select.js';
import type { CheckedOutput, CheckedQuery } from '../../lang/checked/ast.js';
import { leftmost } from '../../lang/checked/selects.js';
import type { ResultShape } from '../../lang/schema/formats/formats.js';
import type { StatementContext } from '../session/session.js';
import { Keeper } from '../session/state/last-result.js';
import { FirstRows } from './results/first-rows.js';
import { ReadingLine } from './results/reading-line.js';
import { resultShape, withSink } from './results/results.js';

/** What the format of a query's result must know of it. */
export function queryShape(query: CheckedQuery, { session }: StatementContext): ResultShape {
  const select = leftmost(query);
  return { ...resultShape(select, select.from.table), inHistory: isInHistory(select, session.place) };
}

/** Runs a select, or one that repeats, and shows its result. @throws CtqError */
export async function query(statement: CheckedQuery, run: StatementContext): Promise<void> {
  const { shell } = run;
  const { from, joins, place } = leftmost(statement);
  // Of a select in `from`, or of a joined table, it is not known how much will be read.
  const isTable = from.kind === 'table' && joins.length === 0;
  const reading = new ReadingLine(shell, isTable ? (place ?? run.session.place) : undefined);
  let kept: Keeper | undefined;
  const session: QueryContext = {
    ...run.session,
    readCount: reading.count,
    unread: message => kept?.miss(message),
  };
  let leftOut: readonly string[] = [];
  const keeper = (sink: Sink): Sink => {
    if (!shell.survives && !shell.queries.isLastUsed) return sink;
    kept = new Keeper(sink);
    return kept;
  };
  try {
    const result = await withSink(
      statement.output,
      run,
      queryShape(statement, run),
      async sink => {
        const rows = sink.isTerminal && !sink.isState ? Number(shell.setting('rows')) : 0;
        const target = keeper(sink);
        shell.replacesFile = sink.replacesFile;
        if (rows === 0 || hasLimit(statement)) {
          const summary = await runQuery(statement, target, session);
          return { summary };
        }
        const first = new FirstRows(target, rows);
        const summary = await runQuery(withLimit(statement, rows + 1), first, session);
        return { summary, first };
      },
      {
        written: () => reading.end(),
        leftOut: titles => {
          leftOut = titles;
        },
      },
    );
    reading.end();
    const { first } = result;
    const last = kept?.result(first?.isCut ? first.limit : undefined);
    if (last) shell.queries.last = last;
    noteRows(result.summary, result.first, leftOut, statement.output, run);
  } finally {
    reading.end();
  }
}

const hasLimit = (query: CheckedQuery): boolean => query.kind === 'select' && query.limit !== undefined;

/** One row more than is shown, to know whether there are more. */
const withLimit = (query: CheckedQuery, limit: number): CheckedQuery =>
  query.kind === 'select' ? { ...query, limit } : query;

function noteRows(
  { rows, read }: QuerySummary,
  first: FirstRows | undefined,
  leftOut: readonly string[],
  output: CheckedOutput,
  { shell }: StatementContext,
): void {
  if (first?.isCut)
    shell.messages.note(`the first ${first.limit} rows are shown; 'set rows = 0' or a limit shows more`);
  const omitted = leftOut.length === 0 ? '' : `no room for ${leftOut.join(', ')}`;
  if (shell.setting('timing') !== true) {
    if (omitted !== '') shell.messages.note(`${omitted}; 'output vertical' shows all`);
    return;
  }
  const shown = first?.isCut ? first.limit : rows;
  const path = output.file ?? shell.results.path;
  const where = path === undefined ? '' : ` written to ${path}`;
  // A join makes more rows than it reads.
  const ofRead = read === rows || read === 0 ? '' : ` ${read > rows ? 'of' : 'from'} ${read} read`;
  shell.messages.note(
    `${shown} ${shown === 1 ? 'row' : 'rows'}${where}${ofRead}${omitted === '' ? '' : `; ${omitted}`}`,
  );
}
