/** Lets a number of pieces of work run at the same time; the others wait, those of the highest rank for the shortest time. */
export class Turns {
  #free: number;
  readonly #waiting: { readonly rank: number; readonly start: () => void }[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Waits for a turn. @returns what ends it */
  async begin(rank = 0): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>(start => this.#waiting.push({ rank, start }));
    return () => this.#next();
  }

  /** A turn, if there is one now. @returns what ends it */
  tryBegin(): (() => void) | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    return () => this.#next();
  }

  async run<T>(rank: number, work: () => Promise<T>): Promise<T> {
    const end = await this.begin(rank);
    try {
      return await work();
    } finally {
      end();
    }
  }

  #next(): void {
    const waiting = this.#waiting;
    let best = 0;
    for (let i = 1; i < waiting.length; i++) if (waiting[i].rank > waiting[best].rank) best = i;
    const [next] = waiting.splice(best, 1);
    if (next === undefined) this.#free++;
    else next.start();
  }
}
