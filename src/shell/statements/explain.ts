import { isExplainable, runExplainChange } from '../../engine/mutate/explain-change.js';
import { runExplain } from '../../engine/query/explain.js';
import type { CheckedExplain } from '../../lang/typed.js';
import type { Run } from '../shell.js';
import { withSink } from './results.js';

export async function explain(statement: CheckedExplain, run: Run): Promise<void> {
  if (isExplainable(statement.statement))
    await withSink({ modifiers: [] }, run, false, async sink => runExplainChange(statement, sink, run.session));
  else await withSink({ modifiers: [] }, run, false, sink => runExplain(statement, sink, run.session));
}
