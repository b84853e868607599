import type { Sink } from '../../formats/sink.js';
import { Yielder } from '../../netlink/yielder.js';

/**
 * Long work, cut into steps of a few milliseconds. Between two of them the event loop may have its turn: only there is a
 * Ctrl-C noticed.
 */
export type Steps<T = void> = Generator<void, T, void>;

/** So many rows, or the like, are a step. */
export const STEP = 1024;

/** Does all steps at once, where nothing may come between them. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Lets the event loop, the reader of the output and the signal in between steps of work. */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #sink: Sink | undefined;
  readonly #turn = new Yielder();

  constructor(signal: AbortSignal | undefined, sink?: Sink) {
    this.#signal = signal;
    this.#sink = sink;
  }

  /** @throws the signal's reason when it is aborted */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      const pause = this.pause();
      if (pause !== undefined) await pause;
    }
  }

  /** Something to wait for before the next step; undefined where it can follow at once. */
  pause(): Promise<void> | undefined {
    const turn = this.#turn.over();
    // Rows that come slowly are always over their time: the sink is asked all the same.
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
