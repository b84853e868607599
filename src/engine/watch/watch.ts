import type { CheckedWatch } from '../../lang/check/checked-ast.js';
import { compile, type Getter } from '../../lang/evaluate/evaluate.js';
import { capabilitiesOf } from '../../lang/schema/places.js';
import { type Integer, integer } from '../../lang/values/value.js';
import { unlessAborted, withinTime } from '../abortable.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { CtqError } from '../errors.js';
import type { Header, Sink } from '../formats/sink.js';
import type { EventChunk, EventStream } from '../netlink/streams.js';
import type { Session } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { entriesTo, readingOf } from '../query/exec/select.js';
import { NAMESPACE_GONE } from '../sources/namespaces/namespace.js';
import type { Source } from '../sources/source.js';
import { EventQueue } from './event-queue.js';
import { FlowCache } from './flow-cache.js';
import { LossReporter } from './loss.js';
import { dumpsOf, groupsOf, selectOf, warnOfSilence, warnOfSmallBuffer } from './subscription.js';
import type { Ending, WatchSummary } from './summary.js';

export interface WatchOptions {
  /** Receive buffer that the kernel is asked for, in bytes; left out: as much as does for 100,000 events. */
  readonly receiveBuffer?: number;
  /** Told how many bytes of receive buffer the kernel granted, before the first event. */
  readonly onBuffer?: (bytes: number) => void;
  /** How many buffers of 256 KiB events may wait in while the output is busy. */
  readonly buffers?: number;
  /** How many flows are remembered at the most, by `with state` and `with resync`. */
  readonly capacity?: number;
}

/** 64 MiB beside the kernel's own buffer, taken as they are needed, while the output or the reckoning is busy. */
const BUFFERS = 256;

/** How long (ms) an interrupted watch waits for a reader who does not read, and for one who reads slowly, in all. */
const GRACE = 150;
const PATIENCE = 10_000;

const milliseconds = (ns: Integer): number => Number(ns) / 1e6;

/**
 * Shows events until its time, limit or condition is reached, or the session's signal is aborted, which is no error: what
 * has been gathered is shown then too.
 * @throws CtqError if it cannot subscribe, or the output has no reader any more
 */
export async function runWatch(
  watch: CheckedWatch,
  sink: Sink,
  session: Session,
  options: WatchOptions = {},
): Promise<WatchSummary> {
  const select = selectOf(watch);
  const place = watch.place ?? session.place;
  const source = session.kernel(place);
  if (capabilitiesOf(place).spansNamespaces) mustNotRemember(watch);
  warnOfSilence(place, watch, session);
  const reading = await readingOf(select, session);
  const isOver =
    watch.until && !(watch.grouping && watch.every !== undefined) ? compile(watch.until, reading) : undefined;
  const pipeline = new Pipeline(isOver ? { ...select, until: undefined } : select, reading, sink, entriesTo(sink));
  const stream = source.listen(groupsOf(watch), {
    receiveBuffer: options.receiveBuffer,
    buffers: options.buffers ?? BUFFERS,
    ...(session.incomplete === undefined ? {} : { incomplete: session.incomplete }),
  });
  options.onBuffer?.(stream.receiveBuffer);
  warnOfSmallBuffer(stream, session);
  const header = { ...headerOf(select, session), events: true };
  const recollection =
    watch.state || watch.resync ? new FlowCache(watch, session, source, stream, options.capacity) : undefined;
  return new WatchRun(watch, sink, session, { source, stream, pipeline, isOver, header, recollection }).run();
}

/** What is remembered of a flow is kept by its id, which is no other's within one namespace only. */
function mustNotRemember({ state, resync }: CheckedWatch): void {
  if (!state && !resync) return;
  throw new CtqError({
    code: 'place',
    kind: 'statement',
    message: `with ${state ? 'state' : 'resync'} watches one network namespace, not all of them`,
    hint: 'name one: in netns blue',
  });
}

interface Parts {
  readonly source: Source;
  readonly stream: EventStream;
  readonly pipeline: Pipeline<MessageView>;
  /** The condition that ends the watch, of an event that is shown. */
  readonly isOver: Getter<MessageView> | undefined;
  readonly header: Header;
  readonly recollection: FlowCache | undefined;
}

class WatchRun {
  readonly #watch: CheckedWatch;
  readonly #sink: Sink;
  readonly #session: Session;
  readonly #parts: Parts;
  readonly #view = new MessageView();
  readonly #losses: LossReporter;
  readonly #began = performance.now();
  #windowBegan = this.#began;
  #windows = 0;
  #read = 0;
  #bytes = 0;
  #ending: Ending | undefined;
  /** Nothing that still comes is wanted. */
  #isEnough = false;
  /** Ctrl-C came, and the output stands still: what still comes is counted, and not shown. */
  #isMute = false;
  #unshown = 0;
  #patienceEnds: number | undefined;
  /** Of what was kept: what was there before the first event, and what a new look at the table has shown. */
  #existing = 0;
  #resynced = 0;
  /** A result has begun and not ended. */
  #isOpen = false;

  constructor(watch: CheckedWatch, sink: Sink, session: Session, parts: Parts) {
    this.#watch = watch;
    this.#sink = sink;
    this.#session = session;
    this.#parts = parts;
    this.#losses = new LossReporter(sink, session);
  }

