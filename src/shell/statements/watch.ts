import type { Session } from '../../engine/query/context.js';
import { runRepeated } from '../../engine/query/repeat/repeat.js';
import { runWatch } from '../../engine/watch/watch.js';
import type { CheckedOutput, CheckedSelect, CheckedWatch, FormatName } from '../../lang/check/checked-ast.js';
import { LiveSink } from '../display/live/live-sink.js';
import { Screen } from '../display/live/screen.js';
import { repeatLine, watchLine } from '../display/live/watch-summary.js';
import type { OutputSink } from '../output/create-sink.js';
import type { Run } from '../session/session.js';
import { givesEntries } from './query.js';
import { closeSink, openSink, withSink } from './results.js';

/** Formats that may be redrawn in place; the others are streams. */
const IN_PLACE: ReadonlySet<FormatName> = new Set<FormatName>(['table', 'vertical', 'bars']);

/** A watch is shown as it runs, without a pager. */
const noPager = (): undefined => undefined;

export async function watch(statement: CheckedWatch, run: Run): Promise<void> {
  const buffer = Number(run.shell.setting('buffer'));
  const options = { receiveBuffer: buffer > 0 ? buffer : undefined };
  const work = (sink: OutputSink, session: Session) => runWatch(statement, sink, session, options);
  const entries = statement.columns === undefined;
  const summary =
    statement.every === undefined
      ? await withSink(statement.output, run, entries, sink => work(sink, run.session), noPager, true)
      : await withLiveSink(statement.output, run, entries, work, true);
  run.shell.note(watchLine(summary, statement.grouping !== undefined));
}

/** `select … every 2s`. */
export async function repeat(statement: CheckedSelect, run: Run): Promise<void> {
  const summary = await withLiveSink(statement.output, run, givesEntries(statement), (sink, session) =>
    runRepeated(statement, sink, session),
  );
  run.shell.note(repeatLine(summary));
}

/** Runs some work with a sink that redraws each result in place on a terminal. */
async function withLiveSink<T>(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  work: (sink: OutputSink, session: Session) => Promise<T>,
  continues = false,
): Promise<T> {
  const { stdout } = run.shell.io;
  let screen: Screen | undefined;
  const inner = await openSink(
    output,
    run,
    entries,
    ({ format, file }) => {
      if (stdout.isTTY !== true || file !== undefined || !IN_PLACE.has(format)) return undefined;
      screen = new Screen(stdout);
      return screen;
    },
    continues,
  );
  const { session } = run;
  const live = screen as Screen | undefined;
  const sink = live === undefined ? inner : new LiveSink(inner, live);
  const liveSession: Session =
    live === undefined
      ? session
      : { ...session, warn: (message, hint) => live.beside(() => session.warn(message, hint)) };
  try {
    const result = await work(sink, liveSession);
    await closeSink(sink, session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
