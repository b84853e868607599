import type { ReadCount } from '../../../engine/query/context.js';

/** Milliseconds after which a refresh shows its progress. */
const DELAY = 300;

/** Shows the progress of a refresh that the user waits for. */
export class ReadingSign {
  readonly #draw: () => void;
  #refresh: { readonly since: number; readonly count: ReadCount } | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Rows that were read, once the user has waited for a moment; undefined: nothing is waited for. */
  get rows(): number | undefined {
    const refresh = this.#refresh;
    return refresh && performance.now() - refresh.since >= DELAY ? refresh.count.rows : undefined;
  }

  /** Does the work, which counts what it reads. @throws what the work throws */
  async during<T>(work: (count: ReadCount) => Promise<T>): Promise<T> {
    const refresh = { since: performance.now(), count: { rows: 0, isFiltered: false } };
    this.#refresh = refresh;
    const timer = setInterval(this.#draw, DELAY);
    try {
      return await work(refresh.count);
    } finally {
      clearInterval(timer);
      this.#refresh = undefined;
    }
  }
}
