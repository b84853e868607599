import type { RequestArena } from '../../ctnetlink/requests/copy-flow.js';
import type { CtqError } from '../../errors.js';
import { host32 } from '../../netlink/framing.js';
import type { Source } from '../../sources/source.js';
import type { Outcome } from './batch.js';

/** Requests that wait are sent after so many ms, if there are not enough of them before. */
const PATIENCE = 20;
/** Full pieces that wait for their turn while others are made. */
const MOST_WAITING = 2;

const eventLoop = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/**
 * Sends requests as they stand one behind the other in memory. Of those that succeed only the number is told: for hundreds
 * of thousands, of which few fail.
 */
export class BulkSender {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;
  readonly #arena: RequestArena;
  readonly #settle: (outcome: Outcome, request: Uint8Array) => void;
  readonly #words = new Map<number, CtqError>();
  /** Requests that wait for their turn. */
  #pieces: Uint8Array[] = [];
  #isWaiting = false;
  #since = 0;
  /** The sending of all pieces that wait, and that of the one before them. */
  #underWay: Promise<void> | undefined;
  #sending: Promise<void> | undefined;
  #hasFailed = false;

  /** @param settle what is done about a request that failed; its bytes stay valid */
  constructor(
    source: Source,
    signal: AbortSignal | undefined,
    arena: RequestArena,
    settle: (outcome: Outcome, request: Uint8Array) => void,
  ) {
    this.#source = source;
    this.#signal = signal;
    this.#arena = arena;
    this.#settle = settle;
  }

  /** A request has been written into the arena. */
  added(): void {
    if (!this.#isWaiting) {
      this.#isWaiting = true;
      this.#since = performance.now();
    }
    if (this.#arena.isFull) this.#pieces.push(this.#arena.take());
  }

  /** Whether it is time to send. */
  get isDue(): boolean {
    return this.#pieces.length > 0 || (this.#isWaiting && performance.now() - this.#since > PATIENCE);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#arena.take();
    this.#pieces = [];
    this.#isWaiting = false;
  }

  /**
   * Sends what waits. Where the signal stops it between two sends, what was sent is settled, and the reason thrown.
   * @param done is told how many succeeded, after each piece; what it throws ends the sending
   */
  async send(done: (count: number) => void): Promise<void> {
    await this.drain();
    this.#collect(true);
    await this.#sendAll(done, false);
  }

  /**
   * As `send`, but pieces may be under way still, or wait for their turn, when this returns: the kernel takes them while others are
   * made. Whatever happens then, `drain` has to follow.
   */
  async sendInBackground(done: (count: number) => void): Promise<void> {
    if (this.#hasFailed) await this.drain();
    // A piece that is not full yet would have to wait for those before.
    this.#collect(this.#pieces.length === 0 && this.#underWay === undefined);
    if (this.#underWay === undefined && this.#pieces.length > 0) {
      this.#underWay = this.#sendAll(done, true);
      // Told to whoever drains.
      this.#underWay.catch(() => {
        this.#hasFailed = true;
      });
    }
    // So that the end of a piece is noticed, and the kernel gets the next one.
    await eventLoop();
    while (this.#pieces.length > MOST_WAITING && !this.#hasFailed) await this.#sending?.catch(() => {});
  }

  /** Waits for what is under way. */
  async drain(): Promise<void> {
    const sending = this.#underWay;
    this.#underWay = undefined;
    this.#hasFailed = false;
    await sending;
  }

  /** @param all also the piece that is not full yet */
  #collect(all: boolean): void {
    if (!this.#isWaiting) return;
    if (all) {
      const rest = this.#arena.take();
      if (rest.length > 0) this.#pieces.push(rest);
    }
    this.#isWaiting = !all;
    this.#since = performance.now();
  }

  async #sendAll(done: (count: number) => void, inBackground: boolean): Promise<void> {
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      this.#signal?.throwIfAborted();
      this.#sending = this.#sendPiece(piece, done, inBackground);
      await this.#sending;
    }
    if (inBackground) this.#underWay = undefined;
  }

  async #sendPiece(bytes: Uint8Array, done: (count: number) => void, inBackground: boolean): Promise<void> {
    const failures: { index: number; outcome: Outcome }[] = [];
    const { sent, failed } = await this.#source.batch([bytes], {
      inBackground,
      onFailure: (index, errno, error) => failures.push({ index, outcome: { errno, error: this.#word(errno, error) } }),
    });
    if (failures.length === 0) this.#arena.giveBack(bytes);
    else this.#settleAll(bytes, failures);
    done(sent - failed);
  }

  #settleAll(bytes: Uint8Array, failures: readonly { readonly index: number; readonly outcome: Outcome }[]): void {
    let at = 0;
    let number = 0;
    for (const { index, outcome } of [...failures].sort((a, b) => a.index - b.index)) {
      for (; number < index; number++) at += host32(bytes, at);
      this.#settle(outcome, bytes.subarray(at, at + host32(bytes, at)));
    }
  }

  /** Words are made for each kind of trouble once; the others share them. */
  #word(errno: number, error: () => CtqError): CtqError {
    const known = this.#words.get(errno);
    if (known !== undefined) return known;
    const made = error();
    this.#words.set(errno, made);
    return made;
  }
}
