import type { Header, Loss } from '../../engine/query/sink.js';
import type { MessageView } from '../../engine/wire/view.js';
import type { Value } from '../../lang/values.js';
import type { OutputSink } from '../output/create-sink.js';
import type { Screen } from './screen.js';

/** Draws each result of a repeated query, or each window of a watch, in the place of the one before. */
export class LiveSink implements OutputSink {
  readonly #inner: OutputSink;
  readonly #screen: Screen;
  #drawing: Promise<void> | undefined;

  /** @param inner writes to the screen */
  constructor(inner: OutputSink, screen: Screen) {
    this.#inner = inner;
    this.#screen = screen;
  }

  begin(header: Header): void {
    this.#inner.begin(header);
  }

  entry(view: MessageView): void {
    this.#inner.entry(view);
  }

  row(values: readonly Value[]): void {
    this.#inner.row(values);
  }

  lost(loss: Loss): void {
    this.#inner.lost?.(loss);
  }

  end(): void {
    this.#inner.end();
    // Names that are still looked up hold the text back.
    const busy = this.#inner.ready();
    if (busy === undefined) {
      this.#screen.draw();
      return;
    }
    const drawing = busy.then(() => {
      if (this.#drawing === drawing) this.#drawing = undefined;
      this.#screen.draw();
    });
    drawing.catch(() => {});
    this.#drawing = drawing;
  }

  /** Half a table is not shown: what was there before stays. */
  abandon(): void {
    this.#inner.end();
    this.#screen.discard();
  }

  ready(): Promise<void> | undefined {
    return this.#drawing ?? this.#inner.ready();
  }

  async close(): Promise<void> {
    await this.#drawing;
    await this.#inner.close();
  }

  abort(): void {
    this.#inner.abort();
  }
}