  async run(): Promise<WatchSummary> {
    const { stream } = this.#parts;
    const { signal } = this.#session;
    const inbox = new EventQueue(stream, signal);
    try {
      this.#begin();
      if (this.#watch.existing || this.#watch.resync) await this.#readTable();
      this.#existing = this.#parts.pipeline.kept;
      if (!this.#isEnough) await this.#loop(inbox);
    } catch (error) {
      const isGone =
        error instanceof CtqError && error.code === NAMESPACE_GONE && this.#session.incomplete !== undefined;
      if (isGone) this.#session.incomplete?.(error);
      else if (!signal?.aborted || error !== signal.reason) throw error;
      this.#ending = isGone ? 'source' : 'interrupted';
    } finally {
      inbox.close();
      await stream.close();
    }
    this.#losses.update(stream.dropped);
    this.#losses.tell();
    if (this.#isOpen) this.#end();
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
    };
  }

  /** The flows that are there before the first event. */
  async #readTable(): Promise<void> {
    const { source, pipeline, recollection } = this.#parts;
    const { existing } = this.#watch;
    const view = new MessageView();
    const now = integer(this.#session.environment.now());
    for (const request of dumpsOf(this.#watch)) {
      const dump = source.dump(request, this.#session.signal);
      for await (const { bytes, netns } of dump) {
        view.context = contextAt(now, netns);
        for (let at = 0; at < bytes.length; ) {
          at = view.set(bytes, at);
          recollection?.know(view);
          if (!existing || pipeline.push(view)) continue;
          this.#enough('limit');
          return;
        }
        await this.#unclog();
      }
      if (dump.incomplete !== undefined) this.#session.incomplete?.(dump.incomplete);
    }
  }

  async #loop(inbox: EventQueue): Promise<void> {
    const { every, for: duration } = this.#watch;
    const { recollection } = this.#parts;
    const end = duration === undefined ? Number.POSITIVE_INFINITY : this.#began + milliseconds(duration);
    const step = every === undefined ? Number.POSITIVE_INFINITY : milliseconds(every);
    let windowEnd = this.#began + step;
    for (;;) {
      // Once the end is decided, only what was queued before it is still waited for.
      const wake = this.#ending === undefined ? Math.min(end, windowEnd, recollection?.wakeAt ?? end) : undefined;
      const what = await inbox.next(wake);
      if (what === 'end') {
        this.#tellChanges(recollection?.settle());
        return;
      }
      if (what === 'stop') this.#finish('interrupted');
      else if (what === 'time') {
        const now = performance.now();
        if (now >= end) this.#finish('for');
        else if (now >= windowEnd) {
          this.#nextWindow();
          // A window that passed while the output was blocked is part of the one before.
          while (windowEnd <= now) windowEnd += step;
        } else this.#tellChanges(await recollection?.catchUp(undefined));
      } else {
        this.#take(what);
        if (!this.#isEnough && !this.#isMute) this.#tellChanges(await recollection?.catchUp(what));
      }
      if (this.#isEnough) return;
      await this.#unclog();
    }
  }

  /** No more events are subscribed to; those that the kernel has queued are still shown. */
  #finish(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#parts.stream.finish();
  }

  #take({ bytes, count, dropped, netns }: EventChunk): void {
    if (this.#isMute) {
      this.#unshown += count;
      this.#losses.update(dropped);
      return;
    }
    const view = this.#view;
    view.context = contextAt(integer(this.#session.environment.now()), netns);
    const { recollection } = this.#parts;
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      this.#read++;
      const row = recollection === undefined ? view : recollection.learn(view);
      if (!this.#show(row)) return;
    }
    if (this.#losses.update(dropped)) recollection?.lost();
  }

  /** What a new look at the table has shown. */
  #tellChanges(messages: Iterable<Uint8Array> = []): void {
    if (this.#isMute) return;
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

  /** @returns false where nothing more is wanted */
  #show(view: MessageView): boolean {
    // More than what is shown is subscribed to where the watch remembers.
    if (!this.#watch.on.includes(view.event)) return true;
    const { pipeline, isOver } = this.#parts;
    const before = pipeline.kept;
    const more = pipeline.push(view);
    const isMet = isOver !== undefined && pipeline.kept > before && isOver(view) === true;
    if (more && !isMet) return true;
    this.#enough(isMet ? 'until' : 'limit');
    return false;
  }

  #enough(ending: Ending): void {
    this.#ending = ending;
    this.#isEnough = true;
  }

  #begin(): void {
    this.#isOpen = true;
    const { header } = this.#parts;
    this.#sink.begin(this.#watch.every === undefined ? header : { ...header, round: this.#windows++ });
  }

  #end(): void {
    const now = performance.now();
    this.#parts.pipeline.finish((now - this.#windowBegan) / 1000);
    this.#windowBegan = now;
    this.#isOpen = false;
    this.#sink.end();
  }

  #nextWindow(): void {
    this.#losses.tell();
    this.#end();
    if (this.#parts.pipeline.isMet) this.#enough('until');
    else this.#begin();
  }

  /** Waits while the output is behind. From Ctrl-C on, what has been gathered is still written as long as somebody reads it. */
  async #unclog(): Promise<void> {
    const { signal } = this.#session;
    const congested = this.#isMute ? undefined : this.#sink.ready?.();
    if (congested === undefined) return;
    if (!signal?.aborted && (await unlessAborted(congested, signal))) return;
    this.#finish('interrupted');
    this.#patienceEnds ??= performance.now() + PATIENCE;
    const left = Math.min(GRACE, this.#patienceEnds - performance.now());
    this.#isMute = !(await withinTime(congested, left));
  }
}
