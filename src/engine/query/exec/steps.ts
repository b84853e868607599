import type { Sink } from '../../formats/sink.js';
import { Yielder } from '../../netlink/yielder.js';

/**
 * Long work in steps of a few milliseconds. Between steps the event loop can run, so that signals such as Ctrl-C are
 * handled.
 */
export type Steps<T = void> = Generator<void, T, void>;

/** Rows, or similar units of work, per step. */
export const STEP_SIZE = 1024;

/** Runs all steps without interruption. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Runs steps; between them it yields to the event loop, waits for a congested sink, and checks the signal. */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #sink: Sink | undefined;
  readonly #yielder = new Yielder();

  constructor(signal: AbortSignal | undefined, sink?: Sink) {
    this.#signal = signal;
    this.#sink = sink;
  }

  /** @throws the signal's reason once it is aborted */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      const pause = this.pause();
      if (pause !== undefined) await pause;
    }
  }

  /** A promise to await before the next step; undefined if it can follow immediately. */
  pause(): Promise<void> | undefined {
    const turn = this.#yielder.over();
    // Slow rows always exceed the time of a step: the sink is asked in any case.
    const ready = this.#sink?.ready?.();
    const wait = turn && this.#unlessAborted(turn);
    if (ready === undefined) return wait;
    const sent = this.#sink?.finishesOnAbort ? ready : this.#unlessAborted(ready);
    return wait === undefined ? sent : Promise.all([wait, sent]).then(() => {});
  }

  async #unlessAborted(wait: Promise<void>): Promise<void> {
    const signal = this.#signal;
    signal?.throwIfAborted();
    let stop = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal?.reason);
    });
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([wait, aborted]);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}
