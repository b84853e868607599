import type { CheckedWatch } from '../../lang/check/checked-statements.js';
import { compile, type EvalContext } from '../../lang/evaluate/evaluate.js';
import { capabilitiesOf, type Spanned } from '../../lang/schema/places.js';
import { type Getter, type Integer, integer } from '../../lang/values/value.js';
import { unlessAborted, withinTime } from '../abortable.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { CtqError } from '../errors.js';
import type { Header, Missing, Sink } from '../formats/sink.js';
import { secondsOf, timeOfDay } from '../formats/writing/clock.js';
import { humanDuration } from '../formats/writing/format-value.js';
import type { EventChunk, EventStream } from '../netlink/messages/streams.js';
import type { Ending, QueryContext } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { entriesTo, readingOf } from '../query/exec/select.js';
import type { MemberListenOptions } from '../sources/fleet/listening.js';
import { NAMESPACE_GONE } from '../sources/namespaces/namespace.js';
import type { Source } from '../sources/source.js';
import { listenFilterOf, planEventFilter } from './event-filter.js';
import { EventQueue } from './event-queue.js';
import { LossReporter } from './loss.js';
import { queryOf } from './members.js';
import { FlowCache } from './memory/flow-cache.js';
import { dumpsOf, groupsOf, selectOfWatch, warnOfMissingEvents, warnOfSmallBuffer } from './subscription.js';
import type { Absence, WatchSummary } from './summary.js';

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

/** Longest time that an interrupted watch waits for a blocked output, at once and in total. */
const READER_TIMEOUT_MS = 150;
const DRAIN_TIMEOUT_MS = 10_000;

const milliseconds = (ns: Integer): number => Number(ns) / 1e6;

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
  const reading = await readingOf(select, session);
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

/** The times during which members of a fleet were missing. */
class Absences {
  readonly #since = new Map<string, number>();
  readonly #seconds = new Map<string, number>();

  begin(name: string): void {
    this.#seconds.set(name, this.#seconds.get(name) ?? 0);
    this.#since.set(name, performance.now());
  }

  end(name: string): void {
    this.#seconds.set(name, this.#secondsOf(name));
    this.#since.delete(name);
  }

  #secondsOf(name: string): number {
    const since = this.#since.get(name);
    return (this.#seconds.get(name) ?? 0) + (since === undefined ? 0 : (performance.now() - since) / 1000);
  }

