import { runGet } from '../../engine/change/get.js';
import { runZero } from '../../engine/change/zero.js';
import type { CheckedSelect } from '../../lang/checked/ast.js';
import type { CheckedGet } from '../../lang/checked/statements.js';
import type { StatementContext } from '../session/session.js';
import { reportChange } from './changes/change-report.js';
import { ProgressLine } from './changes/progress-line.js';
import { type ChangeStatement, runChange } from './changes/run-change.js';
import { resultShape, withSink } from './results/results.js';

/** Runs a statement that changes entries, or a get. @throws CtqError */
export async function change(statement: ChangeStatement | CheckedGet, run: StatementContext): Promise<void> {
  if (statement.kind !== 'get') return runChange(statement, run);
  const shape = resultShape(statement, statement.table);
  const get = run.shell.setting('dry_run') === true ? { ...statement, zero: false } : statement;
  await withSink(statement.output, run, shape, sink => runGet(get, sink, run.session));
}

/** `select … zero`. */
export async function zero(statement: CheckedSelect, run: StatementContext): Promise<void> {
  const { shell, session } = run;
  const line = new ProgressLine(shell.io.stderr);
  const dryRun = shell.setting('dry_run') === true;
  const { stopOnError } = shell.options;
  const summary = await withSink(statement.output, run, resultShape(statement, statement.from.table), async sink => {
    try {
      return await runZero(statement, sink, session, { dryRun, stopOnError, progress: each => line.show(each) });
    } finally {
      line.clear();
    }
  });
  reportChange(summary, run, dryRun ? 'dry run: nothing was zeroed' : undefined);
}
