import type { CheckedWatch } from '../../../lang/checked/statements.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import type { EventChunk, EventStream } from '../../netlink/messages/streams.js';
import { monotonicMs } from '../../netlink/monotonic.js';
import type { QueryContext } from '../../query/context.js';
import type { Source } from '../../sources/source.js';
import { dumpsOf } from '../subscription.js';
import { fillMissing } from './fill-missing.js';
import { FlowMemory, flowKey } from './flow-memory.js';
import { Resync } from './resync.js';

/** After this long without events the table is read again. */
const QUIET_MS = 250;
/** Longest wait for events queued during the read; QUIET_MS if the stream cannot signal an empty queue. */
const MAX_QUEUE_WAIT_MS = 10_000;

/** The flows that a watch has seen: to fill in attributes that events lack (`with state`), and to find lost changes (`with resync`). */
export class FlowCache {
  readonly #watch: CheckedWatch;
  readonly #session: QueryContext;
  readonly #source: Source;
  readonly #stream: EventStream;
  readonly #memory: FlowMemory;
  readonly #view = new MessageView();
  #resync: Resync | undefined;
  /** When the table was read, and when the last event came. */
  #readAt = 0;
  #quietSince = 0;
  #isLossy = false;

  constructor(watch: CheckedWatch, session: QueryContext, source: Source, stream: EventStream, capacity?: number) {
    this.#watch = watch;
    this.#stream = stream;
    this.#session = session;
    this.#source = source;
    this.#memory = new FlowMemory(capacity);
  }

  /** Adds an entry that existed before the first event. */
  addExisting(view: MessageView): void {
    this.#memory.set(flowKey(view), view.copy());
  }

  /** Adds an event. @returns the event, filled in if the watch is `with state`; valid until the next call */
  addEvent(view: MessageView): MessageView {
    const key = flowKey(view);
    this.#resync?.eventSeen(key);
    const { event } = view;
    const known = event === 'new' || view.isExpectation ? undefined : this.#memory.get(key);
    const copy = view.copy();
    const whole = known === undefined ? copy : fillMissing(copy, known);
    if (event === 'destroy') this.#memory.delete(key);
    else this.#memory.set(key, whole);
    if (this.#memory.evicted > 0) {
      this.#session.warn(
        'more flows than the watch can remember: the oldest are forgotten',
        'fields that their events lack stay null, and a resync may report them as new',
      );
    }
    if (whole === copy || !this.#watch.state) return view;
    this.#view.set(whole, 0);
    this.#view.context = view.context;
    return this.#view;
  }

  /** Events were lost: the table is to be read again as soon as it is quiet. */
  eventsLost(): void {
    this.#isLossy = this.#watch.resync;
  }

  get #maxQueueWait(): number {
    return this.#stream.probe === undefined ? QUIET_MS : MAX_QUEUE_WAIT_MS;
  }

  /** When `catchUp` is to be called again if no event comes, as performance.now(); Infinity: never. */
  get wakeAt(): number {
    if (this.#resync === undefined && !this.#isLossy) return Number.POSITIVE_INFINITY;
    const time = this.#resync === undefined ? this.#quietSince + QUIET_MS : this.#readAt + this.#maxQueueWait;
    return performance.now() + Math.max(0, time - monotonicMs());
  }

  /**
   * Reads the table again if that is due, and determines what has changed after the events that were queued in the meantime.
   * @param chunk the chunk that has just come, if any
   * @returns changes that no event has reported, as events
   */
  async catchUp(chunk: EventChunk | undefined): Promise<Iterable<Uint8Array>> {
    const now = monotonicMs();
    if (chunk !== undefined) this.#quietSince = now;
    const isQuiet = now - this.#quietSince >= QUIET_MS;
    if (this.#resync !== undefined) {
      const hasAll = chunk?.emptyAt !== undefined && chunk.emptyAt > this.#readAt;
      return hasAll || now - this.#readAt >= this.#maxQueueWait ? this.finish() : [];
    }
    if (this.#isLossy && (isQuiet || chunk?.emptyAt !== undefined)) await this.#tryReadAgain();
    return [];
  }

  /** To be called when no more events will come. @returns as `catchUp` */
  finish(): Iterable<Uint8Array> {
    const resync = this.#resync;
    this.#resync = undefined;
    return resync?.changes() ?? [];
  }

  /** If the watch is interrupted meanwhile, queued events are still shown, but there is no resync. */
  async #tryReadAgain(): Promise<void> {
    this.#isLossy = false;
    const { signal } = this.#session;
    try {
      if (!signal?.aborted) await this.#readAgain();
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
    }
  }

  async #readAgain(): Promise<void> {
    const resync = new Resync(this.#memory);
    const view = new MessageView();
    for (const request of dumpsOf(this.#watch)) {
      for await (const { bytes } of this.#source.dump(request, this.#session.signal)) {
        for (let at = 0; at < bytes.length; ) {
          at = view.set(bytes, at);
          resync.addEntry(view);
        }
      }
    }
    resync.tableRead();
    this.#resync = resync;
    this.#readAt = monotonicMs();
    this.#quietSince = this.#readAt;
    // Silence does not prove that no events are queued: the receiving thread may be late.
    this.#stream.probe?.();
  }
}
