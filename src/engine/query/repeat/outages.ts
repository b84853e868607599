import { CtqError } from '../../errors.js';
import { secondsOf, timeOfDay } from '../../formats/writing/clock.js';
import type { QueryContext } from '../context.js';

/** Reports what is missing in the runs of a repeated query: when it begins, when it changes, and when it ends. */
export class Outages {
  readonly #session: QueryContext;
  #isFirst = true;
  #before = '';
  #now = '';

  constructor(session: QueryContext) {
    this.#session = session;
  }

  /** What is missing in this run. */
  note(error: CtqError): void {
    this.#now = error.message;
    if (error.message === this.#before) return;
    const { code, kind, message, hint } = error;
    this.#session.incomplete?.(
      this.#isFirst ? error : new CtqError({ code, kind, message: `since ${this.#time}: ${message}`, hint }),
    );
  }

  /** A run has ended. */
  next(): void {
    if (this.#before !== '' && this.#now === '')
      this.#session.warn(`the results are complete again since ${this.#time}`);
    this.#before = this.#now;
    this.#now = '';
    this.#isFirst = false;
  }

  get #time(): string {
    return timeOfDay(secondsOf(this.#session.environment.now()));
  }
}
