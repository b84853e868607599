import type { CheckedWatch } from '../../lang/checked/statements.js';
import { type Getter, type Integer, integer } from '../../lang/values/value.js';
import { unlessAborted, withinTime } from '../abortable.js';
import { contextAt, receivedAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { CtqError } from '../errors.js';
import type { Header, Sink } from '../formats/sink.js';
import type { EventChunk, EventStream } from '../netlink/messages/streams.js';
import type { Ending, QueryContext } from '../query/context.js';
import type { Pipeline } from '../query/exec/pipeline.js';
import { NAMESPACE_GONE } from '../sources/kernel/namespace.js';
import type { Source } from '../sources/source.js';
import type { Absences } from './absences.js';
import { EventQueue } from './event-queue.js';
import { LossReporter } from './loss.js';
import type { FlowCache } from './memory/flow-cache.js';
import { dumpsOf } from './subscription.js';
import type { WatchSummary } from './summary.js';

/** Longest time that an interrupted watch waits for a blocked output, at once and in total. */
const READER_TIMEOUT_MS = 150;
const DRAIN_TIMEOUT_MS = 10_000;

const milliseconds = (ns: Integer): number => Number(ns) / 1e6;

export interface WatchParts {
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

const notConfirmed = (): CtqError =>
  new CtqError({
    code: 'relay-silent',
    kind: 'system',
    message: 'the last events may be missing: the other host did not confirm that it has sent all of them',
  });

/** A watch from the subscription to its end. */
export class WatchRun {
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
    if (stream.isCut) this.#session.incomplete?.(notConfirmed());
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
    const now = integer(this.#session.environment.now());
    view.context = this.#parts.isLive ? receivedAt(now, chunk) : contextAt(now, chunk);
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
    view.context = receivedAt(integer(this.#session.environment.now()), {}, true);
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
    this.#parts.pipeline.finish((now - this.#windowBegan) / 1000, integer(this.#session.environment.now()));
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
