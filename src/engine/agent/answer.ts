import { CtqError } from '../errors.js';
import {
  encodeFrame,
  HEARTBEAT,
  type MemberFrame,
  SMALL_PART,
  type Totals,
} from '../sources/fleet/protocol/protocol.js';

/** Parts that are made before the requester takes the first of them. */
const AHEAD = 8;
/** Bytes of events that are put together: all members may send a part at the same time. */
export const EVENTS_SIZE = 64 * 1024;
/** How long (ms) an answer is kept for its requester. */
const HELD = 60_000;
/** How long (ms) an requester who takes parts one by one may pause: others wait for it. */
const STALLED = 15_000;

/**
 * When parts are made: all of them at once, no more than the requester takes, or as events occur. Events are put together until the requester
 * takes them.
 */
export type AnswerPace = 'at once' | 'as taken' | 'events';

/** A part, and of a watch how many events were lost until its end. */
interface MadePart {
  readonly body: Uint8Array;
  readonly lost?: number;
  /** Of a watch: the kernel had other events when it was made. */
  readonly isBehind?: boolean;
}

/** The answer of one job: parts that wait to be taken. */
export class Answer {
  /** Parts by their number; those that have arrived are removed. */
  readonly #parts = new Map<number, MadePart>();
  #made = 0;
  /** Parts that were sent, perhaps more than once: they stay as they are. */
  #sent = 0;
  #totals: Totals | undefined;
  #error: CtqError | undefined;
  #wakers: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #abort = new AbortController();
  readonly #pace: AnswerPace;
  /** Rows read so far. */
  read = 0;
  /** Of a watch: ends the subscription. */
  onFinish = (): void => {};

  constructor(
    pace: AnswerPace,
    readonly forget: () => void,
  ) {
    this.#pace = pace;
    this.touch();
  }

  get #isPaced(): boolean {
    return this.#pace !== 'at once';
  }

  /** Ends the work. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  // -------------------------------------------------------------- making

  write(body: Uint8Array): void {
    this.#parts.set(this.#made++, { body });
    this.#wake();
  }

  /**
   * @param lost events that were lost so far
   * @param isBehind the kernel has other events
   */
  writeEvents(body: Uint8Array, lost: number, isBehind: boolean): void {
    const last = this.#made > this.#sent ? this.#parts.get(this.#made - 1) : undefined;
    if (last !== undefined && last.body.length + body.length <= EVENTS_SIZE)
      this.#parts.set(this.#made - 1, { body: Buffer.concat([last.body, body]), lost, isBehind });
    else this.#parts.set(this.#made++, { body, lost, isBehind });
    this.#wake();
  }

  /** A promise while enough parts wait. */
  drained(): Promise<void> | undefined {
    if (!this.#isPaced || this.#parts.size < AHEAD) return undefined;
    return (async () => {
      while (this.#parts.size >= AHEAD) {
        this.signal.throwIfAborted();
        await this.#change(HEARTBEAT, () => this.#parts.size < AHEAD || this.signal.aborted);
      }
    })();
  }

  /** @param last the bytes of the last part */
  end(last: Uint8Array, totals: Totals, lost?: number): void {
    this.#parts.set(this.#made++, { body: last, ...(lost === undefined ? {} : { lost }) });
    this.#totals = totals;
    this.#wake();
  }

  fail(error: CtqError): void {
    this.#error = error;
    this.#parts.clear();
    this.#wake();
  }

  // -------------------------------------------------------------- taking

  /** The reply to an requester that waits: a small first part, that the parts are ready, or that the query still runs. */
  async first(): Promise<MemberFrame> {
    this.touch();
    if (!this.#isReady) await this.#change(HEARTBEAT, () => this.#isReady || this.#error !== undefined);
    if (this.#error !== undefined) return { kind: 'error', error: this.#error };
    if (!this.#isReady) return { kind: 'working', read: this.read };
    const part = this.#parts.get(0);
    return this.#totals !== undefined && this.#made === 1 && part !== undefined && part.body.length <= SMALL_PART
      ? this.#frame(0, part)
      : { kind: 'ready', ...(this.#totals === undefined ? {} : { parts: this.#made }) };
  }

  /** Whether parts can be taken: all of them, or some of those that are made as they are taken. */
  get #isReady(): boolean {
    return this.#totals !== undefined || (this.#isPaced && this.#made > 0);
  }

  /** A part. @param done parts before it have arrived */
  async part(number: number, done: number): Promise<MemberFrame> {
    this.touch();
    for (const each of this.#parts.keys()) if (each < done) this.#parts.delete(each);
    this.#wake();
    if (number >= this.#made && this.#error === undefined && this.#totals === undefined)
      await this.#change(HEARTBEAT, () => number < this.#made || this.#error !== undefined);
    if (this.#error !== undefined) return { kind: 'error', error: this.#error };
    const part = this.#parts.get(number);
    if (part !== undefined) return this.#frame(number, part);
    if (this.#totals === undefined && number >= this.#made) return { kind: 'working', read: this.read };
    return { kind: 'error', error: noPart() };
  }

  #frame(part: number, { body, lost, isBehind }: MadePart): MemberFrame {
    this.#sent = Math.max(this.#sent, part + 1);
    const isLast = this.#totals !== undefined && part === this.#made - 1;
    return {
      kind: 'part',
      part,
      body,
      ...(lost === undefined ? {} : { lost }),
      ...(this.#pace === 'events' && (isBehind || part < this.#made - 1) ? { more: true } : {}),
      ...(isLast ? { last: this.#totals } : {}),
    };
  }

  /** All frames in order, for an requester who takes them as they come. */
  async *frames(): AsyncGenerator<Uint8Array> {
    for (let part = 0; ; ) {
      const frame = part === 0 && !this.#isReady ? await this.first() : await this.part(part, part);
      if (frame.kind === 'ready') continue;
      yield encodeFrame(frame);
      if (frame.kind === 'error' || (frame.kind === 'part' && frame.last !== undefined)) return;
      if (frame.kind === 'part') part = frame.part + 1;
    }
  }

  // -------------------------------------------------------------- time

  /** The requester is there. */
  touch(): void {
    clearTimeout(this.#timer);
    const isHeld = this.#totals !== undefined || this.#error !== undefined || this.#pace !== 'as taken';
    this.#timer = setTimeout(() => this.close(), isHeld ? HELD : STALLED).unref();
  }

  /** Ends the work, if it has not ended, and forgets the parts. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort(
      new CtqError({ code: 'fleet-left', kind: 'system', message: 'the program that asked has disconnected' }),
    );
    this.#parts.clear();
    this.#wake();
    this.forget();
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  /** Waits until something holds, or for some ms. */
  async #change(ms: number, isMet: () => boolean): Promise<void> {
    const end = performance.now() + ms;
    for (let left = ms; left > 0 && !isMet(); left = end - performance.now()) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        this.#wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}

const noPart = (): CtqError =>
  new CtqError({ code: 'fleet-part', kind: 'input', message: 'the part of the answer no longer exists' });
