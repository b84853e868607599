import { runDelete } from '../../../engine/change/delete/delete.js';
import { runFlush } from '../../../engine/change/delete/flush.js';
import { runInsert } from '../../../engine/change/insert/insert.js';
import type { ChangeOptions } from '../../../engine/change/options.js';
import { ownConnection } from '../../../engine/change/own-connection.js';
import type { ChangeSummary } from '../../../engine/change/summary.js';
import { runUpdate } from '../../../engine/change/update/update.js';
import { CtqError } from '../../../engine/errors.js';
import type { Session } from '../../../engine/query/context.js';
import type {
  CheckedDelete,
  CheckedFlush,
  CheckedInsert,
  CheckedOutput,
  CheckedUpdate,
} from '../../../lang/check/checked-ast.js';
import { assertNever } from '../../../lang/syntax/ast.js';
import { createSink } from '../../output/create-sink.js';
import { StreamDestination } from '../../output/destination.js';
import type { Run } from '../../session/session.js';
import { withSink } from '../results.js';
import { isYes } from './ask.js';
import { ProgressLine } from './progress-line.js';
import { Sample } from './sample.js';
import { tell } from './tell.js';
import { askedFor } from './words.js';

export type Changing = CheckedInsert | CheckedUpdate | CheckedDelete | CheckedFlush;

function carryOut(statement: Changing, session: Session, options: ChangeOptions): Promise<ChangeSummary> {
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

/** Runs a statement that changes something: shows it before and asks, where a person is there to answer, and tells what was done. */
export async function runChange(statement: Changing, run: Run): Promise<void> {
  const { shell, session } = run;
  const { options } = shell;
  if (options.dryRun) return showOnly(statement, run);
  await warnOfOwnConnection(statement, run);
  let total: number | undefined;
  if (asks(statement, run)) {
    const found = await preview(statement, run);
    if (found.matched > 0 && !(await isYes(`${capital(askedFor(found))}?`, shell, session.signal))) {
      session.signal?.throwIfAborted();
      throw new CtqError({ code: 'not-confirmed', kind: 'system', message: 'nothing was changed' });
    }
    total = found.matched;
  }
  const summary = await withProgress(run, total, progress =>
    withOutput(statement, run, sink =>
      carryOut(statement, session, {
        ...(sink ? { sink } : {}),
        ...(options.stopOnError ? { stopOnError: true } : {}),
        progress,
      }),
    ),
  );
  tell(summary, run);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Nothing asks in a script, nor where nobody could answer. An insert adds, and takes nothing away. */
function asks({ kind }: Changing, { shell, origin }: Run): boolean {
  const { stdin, stderr } = shell.io;
  return (
    kind !== 'insert' &&
    stdin.isTTY === true &&
    stderr.isTTY === true &&
    origin.name === undefined &&
    shell.setting('confirm') === true
  );
}

/** Finds what the change would touch: how many, and a few of them as a table. */
async function preview(statement: Changing, run: Run): Promise<ChangeSummary> {
  const { shell, session } = run;
  const sample = new Sample();
  const found = await withProgress(run, undefined, progress =>
    carryOut(statement, session, { sink: sample, dryRun: true, progress }),
  );
  session.signal?.throwIfAborted();
  if (sample.rows.length > 0) {
    shell.io.stderr.write(`${askedFor(found)}${found.matched > sample.rows.length ? ', such as' : ''}:\n`);
    await showSample(sample, run);
  }
  return found;
}

async function showSample(sample: Sample, { shell }: Run): Promise<void> {
  const { stderr } = shell.io;
  const sink = await createSink(
    { format: 'table', modifiers: [] },
    {
      destination: new StreamDestination(stderr),
      isTTY: stderr.isTTY === true,
      ...(stderr.columns === undefined ? {} : { width: stderr.columns }),
      color: shell.color(stderr),
      environment: shell.environment,
      human: true,
    },
  );
  sample.replay(sink);
  await sink.close();
}

/** `--dry-run`: with an `output` all of the entries, else a few of them and how many there are. */
async function showOnly(statement: Changing, run: Run): Promise<void> {
  const { session } = run;
  await warnOfOwnConnection(statement, run);
  const wantsAll = statement.kind !== 'flush' && isAsked(statement.output);
  const found = wantsAll
    ? await withOutput(statement, run, sink =>
        carryOut(statement, session, { ...(sink ? { sink } : {}), dryRun: true }),
      )
    : await preview(statement, run);
  tell(found, run, `dry run: would ${askedFor(found)}`);
}

async function warnOfOwnConnection(statement: Changing, { shell, session }: Run): Promise<void> {
  if (statement.kind === 'insert') return;
  const own = await ownConnection(statement, session, shell.io.env.SSH_CONNECTION);
  if (own !== undefined) {
    const what = statement.kind === 'update' ? 'changed' : 'deleted';
    session.warn(`your own SSH connection is among what is ${what}: ${own}`);
  }
}

/** Whether a statement has an `output` clause. */
const isAsked = ({ format, file, modifiers }: CheckedOutput): boolean =>
  format !== undefined || file !== undefined || modifiers.length > 0;

async function withOutput<T>(
  statement: Changing,
  run: Run,
  work: (sink?: ChangeOptions['sink']) => Promise<T>,
): Promise<T> {
  if (statement.kind === 'flush' || !isAsked(statement.output)) return work();
  return withSink(statement.output, run, { isWhole: true, isGrouped: false, table: statement.table }, work);
}

async function withProgress<T>(
  { shell }: Run,
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
