import type { ChangeOptions } from '../../../engine/change/change-run.js';
import { runDelete } from '../../../engine/change/delete/delete.js';
import { runFlush } from '../../../engine/change/delete/flush.js';
import { FoundEntries } from '../../../engine/change/finding/found-entries.js';
import { isWholeTable } from '../../../engine/change/finding/whole-table.js';
import { runInsert } from '../../../engine/change/insert/insert.js';
import type { ChangeSummary } from '../../../engine/change/summary.js';
import { runUpdate } from '../../../engine/change/update/update.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { CheckedOutput } from '../../../lang/checked/ast.js';
import type { CheckedDelete, CheckedFlush, CheckedInsert, CheckedUpdate } from '../../../lang/checked/statements.js';
import { assertNever } from '../../../lang/syntax/ast.js';
import { terminalSize } from '../../display/terminal-size.js';
import { isUnicode } from '../../display/text/locale.js';
import type { Terminal } from '../../io.js';
import { createSink } from '../../output/create-sink.js';
import { StreamDestination } from '../../output/destination.js';
import { errorText } from '../../session/messages/print-error.js';
import type { StatementContext } from '../../session/session.js';
import { withSink } from '../results/results.js';
import { intention, othersRefused, reportChange, summaryLine } from './change-report.js';
import { askBefore, isAsked } from './confirm.js';
import { ownConnectionWarning } from './own-connection-warning.js';
import { ProgressLine } from './progress-line.js';
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
  if (shell.setting('dry_run') === true) return dryRun(statement, run);
  let total: number | undefined;
  let only: FoundEntries | undefined;
  if (statement.kind === 'insert') {
    // Otherwise it changes nothing that exists.
    if (statement.onConflict === 'update' && !isAsked(shell)) {
      await askBefore(run, async () => undefined);
      noteThatNothingWasAsked(run);
    }
  } else {
    const warning = await warningOfOwnConnection(statement, run);
    let isWarned = false;
    await askBefore(run, async terminal => {
      only = new FoundEntries();
      const found = await preview(statement, run, terminal, only);
      total = found.matched;
      // The run reports why the others are refused.
      if (found.matched === found.refused) return undefined;
      // Next to the question: what is above may leave a small screen.
      if (warning !== undefined) {
        session.warn(warning.message, warning.hint);
        isWarned = true;
        if (terminal !== shell.io.stderr)
          terminal.write(
            errorText('warning', warning.message, warning.hint, shell.color(terminal), terminalSize(terminal).columns),
          );
      }
      return `${capital(intention(found, await hitsAll(statement, found, run)))}${othersRefused(found)}?`;
    });
    // The packets of a connection make its entry again at any time. A flush takes what is there.
    const isFlushAsked = only !== undefined && statement.kind === 'flush' && warning === undefined;
    if (isFlushAsked && (await warnOfOwnConnection(statement, run)))
      await askBefore(run, async () => 'Delete it as well?');
    if (warning !== undefined && !isWarned) session.warn(warning.message, warning.hint);
    noteThatNothingWasAsked(run);
  }
  let asked: number | undefined;
  const summary = await withProgress(run, total, (progress, clear) =>
    withOutput(statement, run, sink =>
      execute(statement, session, {
        ...{ sink, only, stopOnError: options.stopOnError, progress },
        ...overwriteQuestion(statement, run, clear, updates => {
          asked = updates;
        }),
      }),
    ),
  );
  reportChange(summary, run, summaryLine(summary, asked));
}

/** The question of an insert that would change existing entries; it is read once, as it may come from a pipe. */
function overwriteQuestion(
  statement: ChangeStatement,
  run: StatementContext,
  clearProgress: () => void,
  asking: (updates: number) => void,
): Pick<ChangeOptions, 'confirm' | 'previewed'> {
  if (statement.kind !== 'insert' || statement.onConflict !== 'update' || !isAsked(run.shell)) return {};
  const { shell } = run;
  const changes = new UpdatePreview(shell.environment, isUnicode(shell.io.env));
  return {
    previewed: entry => changes.add(entry),
    confirm: expected => {
      clearProgress();
      asking(expected.updated);
      return askBefore(run, async terminal => {
        if (expected.updated === 0) return undefined;
        if (changes.size > 0) await showChanges(changes, expected, run, terminal);
        return `${capital(intention(expected))}${othersRefused(expected)}?`;
      });
    },
  };
}

/** Shows what would be changed of entries that exist. */
async function showChanges(
  changes: UpdatePreview,
  { updated }: ChangeSummary,
  run: StatementContext,
  terminal: Terminal,
): Promise<void> {
  const most = Math.min(changes.size, roomOn(terminal));
  const which = updated > most ? `, such as ${most === 1 ? 'this one' : `these ${most}`}` : '';
  terminal.write(`changes of ${updated === 1 ? 'the flow that exists' : `${updated} flows that exist`}${which}:\n`);
  await showSample(changes, most, run, terminal);
}

