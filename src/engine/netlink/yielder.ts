/** How long work may keep the event loop from timers and signals. */
const TURN_MS = 20;

/** Lets the event loop in now and then during long synchronous work. */
export class Yielder {
  #since = performance.now();
  readonly #ms: number;

  /** @param ms how long work may go on */
  constructor(ms = TURN_MS) {
    this.#ms = ms;
  }

  /** A promise when it is time to wait for the event loop, else undefined. */
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
