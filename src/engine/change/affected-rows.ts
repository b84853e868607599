import { integer } from '../../lang/values/value.js';
import { unlessAborted } from '../abortable.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import type { Sink } from '../formats/sink.js';

/** Writes the entries that a change affects to the sink of its `output` clause, if it has one. */
export class AffectedRows {
  readonly #view = new MessageView();
  readonly #sink: Sink | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #table: 'conntrack' | 'expect';

  /**
   * @param now when the statement runs, ns since the epoch
   * @param signal ends the waiting for a reader; what is done is not undone by it
   */
  constructor(table: 'conntrack' | 'expect', sink: Sink | undefined, now: bigint, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#table = table;
    this.#sink = sink;
    this.#view.context = contextAt(integer(now));
  }

  begin(): void {
    this.#sink?.begin({ table: this.#table });
  }

  entry(message: Uint8Array): void {
    if (this.#sink === undefined) return;
    this.#view.set(message, 0);
    this.#sink.entry(this.#view);
  }

  end(): void {
    this.#sink?.end();
  }

  async ready(): Promise<void> {
    const congested = this.#sink?.ready?.();
    if (congested !== undefined) await unlessAborted(congested, this.#signal);
  }
}
