import type { Paging } from '../../engine/formats/writing/format.js';
import { humanDuration } from '../../engine/formats/writing/format-value.js';
import type { QueryContext } from '../../engine/query/context.js';
import { runRepeated } from '../../engine/query/repeat/repeat.js';
import { runWatch, type WatchOptions } from '../../engine/watch/watch.js';
import type { CheckedSelect } from '../../lang/checked/ast.js';
import type { CheckedWatch } from '../../lang/checked/statements.js';
import { formatOf, type ResultShape } from '../../lang/schema/formats/formats.js';
import { isUnicode } from '../display/text/locale.js';
import { LiveControl } from '../live/live-control.js';
import { LiveSink } from '../live/live-sink.js';
import { Screen } from '../live/screen.js';
import { repeatLine, watchLine } from '../live/watch-summary.js';
import type { OutputSink } from '../output/create-sink.js';
import { isLeft } from '../session/running-work.js';
import type { ShellSession, StatementContext } from '../session/session.js';
import { queryShape } from './query.js';
import { readKeys } from './results/live-keys.js';
import { closeSink, openSink, resultShape, withSink } from './results/results.js';

/** A watch is written as events arrive, without a pager. */
const noPager = (): undefined => undefined;

/** The settings of a watch. */
export function watchOptions(run: StatementContext): WatchOptions {
  const buffer = Number(run.shell.setting('buffer'));
  return buffer > 0 ? { receiveBuffer: buffer } : {};
}

/** Runs a watch and shows its events, or records them. @throws CtqError */
export async function watch(statement: CheckedWatch, run: StatementContext): Promise<void> {
  const options = watchOptions(run);
  if (statement.into) {
    const { runRecord } = await import('../../engine/watch/record.js');
    const { store } = statement.into;
    run.shell.messages.note(`recording to ${store}${run.shell.io.stderr.isTTY ? '; Ctrl-C ends it' : ''}`);
    run.shell.messages.note(watchLine(await runRecord(statement, statement.into, run.session, options), false));
    return;
  }
  const work = (sink: OutputSink, session: QueryContext) => runWatch(statement, sink, session, options);
  const shape = { ...resultShape(statement, statement.tables[0]), isRepeated: true };
  const summary =
    statement.every === undefined
      ? await endedByKey(run, () =>
          withSink(statement.output, run, shape, sink => work(sink, run.session), {
            destinationOf: noPager,
            continues: true,
          }),
        )
      : await withLiveSink(statement, run, shape, work, true);
  run.shell.messages.note(watchLine(summary, statement.grouping !== undefined, isLeft(run.session.signal)));
}

/** Does work that lasts. On a terminal the key q ends it, as it ends a live view. */
async function endedByKey<T>({ shell }: StatementContext, work: () => Promise<T>): Promise<T> {
  const { stdin, stdout, stderr, env } = shell.io;
  if (![stdin, stdout, stderr].every(({ isTTY }) => isTTY === true) || env.TERM === 'dumb') return work();
  shell.messages.note('q or Ctrl-C ends it');
  const release = keysOf(shell)(keys => {
    if (/q/i.test(keys)) shell.leave();
  });
  try {
    return await work();
  } finally {
    release();
  }
}

/** Passes on the keys that are pressed while a statement runs. */
const keysOf = (shell: ShellSession): NonNullable<ShellSession['keys']> =>
  shell.keys ?? (pressed => readKeys(shell.io, pressed));

/** `select … every 2s`. */
export async function repeat(statement: CheckedSelect, run: StatementContext): Promise<void> {
  const summary = await withLiveSink(
    statement,
    run,
    { ...queryShape(statement, run), isRepeated: true },
    (sink, session) => runRepeated(statement, sink, session),
  );
  run.shell.messages.note(repeatLine(summary, isLeft(run.session.signal)));
}

/** Opens a sink that draws results in place on a terminal, and writes them one after another elsewhere. */
async function withLiveSink<T>(
  { output, every = 0 }: Pick<CheckedSelect | CheckedWatch, 'output' | 'every'>,
  run: StatementContext,
  shape: ResultShape,
  work: (sink: OutputSink, session: QueryContext) => Promise<T>,
  continues = false,
): Promise<T> {
  const { stdout, env } = run.shell.io;
  // A dumb terminal only shows lines.
  const canDraw = stdout.isTTY === true && env.TERM !== 'dumb';
  let screen: Screen | undefined;
  const paging: Paging = { lines: Number.POSITIVE_INFINITY, scrollsSideways: false, header: 0 };
  const inner = await openSink(output, run, shape, {
    destinationOf: ({ format, file }) => {
      if (!canDraw || file !== undefined || formatOf(format).drawnInPlace !== true) return undefined;
      screen = new Screen(stdout);
      return screen;
    },
    continues,
    paging,
    isRepeated: true,
  });
  const { session, shell } = run;
  const shown = screen as Screen | undefined;
  if (shown === undefined) return closing(inner, session, work);
  const control = new LiveControl({
    interval: humanDuration(every),
    unicode: isUnicode(shell.io.env),
    color: shell.color(stdout),
    quit: () => shell.leave(),
    scroll: (by, unit) => shown.scroll(by, unit),
  });
  shown.headerLines = () => paging.header;
  const sink = new LiveSink(inner, shown, control);
  const release = keysOf(shell)(keys => sink.press(keys));
  try {
    return await closing(
      sink,
      {
        ...session,
        warn: (message, hint) => shown.writeAbove(() => session.warn(message, hint)),
        note: message => shown.writeAbove(() => session.note?.(message)),
        incomplete: error => shown.writeAbove(() => session.incomplete?.(error)),
      },
      work,
    );
  } finally {
    release();
  }
}

/** Closes the sink after `work`, or aborts it on failure. */
async function closing<T>(
  sink: OutputSink,
  session: QueryContext,
  work: (sink: OutputSink, session: QueryContext) => Promise<T>,
): Promise<T> {
  try {
    const result = await work(sink, session);
    await closeSink(sink, session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
