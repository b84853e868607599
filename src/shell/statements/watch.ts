import type { Session } from '../../engine/query/context.js';
import { runRepeated } from '../../engine/watch/repeat.js';
import { runWatch } from '../../engine/watch/watch.js';
import type { CheckedOutput, CheckedSelect, CheckedWatch, FormatName } from '../../lang/check/checked-ast.js';
import { LiveSink } from '../display/live/live-sink.js';
import { Screen } from '../display/live/screen.js';
import { repeatLine, watchLine } from '../display/live/watch-summary.js';
import type { OutputSink } from '../output/create-sink.js';
import type { Run } from '../session/session.js';
import { givesEntries } from './query.js';
import { closed, openSink, withSink } from './results.js';

/** Formats for people; the others are streams, of which nothing may be drawn over. */
const DRAWN: ReadonlySet<FormatName> = new Set<FormatName>(['table', 'vertical', 'bars']);

/** A watch is shown as it goes: no pager holds it back. */
const onStream = (): undefined => undefined;

export async function watch(statement: CheckedWatch, run: Run): Promise<void> {
  const buffer = Number(run.shell.setting('buffer'));
  const options = buffer > 0 ? { receiveBuffer: buffer } : {};
  const work = (sink: OutputSink, session: Session) => runWatch(statement, sink, session, options);
  const entries = statement.columns === undefined;
  const summary =
    statement.every === undefined
      ? await withSink(statement.output, run, entries, sink => work(sink, run.session), onStream, true)
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

/** A sink that draws results in place where somebody looks at them; elsewhere they come one after the other. */
async function withLiveSink<T>(
  output: CheckedOutput,
  run: Run,
  entries: boolean,
  work: (sink: OutputSink, session: Session) => Promise<T>,
  goesOn = false,
): Promise<T> {
  const { stdout } = run.shell.io;
  let screen: Screen | undefined;
  const inner = await openSink(
    output,
    run,
    entries,
    ({ format, file }) => {
      if (stdout.isTTY !== true || file !== undefined || !DRAWN.has(format)) return undefined;
      screen = new Screen(stdout);
      return screen;
    },
    goesOn,
  );
  const { session } = run;
  const shown = screen as Screen | undefined;
  const sink = shown === undefined ? inner : new LiveSink(inner, shown);
  const beside: Session =
    shown === undefined
      ? session
      : { ...session, warn: (message, hint) => shown.beside(() => session.warn(message, hint)) };
  try {
    const result = await work(sink, beside);
    await closed(sink, session.signal);
    return result;
  } catch (error) {
    sink.abort();
    throw error;
  }
}
