/** Maximum time (ms) that work may block timers and signals. */
const TURN_MS = 20;

/** Yields to the event loop at intervals during long synchronous work. */
export class Yielder {
  #since = performance.now();
  readonly #ms: number;

  /** @param ms interval */
  constructor(ms = TURN_MS) {
    this.#ms = ms;
  }

  /** A promise when it is time to yield, else undefined. */
  over(): Promise<void> | undefined {
    if (performance.now() - this.#since < this.#ms) return undefined;
    return new Promise(resolve =>
      setImmediate(() => {
        this.#since = performance.now();
        resolve();
      }),
    );
  }
}
