import type { CtqError } from '../../errors.js';
import type { EventChunk, EventStream } from '../../netlink/messages/streams.js';
import type { Connection } from './connection.js';
import { FRAME, type Frame, malformed } from './frames.js';
import { FINISH, type Subscribed } from './job.js';
import { errorOf, framesOf, parsed } from './remote-frames.js';

/** After the end was requested: maximum silence (ms), and maximum time (ms) for the rest. */
const GRACE = 1000;
const PATIENCE = 5_000;
/** How long (ms) events may be under way: the remote side collects them for a moment. */
const UNDER_WAY = 500;

/** The events of another host. Losses are those of its kernel; events in transit are buffered at both ends. */
export class RemoteEvents implements EventStream {
  readonly #connection: Connection;
  readonly #unfiltered: ((error: CtqError) => void) | undefined;
  received = 0;
  dropped = 0;
  receiveBuffer = 0;
  requestedBuffer = 0;
  readonly began: Promise<void>;
  completeUntil: number | undefined;
  isCut = false;
  /** Fulfilled when the remote side has subscribed, or failed to. */
  readonly subscribed: Promise<void>;
  readonly #frames: Promise<AsyncGenerator<Frame>>;
  #isSubscribed = false;
  #isFinished = false;
  #finished: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param unfiltered called if the kernel there does not filter events */
  constructor(connection: Connection, unfiltered?: (error: CtqError) => void) {
    this.#connection = connection;
    this.#unfiltered = unfiltered;
    this.#frames = this.#begin();
    this.began = this.#frames.then(() => {});
    this.subscribed = this.began.catch(() => {});
  }

  /** Reads up to the first event. */
  async #begin(): Promise<AsyncGenerator<Frame>> {
    const { rest } = await this.#connection.greeted();
    const frames = framesOf(rest, this.#connection);
    const { done, value } = await frames.next();
    if (done || value.kind !== FRAME.subscribed) throw malformed();
    const { receiveBuffer, requestedBuffer, unfiltered } = parsed<Subscribed>(value.body);
    if (typeof unfiltered === 'object' && unfiltered !== null)
      this.#unfiltered?.(errorOf(unfiltered, this.#connection));
    this.receiveBuffer = Number(receiveBuffer) || 0;
    this.requestedBuffer = Number(requestedBuffer) || 0;
    this.#isSubscribed = true;
    this.completeUntil = performance.now();
    return frames;
  }

  /** Waits for the rest of the remote side's events as long as they keep arriving. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    if (!this.#isSubscribed) {
      this.#connection.close();
      return;
    }
    this.#connection.write(FINISH);
    this.#expect();
  }

  #expect(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connection.close(), GRACE);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#connection.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    try {
      for await (const { kind, body, count, dropped } of await this.#frames) {
        if (kind !== FRAME.messages) throw malformed();
        this.received += count;
        this.dropped = dropped;
        // The remote side sends an empty one when it has no events.
        if (count === 0) this.completeUntil = performance.now() - UNDER_WAY;
        if (this.#isFinished) {
          this.#finished ??= performance.now();
          // Events without end are not what was queued.
          if (performance.now() - this.#finished > PATIENCE) return;
          this.#expect();
        }
        if (body.length > 0) yield { bytes: body, count, dropped };
      }
    } catch (error) {
      // It was closed because nothing more came.
      if (!this.#isFinished || !this.#connection.isClosed) throw error;
      this.isCut = this.#isSubscribed;
    } finally {
      await this.close();
    }
  }
}
