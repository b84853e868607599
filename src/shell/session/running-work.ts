import { CtqError } from '../../engine/errors.js';

/** The work that runs at the moment, if any does. It can be interrupted. */
export class RunningWork {
  #controller: AbortController | undefined;
  #isReading = false;

  /** Whether it changes nothing and shows nothing as it goes: nothing is lost if it is left where it waits. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Runs work; `interrupt` aborts its signal. @throws what the work throws */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, isReading = false): Promise<T> {
    const controller = new AbortController();
    this.#controller = controller;
    this.#isReading = isReading;
    try {
      return await work(controller.signal);
    } finally {
      this.#controller = undefined;
      this.#isReading = false;
    }
  }

  /** Interrupts the work. @returns false if none runs, or it was interrupted already */
  interrupt(): boolean {
    return this.#abort('interrupted');
  }

  /** Ends a view that has no end of its own. */
  leave(): void {
    this.#abort(LEFT);
  }

  #abort(code: string): boolean {
    if (!this.#controller || this.#controller.signal.aborted) return false;
    this.#controller.abort(new CtqError({ code, kind: 'system', message: 'interrupted' }));
    return true;
  }
}

const LEFT = 'left';

/** Whether what runs was left with the key for it: it was not interrupted. */
export const isLeft = (signal: AbortSignal | undefined): boolean =>
  signal?.reason instanceof CtqError && signal.reason.code === LEFT;
