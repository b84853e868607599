import type { ChangeOptions } from '../../../engine/change/change-run.js';
import { runDelete } from '../../../engine/change/delete/delete.js';
import { runFlush } from '../../../engine/change/delete/flush.js';
import { runInsert } from '../../../engine/change/insert/insert.js';
import type { ChangeSummary } from '../../../engine/change/summary.js';
import { runUpdate } from '../../../engine/change/update/update.js';
import { isWholeTable } from '../../../engine/change/whole-table.js';
import { CtqError } from '../../../engine/errors.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { CheckedOutput } from '../../../lang/check/checked-ast.js';
import type {
  CheckedDelete,
  CheckedFlush,
  CheckedInsert,
  CheckedUpdate,
} from '../../../lang/check/checked-statements.js';
import { assertNever } from '../../../lang/syntax/ast.js';
import { terminalSize } from '../../display/terminal-size.js';
import { isUnicode } from '../../display/text/locale.js';
import { createSink } from '../../output/create-sink.js';
import { StreamDestination } from '../../output/destination.js';
import type { StatementContext } from '../../session/session.js';
import { withSink } from '../results/results.js';
import { confirm } from './confirm.js';
import { ownConnectionWarning } from './own-connection-warning.js';
import { ProgressLine } from './progress-line.js';
import { intention, reportChange } from './report.js';
import { Sample } from './sample.js';
import { UpdatePreview } from './update-preview.js';

export type ChangeStatement = CheckedInsert | CheckedUpdate | CheckedDelete | CheckedFlush;

function execute(statement: ChangeStatement, session: QueryContext, options: ChangeOptions): Promise<ChangeSummary> {
  switch (statement.kind) {
    case 'insert':
      return runInsert(statement, session, options);
    case 'update':
      return runUpdate(statement, session, options);
    case 'delete':
      return runDelete(statement, session, options);
    case 'flush':
      return runFlush(statement, session, options);
    default:
      return assertNever(statement);
  }
}

/** Runs a change: on a terminal shows what it would affect and asks first; reports what was done. */
export async function runChange(statement: ChangeStatement, run: StatementContext): Promise<void> {
  const { shell, session } = run;
  const { options } = shell;
  if (options.dryRun) return dryRun(statement, run);
  await warnOfOwnConnection(statement, run);
  let total: number | undefined;
  if (mustConfirm(statement, run)) {
    const found = await preview(statement, run);
    const question = `${capital(intention(found, await hitsAll(statement, found, run)))}?`;
    if (found.matched > 0 && !(await confirm(question, shell, session.signal))) {
      session.signal?.throwIfAborted();
      throw new CtqError({ code: 'not-confirmed', kind: 'system', message: 'nothing was changed' });
    }
    total = found.matched;
  }
  const summary = await withProgress(run, total, progress =>
    withOutput(statement, run, sink =>
      execute(statement, session, { sink, stopOnError: options.stopOnError, progress }),
    ),
  );
  reportChange(summary, run);
}

/** Whether a change is of every entry of its table. An insert is of others. */
async function hitsAll(statement: ChangeStatement, found: ChangeSummary, run: StatementContext): Promise<boolean> {
  if (statement.kind === 'insert') return false;
  return statement.kind === 'flush' || isWholeTable(statement, found, run.session);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A change is confirmed on a terminal, not in a script. An insert, which removes nothing, needs no confirmation. */
function mustConfirm({ kind }: ChangeStatement, { shell, origin }: StatementContext): boolean {
  const { stdin, stderr } = shell.io;
  return (
    kind !== 'insert' &&
    stdin.isTTY === true &&
    stderr.isTTY === true &&
    origin.name === undefined &&
    shell.setting('confirm') === true
  );
}

/** Counts the entries that the change would affect, and shows a few of them as a table. */
async function preview(statement: ChangeStatement, run: StatementContext): Promise<ChangeSummary> {
  const { shell, session } = run;
  const sample = new Sample();
  const update = new UpdatePreview(shell.environment, isUnicode(shell.io.env));
  const found = await withProgress(run, undefined, progress =>
    execute(statement, session, {
      sink: sample,
      dryRun: true,
      progress,
      previewed: entry => update.add(entry),
    }),
  );
  session.signal?.throwIfAborted();
  const shown = statement.kind === 'update' ? update : sample;
  if (shown.size > 0) {
    shell.io.stderr.write(`${intention(found)}${found.matched > shown.size ? ', such as' : ''}:\n`);
    await showSample(shown, run);
  }
  return found;
}

async function showSample(sample: Sample | UpdatePreview, { shell }: StatementContext): Promise<void> {
  const { stderr } = shell.io;
  const sink = await createSink(
    { format: 'table', modifiers: [] },
    {
      destination: new StreamDestination(stderr),
      isTTY: stderr.isTTY === true,
      width: stderr.isTTY === true ? terminalSize(stderr).columns : undefined,
      color: shell.color(stderr),
      environment: shell.environment,
      human: true,
    },
  );
  sample.replay(sink);
  await sink.close();
}

/** `--dry-run`: shows all entries if the statement has an `output`, else their number and a few of them. */
async function dryRun(statement: ChangeStatement, run: StatementContext): Promise<void> {
  const { session } = run;
  await warnOfOwnConnection(statement, run);
  const showsAll = statement.kind !== 'flush' && hasOutput(statement.output);
  const found = showsAll
    ? await withOutput(statement, run, sink => execute(statement, session, { sink, dryRun: true }))
    : await preview(statement, run);
  reportChange(found, run, `dry run: would ${intention(found, await hitsAll(statement, found, run))}`);
}

async function warnOfOwnConnection(statement: ChangeStatement, { shell, session }: StatementContext): Promise<void> {
  if (statement.kind === 'insert') return;
  const warning = await ownConnectionWarning(statement, session, shell.io.env);
  if (warning !== undefined) session.warn(warning.message, warning.hint);
}

/** Whether a statement has an `output` clause. */
const hasOutput = ({ format, file, modifiers }: CheckedOutput): boolean =>
  format !== undefined || file !== undefined || modifiers.length > 0;

async function withOutput<T>(
  statement: ChangeStatement,
  run: StatementContext,
  work: (sink?: ChangeOptions['sink']) => Promise<T>,
): Promise<T> {
  if (statement.kind === 'flush' || !hasOutput(statement.output)) return work();
  return withSink(statement.output, run, { isWhole: true, isGrouped: false, table: statement.table }, work);
}

async function withProgress<T>(
  { shell }: StatementContext,
  total: number | undefined,
  work: (progress: NonNullable<ChangeOptions['progress']>) => Promise<T>,
): Promise<T> {
  const line = new ProgressLine(shell.io.stderr, total);
  try {
    return await work(progress => line.show(progress));
  } finally {
    line.clear();
  }
}
