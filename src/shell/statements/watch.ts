import { runWatch } from '../../engine/watch/watch.js';
import type { CheckedSelect, CheckedWatch } from '../../lang/typed.js';
import type { Run } from '../shell.js';
import { withSink } from './results.js';

export async function watch(statement: CheckedWatch, run: Run): Promise<void> {
  await withSink(statement.output, run, statement.columns === undefined, async sink => {
    await runWatch(statement, sink, run.session, {});
  });
}

export async function repeat(statement: CheckedSelect, run: Run): Promise<void> {
  const { query } = await import('./query.js');
  await query(statement, run);
}