  /** Those so far, also of members that are missing still. */
  all(): readonly Absence[] {
    return [...this.#seconds.keys()].map(name => ({ name, seconds: this.#secondsOf(name) }));
  }
}

/** What the members of a fleet are asked, and what becomes of those that come and go. */
async function membersTo(
  watch: CheckedWatch,
  sink: Sink,
  session: QueryContext,
  reading: EvalContext<MessageView>,
  absences: Absences,
): Promise<Pick<MemberListenOptions, 'query' | 'missing' | 'returned'>> {
  const record = (member: Missing): void => {
    sink.missing?.(member);
    // There may be no event for long.
    sink.ready?.()?.catch(() => {});
  };
  return {
    query: await queryOf(watch, session, reading as EvalContext<never>),
    missing: ({ name, reason, hint }) => {
      absences.begin(name);
      record({ gateway: name, reason });
      session.incomplete?.(
        new CtqError({
          code: 'fleet-missing',
          kind: 'system',
          // With the time, it is reported each time that it happens.
          message: `${name} is missing since ${timeOfDay(secondsOf(session.environment.now()))}: ${reason}; it is asked again until it answers`,
          hint,
        }),
      );
    },
    returned: (name, after) => {
      absences.end(name);
      record({ gateway: name, reason: 'answers again', after });
      session.warn(`${name} answers again: its events of ${humanDuration(after)} are missing`);
    },
  };
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

interface WatchParts {
  readonly source: Source;
  readonly stream: EventStream;
  readonly pipeline: Pipeline<MessageView>;
  /** The condition `until`, for each event that is shown. */
  readonly untilHolds: Getter<MessageView> | undefined;
  readonly header: Header;
  readonly cache: FlowCache | undefined;
  /** There is a table to be read; a log has none. */
  readonly isLive: boolean;
  readonly absences: Absences;
}

class WatchRun {
  readonly #watch: CheckedWatch;
  readonly #sink: Sink;
  readonly #session: QueryContext;
  readonly #parts: WatchParts;
  readonly #view = new MessageView();
  readonly #losses: LossReporter;
  readonly #began = performance.now();
  #windowBegan = this.#began;
  #windows = 0;
  #read = 0;
  #bytes = 0;
  #ending: Ending | undefined;
  /** No more events are to be shown. */
  #isDone = false;
  /** The watch was interrupted and its output is blocked: remaining events are counted, but not shown. */
  #isMuted = false;
  #unshown = 0;
  #drainEnds: number | undefined;
  /** Of the entries kept: those that existed before the first event, and changes found by a resync. */
  #existing = 0;
  #resynced = 0;
  /** A result has begun, but not ended. */
  #isOpen = false;

  constructor(watch: CheckedWatch, sink: Sink, session: QueryContext, parts: WatchParts) {
    this.#watch = watch;
    this.#sink = sink;
    this.#session = session;
    this.#parts = parts;
    const { stream } = parts;
    this.#losses = new LossReporter(sink, session, stream.losses && (() => stream.losses?.() ?? []));
  }

  async run(): Promise<WatchSummary> {
    const { stream } = this.#parts;
    const { signal } = this.#session;
    const queue = new EventQueue(stream, signal);
    try {
      this.#begin();
      if ((this.#watch.existing || this.#watch.resync) && this.#parts.isLive) await this.#readTable();
      this.#existing = this.#parts.pipeline.kept;
      if (!this.#isDone) await this.#loop(queue);
    } catch (error) {
      const isGone =
        error instanceof CtqError && error.code === NAMESPACE_GONE && this.#session.incomplete !== undefined;
      if (isGone) this.#session.incomplete?.(error);
      else if (!signal?.aborted || error !== signal.reason) throw error;
      this.#ending = isGone ? 'source' : 'interrupted';
    } finally {
      queue.close();
      await stream.close();
    }
    this.#losses.update(stream.dropped);
    this.#losses.report();
    if (this.#isOpen) this.#endLast();
    const { pipeline } = this.#parts;
    return {
      rows: pipeline.emitted,
      read: this.#read,
      kept: pipeline.kept,
      bytes: this.#bytes,
      repeats: 0,
      ending: this.#ending ?? 'source',
      seconds: (performance.now() - this.#began) / 1000,
      dropped: this.#losses.total,
      unshown: this.#unshown,
      existing: this.#existing,
      resynced: this.#resynced,
      receiveBuffer: stream.receiveBuffer,
      isLive: this.#parts.isLive,
      absences: this.#parts.absences.all(),
    };
  }

  /** Reads the flows that exist before the first event. */
  async #readTable(): Promise<void> {
    const { source, pipeline, cache } = this.#parts;
    const { existing } = this.#watch;
    const view = new MessageView();
    const now = integer(this.#session.environment.now());
    for (const request of dumpsOf(this.#watch)) {
      const dump = source.dump(request, this.#session.signal);
      for await (const chunk of dump) {
        const { bytes } = chunk;
        view.context = contextAt(now, chunk);
        for (let at = 0; at < bytes.length; ) {
          at = view.set(bytes, at);
          cache?.addExisting(view);
          if (!existing || pipeline.push(view)) continue;
          this.#stop('limit');
          return;
        }
        await this.#waitForOutput();
      }
      if (dump.incomplete !== undefined) this.#session.incomplete?.(dump.incomplete);
    }
  }

  async #loop(queue: EventQueue): Promise<void> {
    const { every, for: duration } = this.#watch;
    const { cache } = this.#parts;
    const end = duration === undefined ? Number.POSITIVE_INFINITY : this.#began + milliseconds(duration);
    const step = every === undefined ? Number.POSITIVE_INFINITY : milliseconds(every);
    let windowEnd = this.#began + step;
    for (;;) {
      // Once the watch is ending, only events that were queued before are waited for.
      const wake = this.#ending === undefined ? Math.min(end, windowEnd, cache?.wakeAt ?? end) : undefined;
      const item = await queue.next(wake);
      if (item === 'end') {
        this.#showResync(cache?.finish());
        return;
      }
      if (item === 'stop') this.#finish('interrupted');
      else if (item === 'time') {
        const now = performance.now();
        if (now >= end) this.#finish('for');
        else if (now >= windowEnd) {
          this.#nextWindow();
          // Windows that passed while the output was blocked are merged into the last one.
          while (windowEnd <= now) windowEnd += step;
        } else this.#showResync(await cache?.catchUp(undefined));
      } else {
        this.#addEvents(item);
        if (!this.#isDone && !this.#isMuted) this.#showResync(await cache?.catchUp(item));
      }
      if (this.#isDone) return;
      await this.#waitForOutput();
    }
  }

  /** Ends the subscription; events that the kernel has queued are still shown. */
  #finish(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#parts.stream.finish();
  }

  #addEvents(chunk: EventChunk): void {
    const { bytes, count, dropped } = chunk;
    const { eventCounts } = this.#session;
    if (eventCounts !== undefined) eventCounts.received += count;
    if (this.#isMuted) {
      this.#unshown += count;
      this.#losses.update(dropped);
      return;
    }
    const view = this.#view;
    view.context = contextAt(integer(this.#session.environment.now()), chunk);
    const { cache } = this.#parts;
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      this.#read++;
      const row = cache === undefined ? view : cache.addEvent(view);
      if (!this.#show(row)) return;
    }
    if (this.#losses.update(dropped)) cache?.eventsLost();
  }

  /** Shows the changes found by a resync. */
  #showResync(messages: Iterable<Uint8Array> = []): void {
    if (this.#isMuted) return;
    const view = new MessageView();
    view.context = { ...contextAt(integer(this.#session.environment.now())), isResync: true };
    const { pipeline } = this.#parts;
    for (const message of messages) {
      view.set(message, 0);
      const before = pipeline.kept;
      const more = this.#show(view);
      this.#resynced += pipeline.kept - before;
      if (!more) return;
    }
  }

  /** @returns false if no more events are to be shown */
  #show(view: MessageView): boolean {
    // A watch that remembers flows subscribes to more events than it shows.
    if (!this.#watch.on.includes(view.event)) return true;
    const { pipeline, untilHolds } = this.#parts;
    const before = pipeline.kept;
    const more = pipeline.push(view);
    const isMet = untilHolds !== undefined && pipeline.kept > before && untilHolds(view) === true;
    if (more && !isMet) return true;
    this.#stop(isMet ? 'until' : 'limit');
    return false;
  }

  #stop(ending: Ending): void {
    this.#ending = ending;
    this.#isDone = true;
  }

  #begin(): void {
    this.#isOpen = true;
    const { header } = this.#parts;
    this.#sink.begin(this.#watch.every === undefined ? header : { ...header, round: this.#windows++ });
  }

  #end(): void {
    const now = performance.now();
    const time = this.#watch.every === undefined ? undefined : integer(this.#session.environment.now());
    this.#parts.pipeline.finish((now - this.#windowBegan) / 1000, time);
    this.#windowBegan = now;
    this.#isOpen = false;
    this.#sink.end();
  }

  /** An incomplete window is not drawn over the last complete one; in any other output it is the rest of the result. */
  #endLast(): void {
    const { abandon } = this.#sink;
    if (this.#ending === 'interrupted' && this.#windows > 1 && abandon !== undefined) abandon.call(this.#sink);
    else this.#end();
  }

  #nextWindow(): void {
    this.#losses.report();
    this.#end();
    if (this.#parts.pipeline.isMet) this.#stop('until');
    else this.#begin();
  }

  /** Waits while the output is congested. After an interruption, for a limited time. */
  async #waitForOutput(): Promise<void> {
    const { signal } = this.#session;
    const congested = this.#isMuted ? undefined : this.#sink.ready?.();
    if (congested === undefined) return;
    if (!signal?.aborted && (await unlessAborted(congested, signal))) return;
    this.#finish('interrupted');
    this.#drainEnds ??= performance.now() + DRAIN_TIMEOUT_MS;
    const left = Math.min(READER_TIMEOUT_MS, this.#drainEnds - performance.now());
    this.#isMuted = !(await withinTime(congested, left));
  }
}
