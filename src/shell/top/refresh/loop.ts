import type { RefreshPace } from './pace.js';

/** What is refreshed. */
export interface Refreshing {
  /** Whether to refresh now: not while paused, and not if a file has not changed. */
  isDue(): boolean;
  /** Whether another host does the work. */
  isRemote(): boolean;
  /** No refresh has measured rates yet. */
  isFirst(): boolean;
  /** Refreshes once. @throws the signal's reason */
  refresh(signal: AbortSignal): Promise<void>;
  failed(error: unknown): void;
  /** A refresh is over. */
  done(): void;
}

/** Refreshes again and again, at a pace; never twice at once. */
export class RefreshLoop {
  readonly #pace: RefreshPace;
  readonly #refreshing: Refreshing;
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;
  /** Another refresh is to follow at once. */
  #isWanted = false;
  #isOver = false;
  /** No refresh begins. */
  #isHeld = false;
  /** Ends with the refresh that is under way. */
  #refresh: Promise<void> = Promise.resolve();

  constructor(pace: RefreshPace, refreshing: Refreshing) {
    this.#pace = pace;
    this.#refreshing = refreshing;
  }

  /** Refreshes as soon as possible: what is shown has changed. A refresh that is under way is cancelled. */
  again(): void {
    this.#isWanted = true;
    if (this.#isHeld) return;
    if (this.#running === undefined) this.#schedule(0);
    else this.#running.abort(new Error('superseded'));
  }

  /** Does work while nothing is refreshed, then refreshes again. A refresh that is under way is cancelled. @throws what the work throws */
  async whilePaused<T>(work: () => Promise<T>): Promise<T> {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    this.#running?.abort(new Error('held'));
    try {
      await this.#refresh;
      return await work();
    } finally {
      this.#isHeld = false;
      this.again();
    }
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#running?.abort(new Error('ended'));
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver || this.#isHeld) return;
    this.#timer = setTimeout(() => {
      this.#refresh = this.#once();
    }, delay);
  }

  async #once(): Promise<void> {
    if (this.#running !== undefined || this.#isOver) return;
    const isForced = this.#isWanted;
    this.#isWanted = false;
    if (!isForced && !this.#refreshing.isDue()) {
      this.#schedule(this.#pace.every);
      return;
    }
    const controller = new AbortController();
    this.#running = controller;
    this.#pace.begin();
    try {
      await this.#refreshing.refresh(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) this.#refreshing.failed(error);
    }
    this.#running = undefined;
    if (this.#isOver) return;
    const delay = this.#pace.end({ isRemote: this.#refreshing.isRemote(), isFirst: this.#refreshing.isFirst() });
    this.#refreshing.done();
    this.#schedule(this.#isWanted ? 0 : delay);
  }
}
