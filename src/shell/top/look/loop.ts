import type { LookPace } from './pace.js';

/** What is looked at. */
export interface Looking {
  /** Whether to look now: not while paused, and not at a file that has not changed. */
  isDue(): boolean;
  /** Another host does the work. */
  isRemote(): boolean;
  /** No look has measured rates yet. */
  isFirst(): boolean;
  /** Looks once. @throws the signal's reason */
  look(signal: AbortSignal): Promise<void>;
  failed(error: unknown): void;
  /** A look is over. */
  done(): void;
}

/** Looks again and again, at a pace; never twice at once. */
export class LookLoop {
  readonly #pace: LookPace;
  readonly #looking: Looking;
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;
  /** Another look is to follow at once. */
  #isWanted = false;
  #isOver = false;
  /** No look begins. */
  #isHeld = false;
  /** Ends with the look that is under way. */
  #look: Promise<void> = Promise.resolve();

  constructor(pace: LookPace, looking: Looking) {
    this.#pace = pace;
    this.#looking = looking;
  }

  /** Looks as soon as possible: what is shown has changed. A look that is under way is broken off. */
  again(): void {
    this.#isWanted = true;
    if (this.#isHeld) return;
    if (this.#running === undefined) this.#schedule(0);
    else this.#running.abort(new Error('superseded'));
  }

  /** Does work while nothing is looked at, then looks again. A look that is under way is broken off. @throws what the work throws */
  async held<T>(work: () => Promise<T>): Promise<T> {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    this.#running?.abort(new Error('held'));
    try {
      await this.#look;
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
      this.#look = this.#once();
    }, delay);
  }

  async #once(): Promise<void> {
    if (this.#running !== undefined || this.#isOver) return;
    const isForced = this.#isWanted;
    this.#isWanted = false;
    if (!isForced && !this.#looking.isDue()) {
      this.#schedule(this.#pace.every);
      return;
    }
    const controller = new AbortController();
    this.#running = controller;
    this.#pace.begin();
    try {
      await this.#looking.look(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) this.#looking.failed(error);
    }
    this.#running = undefined;
    if (this.#isOver) return;
    const delay = this.#pace.end({ isRemote: this.#looking.isRemote(), isFirst: this.#looking.isFirst() });
    this.#looking.done();
    this.#schedule(this.#isWanted ? 0 : delay);
  }
}
