import { statSync } from 'node:fs';
import type { CheckedWatch } from '../../lang/checked/statements.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import { capabilitiesOf, type Place, type Spanned } from '../../lang/schema/places.js';
import { CtqError } from '../errors.js';
import type { Sink } from '../formats/sink.js';
import type { QueryContext } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { entriesTo, readingOf } from '../query/exec/select.js';
import type { MemberListenOptions } from '../sources/fleet/listening.js';
import { Absences } from './absences.js';
import { listenFilterOf, planEventFilter } from './event-filter.js';
import { membersTo } from './members.js';
import { FlowCache } from './memory/flow-cache.js';
import { groupsOf, readingEvents, selectOfWatch, warnOfMissingEvents, warnOfSmallBuffer } from './subscription.js';
import type { WatchSummary } from './summary.js';
import { WatchRun } from './watch-run.js';

export interface WatchOptions {
  /** Receive buffer to request from the kernel, in bytes; default: 128 MiB. */
  readonly receiveBuffer?: number;
  /** Called with the receive buffer that the kernel granted, in bytes, before the first event. */
  readonly onBuffer?: (bytes: number) => void;
  /** Buffers of 256 KiB for events that wait while the output is busy. */
  readonly buffers?: number;
  /** Maximum number of flows to remember, for `with state` and `with resync`. */
  readonly capacity?: number;
}

/** 64 MiB in addition to the kernel's buffer, allocated as needed. */
const DEFAULT_BUFFERS = 256;

/**
 * Shows events until its duration, limit or condition is reached, or the session's signal is aborted. That is not an error:
 * the events received until then are still shown.
 * @throws CtqError if it cannot subscribe, or the output is closed
 */
export async function runWatch(
  watch: CheckedWatch,
  sink: Sink,
  session: QueryContext,
  options: WatchOptions = {},
): Promise<WatchSummary> {
  const select = selectOfWatch(watch);
  const place = watch.place ?? session.place;
  const source = session.source(place);
  const { isLive, spans } = capabilitiesOf(place);
  if (spans) checkOneKernel(watch, spans);
  warnOfMissingEvents(place, watch, session);
  noteFileSoFar(place, watch, session);
  const reading = readingEvents(await readingOf(select, session));
  const untilHolds =
    watch.until && !(watch.grouping && watch.every !== undefined) ? compile(watch.until, reading) : undefined;
  const pipeline = new Pipeline(untilHolds ? { ...select, until: undefined } : select, reading, sink, entriesTo(sink));
  const filter = listenFilterOf(planEventFilter(watch, session, reading), session);
  const absences = new Absences();
  const listening: MemberListenOptions = {
    ...(filter === undefined ? {} : { filter }),
    receiveBuffer: options.receiveBuffer,
    buffers: options.buffers ?? DEFAULT_BUFFERS,
    incomplete: session.incomplete,
    existing: watch.existing,
    warn: session.warn,
    ...(spans === 'gateway' ? await membersTo(watch, sink, session, reading, absences) : {}),
  };
  const stream = source.listen(groupsOf(watch), listening);
  options.onBuffer?.(stream.receiveBuffer);
  warnOfSmallBuffer(stream, session);
  const header = { ...headerOf(select, session), events: true };
  const cache =
    watch.state || watch.resync ? new FlowCache(watch, session, source, stream, options.capacity) : undefined;
  return new WatchRun(watch, sink, session, {
    source,
    stream,
    pipeline,
    untilHolds,
    header,
    cache,
    isLive,
    absences,
  }).run();
}

/** A log that has events shows none of them until another is appended. */
function noteFileSoFar(place: Place, { existing }: CheckedWatch, { note }: QueryContext): void {
  if (place.kind !== 'file' || existing || note === undefined) return;
  const stats = statSync(place.path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size === 0) return;
  note(
    `what is appended to '${place.path}' from now on is shown; what it holds: select … from '${place.path}', or watch … with existing`,
  );
}

/** Flows are remembered by their id, which is unique only within a namespace. */
function checkOneKernel({ state, resync }: CheckedWatch, spans: Spanned): void {
  if (!state && !resync) return;
  throw new CtqError({
    code: 'place',
    kind: 'statement',
    message: `with ${state ? 'state' : 'resync'} watches one ${spans === 'netns' ? 'network namespace, not all of them' : 'gateway, not several'}`,
    hint: spans === 'netns' ? 'name one: in netns blue' : "name one: in ssh 'gw1'",
  });
}