/** Someone at a terminal may have meant what is piped to ctq as the answer. */
function noteThatNothingWasAsked({ shell }: StatementContext): void {
  const { stdin, stderr } = shell.io;
  if (stdin.isTTY !== true && stderr.isTTY === true && shell.setting('confirm') === true)
    shell.messages.note('nothing is asked where standard input is not a terminal; --yes says so');
}

/** Whether a change is of every entry of its table. An insert is of others. */
async function hitsAll(statement: ChangeStatement, found: ChangeSummary, run: StatementContext): Promise<boolean> {
  if (statement.kind === 'insert') return false;
  return statement.kind === 'flush' || isWholeTable(statement, found, run.session);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Counts the entries that the change would affect, and shows a few of them as a table. */
async function preview(
  statement: ChangeStatement,
  run: StatementContext,
  terminal: Terminal,
  entries?: FoundEntries,
): Promise<ChangeSummary> {
  const { shell, session } = run;
  const sample = new Sample();
  const update = new UpdatePreview(shell.environment, isUnicode(shell.io.env));
  const found = await withProgress(run, undefined, progress =>
    execute(statement, session, {
      sink: sample,
      dryRun: true,
      found: entries,
      progress,
      previewed: entry => update.add(entry),
    }),
  );
  session.signal?.throwIfAborted();
  const isInsert = statement.kind === 'insert';
  const shown = statement.kind === 'update' ? update : sample;
  if (isInsert && update.size > 0) await showChanges(update, found, run, terminal);
  else if (shown.size > 0) {
    const most = Math.min(shown.size, roomOn(terminal));
    const more = most === 1 ? ', such as this one' : `, such as these ${most}`;
    terminal.write(`${intention(found)}${found.matched - found.refused > most ? more : ''}:\n`);
    await showSample(shown, most, run, terminal);
  }
  return found;
}

/** Columns below which entries are shown as records, a field per line; lines of a record; lines that the question and a warning take. */
const NARROW = 60;
const RECORD = 10;
const QUESTION = 12;

/** The entries of a sample that leave the question and its warning on the screen. */
function roomOn(terminal: Terminal): number {
  const { columns, rows } = terminalSize(terminal);
  if (terminal.isTTY !== true || columns >= NARROW) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor((rows - QUESTION) / RECORD));
}

async function showSample(
  sample: Sample | UpdatePreview,
  most: number,
  { shell }: StatementContext,
  terminal: Terminal,
): Promise<void> {
  const sink = await createSink(
    { format: 'table', modifiers: [] },
    {
      destination: new StreamDestination(terminal),
      isTTY: terminal.isTTY === true,
      width: terminal.isTTY === true ? terminalSize(terminal).columns : undefined,
      color: shell.color(terminal),
      environment: shell.environment,
      human: true,
    },
  );
  sample.replay(sink, most);
  await sink.close();
}

/** The setting dry_run: shows all entries if the statement or the command line has an output, else their number and a few of them. */
async function dryRun(statement: ChangeStatement, run: StatementContext): Promise<void> {
  const { session } = run;
  if (statement.kind !== 'insert') await warnOfOwnConnection(statement, run);
  // Nothing else is written: a format of the command line says that the entries are wanted.
  const { format, file } = run.shell.options.output;
  const isShown =
    statement.kind !== 'flush' && (format !== undefined || file !== undefined || hasOutput(statement.output));
  const found = isShown
    ? await withSink(statement.output, run, wholeEntries(statement.table), sink =>
        execute(statement, session, { sink, dryRun: true }),
      )
    : await preview(statement, run, run.shell.io.stderr);
  const refused = statement.kind === 'insert' ? othersRefused(found) : '';
  reportChange(found, run, `dry run: would ${intention(found, await hitsAll(statement, found, run))}${refused}`);
}

const warningOfOwnConnection = (
  statement: Exclude<ChangeStatement, CheckedInsert>,
  { shell, session, text }: StatementContext,
): ReturnType<typeof ownConnectionWarning> => ownConnectionWarning(statement, session, shell.io.env, text);

/** @returns whether there was something to warn of */
async function warnOfOwnConnection(
  statement: Exclude<ChangeStatement, CheckedInsert>,
  run: StatementContext,
): Promise<boolean> {
  const warning = await warningOfOwnConnection(statement, run);
  if (warning !== undefined) run.session.warn(warning.message, warning.hint);
  return warning !== undefined;
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
  return withSink(statement.output, run, wholeEntries(statement.table), work);
}

const wholeEntries = (table: ChangeSummary['table']) => ({ isWhole: true, isGrouped: false, table });

async function withProgress<T>(
  { shell }: StatementContext,
  total: number | undefined,
  work: (progress: NonNullable<ChangeOptions['progress']>, clear: () => void) => Promise<T>,
): Promise<T> {
  const line = new ProgressLine(shell.io.stderr, total);
  try {
    return await work(
      progress => line.show(progress),
      () => line.clear(),
    );
  } finally {
    line.clear();
  }
}
