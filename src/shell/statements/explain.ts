import { isChange, runExplainChange } from '../../engine/change/explain-change.js';
import { runExplain } from '../../engine/query/explain/explain.js';
import { runExplainWatch } from '../../engine/watch/explain-watch.js';
import { ROWS } from '../../lang/check/clauses/output.js';
import type { CheckedExplain } from '../../lang/checked/statements.js';
import type { StatementContext } from '../session/session.js';
import { withSink } from './results/results.js';
import { watchOptions } from './watch.js';

/** Shows the plan of a statement; with `analyze` also runs it. @throws CtqError */
export async function explain(statement: CheckedExplain, run: StatementContext): Promise<void> {
  if (isChange(statement.statement))
    await withSink({ modifiers: [] }, run, ROWS, async sink => runExplainChange(statement, sink, run.session));
  else if (statement.statement.kind === 'watch') {
    const { statement: watch, analyze } = statement;
    const options = watchOptions(run);
    await withSink({ modifiers: [] }, run, ROWS, sink => runExplainWatch(watch, analyze, sink, run.session, options));
  } else await withSink({ modifiers: [] }, run, ROWS, sink => runExplain(statement, sink, run.session));
}
