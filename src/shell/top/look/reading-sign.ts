import type { ReadCount } from '../../../engine/query/context.js';

/** Milliseconds after which a look shows its progress. */
const DELAY = 300;

/** Shows the progress of a look that the user waits for. */
export class ReadingSign {
  readonly #draw: () => void;
  #look: { readonly since: number; readonly count: ReadCount } | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Rows that were read, once the user has waited for a moment; undefined: nothing is waited for. */
  get rows(): number | undefined {
    const look = this.#look;
    return look && performance.now() - look.since >= DELAY ? look.count.rows : undefined;
  }

  /** Does the work, which counts what it reads. @throws what the work throws */
  async during<T>(work: (count: ReadCount) => Promise<T>): Promise<T> {
    const look = { since: performance.now(), count: { rows: 0, isFiltered: false } };
    this.#look = look;
    const timer = setInterval(this.#draw, DELAY);
    try {
      return await work(look.count);
    } finally {
      clearInterval(timer);
      this.#look = undefined;
    }
  }
}
