/** The time that is the user's own: answering a question, reading in a pager. Statements do not count it. */
export class UserTime {
  #depth = 0;
  #began = 0;
  #total = 0;

  /** In ms, since the session began. */
  get total(): number {
    return this.#total + (this.#depth > 0 ? performance.now() - this.#began : 0);
  }

  /** Counts the time until a promise is settled. Periods that overlap count once. */
  async during<T>(work: Promise<T>): Promise<T> {
    if (this.#depth++ === 0) this.#began = performance.now();
    try {
      return await work;
    } finally {
      if (--this.#depth === 0) this.#total += performance.now() - this.#began;
    }
  }
}
