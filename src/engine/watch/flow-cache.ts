import type { CheckedWatch } from '../../lang/check/checked-ast.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { monotonicMs } from '../netlink/monotonic.js';
import type { EventChunk, EventStream } from '../netlink/streams.js';
import type { Session } from '../query/context.js';
import type { Source } from '../sources/source.js';
import { completed } from './complete.js';
import { FlowMemory, flowKey } from './flow-memory.js';
import { Resync } from './resync.js';
import { dumpsOf } from './subscription.js';

/** Without events for so long (ms) it is a good time to read the table. */
const SILENCE = 250;
/** What is queued is waited for so long (ms) at the most; where nothing tells that it has come, for as long as SILENCE. */
const PATIENCE = 10_000;

/** What a watch remembers of the flows that it has seen: to fill in what events lack, and to find what was lost. */
export class FlowCache {
  readonly #watch: CheckedWatch;
  readonly #session: Session;
  readonly #source: Source;
  readonly #stream: EventStream;
  readonly #memory: FlowMemory;
  readonly #view = new MessageView();
  #resync: Resync | undefined;
  /** When the table was read, and when the last event came since. */
  #readAt = 0;
  #quietSince = 0;
  #isLossy = false;

  constructor(watch: CheckedWatch, session: Session, source: Source, stream: EventStream, capacity?: number) {
    this.#watch = watch;
    this.#stream = stream;
    this.#session = session;
    this.#source = source;
    this.#memory = new FlowMemory(capacity);
  }

  /** An entry that is there before the first event. */
  know(view: MessageView): void {
    this.#memory.set(flowKey(view), view.copy());
  }

  /** Takes in an event. @returns the event, with what it lacks filled in where that was asked for */
  learn(view: MessageView): MessageView {
    const key = flowKey(view);
    this.#resync?.told(key);
    const { event } = view;
    const known = event === 'new' || view.isExpectation ? undefined : this.#memory.get(key);
    const copy = view.copy();
    const whole = known === undefined ? copy : completed(copy, known);
    if (event === 'destroy') this.#memory.delete(key);
    else this.#memory.set(key, whole);
    if (this.#memory.forgotten > 0) {
      this.#session.warn(
        'there are more flows than the watch remembers: it forgets the oldest of them',
        'what events lack stays null for those, and a resync may tell of them as new',
      );
    }
    if (whole === copy || !this.#watch.state) return view;
    this.#view.set(whole, 0);
    this.#view.context = view.context;
    return this.#view;
  }

  /** Events were lost: the table is read again when it is quiet enough to. */
  lost(): void {
    this.#isLossy = this.#watch.resync;
  }

  get #patience(): number {
    return this.#stream.probe === undefined ? SILENCE : PATIENCE;
  }

  /** When `catchUp` is to be called again though no event came, of performance.now(); Infinity: never. */
  get wakeAt(): number {
    if (this.#resync === undefined && !this.#isLossy) return Number.POSITIVE_INFINITY;
    const time = this.#resync === undefined ? this.#quietSince + SILENCE : this.#readAt + this.#patience;
    return performance.now() + Math.max(0, time - monotonicMs());
  }

  /**
   * Reads the table again where that is due, and finds out what changed once the events that were queued have come.
   * @param chunk what has just come; undefined where nothing did
   * @returns changes that no event told of, as the events that they would have been
   */
  async catchUp(chunk: EventChunk | undefined): Promise<Iterable<Uint8Array>> {
    const now = monotonicMs();
    if (chunk !== undefined) this.#quietSince = now;
    const isSilent = now - this.#quietSince >= SILENCE;
    if (this.#resync !== undefined) {
      const hasAll = chunk?.emptyAt !== undefined && chunk.emptyAt > this.#readAt;
      return hasAll || now - this.#readAt >= this.#patience ? this.settle() : [];
    }
    if (this.#isLossy && (isSilent || chunk?.emptyAt !== undefined)) await this.#lookAgain();
    return [];
  }

  /** Nothing more will come. */
  settle(): Iterable<Uint8Array> {
    const resync = this.#resync;
    this.#resync = undefined;
    return resync?.settle() ?? [];
  }

  /** Where the user ends the watch meanwhile, what has been queued is still shown, and nothing is looked for any more. */
  async #lookAgain(): Promise<void> {
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
          resync.see(view);
        }
      }
    }
    resync.seenAll();
    this.#resync = resync;
    this.#readAt = monotonicMs();
    this.#quietSince = this.#readAt;
    // That no event comes does not mean that none is queued: the thread that receives may be late.
    this.#stream.probe?.();
  }
}
