import { setTimeout as pause } from 'node:timers/promises';
import { abortable } from '../../../../abortable.js';
import { CtqError } from '../../../../errors.js';
import type { EventChunk, EventStream } from '../../../../netlink/messages/streams.js';
import { messagesOf } from '../../protocol/messages.js';
import { encodeJob, type MemberFrame, malformedAnswer, type QueryJob } from '../../protocol/protocol.js';
import { type AskOptions, checkBegin, noAnswer } from '../link.js';
import { type Bus, querySubject } from './bus.js';
import { BEGIN_TIMES, requestFrame, requestPart, sendToMember } from './bus-request.js';

/** After the end was requested: maximum silence (ms), and maximum time (ms) for the rest. */
const GRACE = 1000;
const PATIENCE = 5000;
/** How long (ms) a member may be gone from the server before its events are: it connects again by itself. */
const GONE = 5000;
const ASK_AGAIN = 250;
/** The least time (ms) between two questions for events when there are none: what answers at once would be asked without end. */
const PAUSE = 20;

/** The events of a member that is reached by a message server. Its parts are pulled: who asks slowly lets its kernel drop events, which are counted. */
export class BusEvents implements EventStream {
  received = 0;
  dropped = 0;
  /** The member chooses them, and warns if they are small. */
  readonly receiveBuffer = 0;
  readonly requestedBuffer = 0;
  readonly began: Promise<void>;
  completeUntil: number | undefined;
  isCut = false;
  readonly #bus: Bus;
  readonly #member: string;
  readonly #id: string;
  readonly #ended = new AbortController();
  #finished: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(bus: Bus, member: string, job: QueryJob, options: Pick<AskOptions, 'shape' | 'begun'>) {
    this.#bus = bus;
    this.#member = member;
    this.#id = job.id;
    this.began = this.#begin(job, options);
    // It is awaited when the events are.
    this.began.catch(() => {});
  }

  async #begin(job: QueryJob, options: Pick<AskOptions, 'shape' | 'begun'>): Promise<void> {
    const asked = { times: BEGIN_TIMES, signal: this.#ended.signal };
    checkBegin(await requestFrame(this.#bus, querySubject(this.#member), encodeJob(job), asked), options);
    this.completeUntil = performance.now();
  }

  /** Waits for the rest of the member's events as long as they keep arriving. */
  finish(): void {
    if (this.#finished !== undefined) return;
    this.#finished = performance.now();
    sendToMember(this.#bus, this.#member, { id: this.#id, kind: 'finish' });
    this.#expect();
  }

  #expect(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ended.abort(noAnswer()), GRACE);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(closed());
    sendToMember(this.#bus, this.#member, { id: this.#id, kind: 'end' });
  }

  async #part(part: number): Promise<MemberFrame> {
    const { signal } = this.#ended;
    const request = { id: this.#id, kind: 'part', part, done: part } as const;
    for (const end = performance.now() + GONE; ; ) {
      try {
        return await requestPart(this.#bus, this.#member, request, { signal });
      } catch (error) {
        const isGone = error instanceof CtqError && error.code === 'fleet-not-connected';
        if (!isGone || performance.now() > end) throw error;
        await abortable(pause(ASK_AGAIN), signal);
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    const { signal } = this.#ended;
    try {
      await this.began;
      let before = this.completeUntil;
      for (let part = 0; ; ) {
        const asked = performance.now();
        const frame = await this.#part(part);
        if (frame.kind === 'working') {
          // There were none for a second.
          this.completeUntil = asked;
          before = asked;
          await abortable(pause(PAUSE), signal);
          continue;
        }
        if (frame.kind === 'error') throw frame.error;
        if (frame.kind !== 'part' || frame.part !== part) throw malformedAnswer();
        part++;
        const { bytes, count } = messagesOf(frame.body);
        const { lost = 0, more, last } = frame;
        // It may have been made soon after the one before was sent.
        if (more === undefined) this.completeUntil = before;
        before = asked;
        const isNews = count > 0 || lost > this.dropped;
        this.received += count;
        this.dropped = Math.max(this.dropped, lost);
        if (this.#finished !== undefined) {
          // Events without end are not what was queued.
          if (performance.now() - this.#finished > PATIENCE) return;
          this.#expect();
        }
        if (isNews) yield { bytes, count, dropped: this.dropped };
        if (last !== undefined) return;
      }
    } catch (error) {
      // It was closed because nothing more came.
      if (this.#finished === undefined || !signal.aborted) throw error;
      this.isCut = true;
    } finally {
      await this.close();
    }
  }
}

const closed = (): CtqError =>
  new CtqError({ code: 'relay-closed', kind: 'system', message: 'the connection was closed' });
