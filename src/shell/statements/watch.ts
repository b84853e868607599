import type { QueryContext } from '../../engine/query/context.js';
import { runRepeated } from '../../engine/query/repeat/repeat.js';
import { runWatch } from '../../engine/watch/watch.js';
import type { CheckedOutput, CheckedSelect, CheckedWatch } from '../../lang/check/checked-ast.js';
import { formatOf, type ResultShape } from '../../lang/schema/formats.js';
import { LiveSink } from '../display/live/live-sink.js';
import { Screen } from '../display/live/screen.js';
import { repeatLine, watchLine } from '../display/live/watch-summary.js';
import type { OutputSink } from '../output/create-sink.js';
import type { StatementContext } from '../session/session.js';
import { queryShape } from './query.js';
import { closeSink, openSink, resultShape, withSink } from './results.js';

/** A watch is written as events arrive, without a pager. */
const noPager = (): undefined => undefined;

export async function watch(statement: CheckedWatch, run: StatementContext): Promise<void> {
  const buffer = Number(run.shell.setting('buffer'));
  const options = buffer > 0 ? { receiveBuffer: buffer } : {};
  const work = (sink: OutputSink, session: QueryContext) => runWatch(statement, sink, session, options);
  const shape = resultShape(statement, statement.tables[0]);
  const summary =
    statement.every === undefined
      ? await withSink(statement.output, run, shape, sink => work(sink, run.session), {
          destinationOf: noPager,
          continues: true,
        })
      : await withLiveSink(statement.output, run, shape, work, true);
  run.shell.messages.note(watchLine(summary, statement.grouping !== undefined));
}

/** `select … every 2s`. */
export async function repeat(statement: CheckedSelect, run: StatementContext): Promise<void> {
  const summary = await withLiveSink(statement.output, run, queryShape(statement), (sink, session) =>
    runRepeated(statement, sink, session),
  );
  run.shell.messages.note(repeatLine(summary));
}

/** Opens a sink that draws results in place on a terminal, and writes them one after another elsewhere. */
async function withLiveSink<T>(
  output: CheckedOutput,
  run: StatementContext,
  shape: ResultShape,
  work: (sink: OutputSink, session: QueryContext) => Promise<T>,
  continues = false,
): Promise<T> {
  const { stdout } = run.shell.io;
  let screen: Screen | undefined;
  const inner = await openSink(output, run, shape, {
    destinationOf: ({ format, file }) => {
      if (stdout.isTTY !== true || file !== undefined || formatOf(format).drawnInPlace !== true) return undefined;
      screen = new Screen(stdout);
      return screen;
    },
    continues,
  });
  const { session } = run;
  const shown = screen as Screen | undefined;
  const sink = shown === undefined ? inner : new LiveSink(inner, shown);
  const drawingSession: QueryContext =
    shown === undefined
      ? session
      : { ...session, warn: (message, hint) => shown.writeAbove(() => session.warn(message, hint)) };
  try {
    const result = await work(sink, drawingSession);
    await closeSink(sink, session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
