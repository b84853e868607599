import { hostname } from 'node:os';
import type { Typed } from '../../lang/check/checked-ast.js';
import type { CheckedInto, CheckedWatch } from '../../lang/check/checked-statements.js';
import { walk } from '../../lang/check/walk.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import { namespaceName } from '../../lang/schema/places.js';
import { integer } from '../../lang/values/value.js';
import { dumpFlows } from '../ctnetlink/requests/requests.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import type { Sink } from '../formats/sink.js';
import { programOf } from '../netlink/events/programs.js';
import type { QueryContext } from '../query/context.js';
import { readingOf } from '../query/exec/select.js';
import { Recorder } from '../sources/history/files/recorder.js';
import { selectOfWatch } from './subscription.js';
import type { WatchSummary } from './summary.js';
import { runWatch, type WatchOptions } from './watch.js';

/** How often (ms) the table is read for flows that are open for long. */
const PIECES_MS = 5 * 60_000;

/**
 * Records the flows of a watch until it ends or is interrupted; then everything that was received is written.
 * @throws CtqError if it cannot subscribe, or the folder cannot be written
 */
export async function runRecord(
  watch: CheckedWatch,
  into: CheckedInto,
  session: QueryContext,
  options: WatchOptions = {},
): Promise<WatchSummary> {
  const events: CheckedWatch = { ...watch, columns: undefined, into: undefined };
  const place = watch.place ?? session.place;
  const recorder = await Recorder.open({
    folder: into.store,
    gateway: hostname(),
    netns: namespaceName(place) ?? '',
    fields: into.fields,
    keep: { age: Number(into.age) / 1e6, ...(into.size === undefined ? {} : { size: Number(into.size) }) },
    now: () => integer(session.environment.now()),
    warn: (message, hint) => session.warn(message, hint),
  });
  const ending = new AbortController();
  const pieces = setInterval(() => {
    readPieces(events, recorder, { ...session, signal: ending.signal }).catch((error: unknown) => {
      if (!ending.signal.aborted)
        session.warn(`flows that are open for long cannot be read: ${(error as Error).message}`);
    });
  }, PIECES_MS);
  try {
    const sink = mentions(watch.where, 'portid') ? recorder : ownEvents(recorder);
    return await runWatch(events, sink, session, options);
  } finally {
    clearInterval(pieces);
    ending.abort();
    await recorder.close();
  }
}

/** Without the events that conntrackd(8) causes: its peer records these flows. */
const ownEvents = (recorder: Recorder): Sink => ({
  begin: () => {},
  row: () => {},
  end: () => {},
  entry(view) {
    if (view.portid === 0 || programOf(view.portid) !== 'conntrackd') recorder.entry(view);
  },
  lost: loss => recorder.lost(loss),
  ready: () => recorder.ready(),
});

function mentions(where: Typed | undefined, field: string): boolean {
  let found = false;
  if (where)
    walk(where, node => {
      if (node.kind === 'field' && node.name === field) found = true;
    });
  return found;
}

/** Records the pieces of open flows that are due. */
export async function readPieces(watch: CheckedWatch, recorder: Recorder, session: QueryContext): Promise<void> {
  const select = selectOfWatch(watch);
  const holds = watch.where && compile(watch.where, await readingOf(select, session));
  const source = session.source(watch.place ?? session.place);
  const view = new MessageView();
  for await (const chunk of source.dump(dumpFlows(), session.signal)) {
    const { bytes } = chunk;
    view.context = contextAt(integer(session.environment.now()), chunk);
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      if (holds === undefined || holds(view) === true) recorder.piece(view);
    }
  }
}
