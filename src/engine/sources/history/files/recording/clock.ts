/** A clock that has just jumped may be wrong until NTP sets it: nothing is deleted by its age meanwhile. */

const HOUR = 3_600_000;
/** From one reading to the next, the clock may differ from the time that has passed by this (ms). */
const JUMP = HOUR;
/** A recorder that was stopped for longer than this (ms) may have been, or the clock is wrong. */
const LONG_PAUSE = 24 * HOUR;
/** How long (ms) a clock must have run without a jump. */
const TRIAL = HOUR;

export class Clock {
  #wall: number;
  #passed: number;
  #trustedFrom: number;
  readonly #monotonic: () => number;

  /**
   * @param now ms since the epoch
   * @param before when something was recorded last, ms; undefined if it never was
   * @param monotonic ms that have passed since any time
   */
  constructor(now: number, before: number | undefined, monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#wall = now;
    this.#passed = monotonic();
    const isDoubtful = before !== undefined && Math.abs(now - before) > LONG_PAUSE;
    this.#trustedFrom = isDoubtful ? this.#passed + TRIAL : this.#passed;
  }

  /** Whether the clock has run steadily for so long that flows may be deleted by their age. */
  isTrusted(now: number): boolean {
    const passed = this.#monotonic();
    if (Math.abs(now - this.#wall - (passed - this.#passed)) > JUMP) this.#trustedFrom = passed + TRIAL;
    this.#wall = now;
    this.#passed = passed;
    return passed >= this.#trustedFrom;
  }
}
