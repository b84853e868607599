import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Loss } from '../../../engine/formats/sink.js';
import { entriesTo } from '../../../engine/query/exec/select.js';
import type { Value } from '../../../lang/values/value.js';
import type { OutputSink } from '../../output/create-sink.js';
import type { Screen } from './screen.js';

/** Results of more rows than any screen shows are not kept to be drawn once more: the next one comes soon. */
const KEPT = 5000;

/** A result as it came: its rows, or entries. */
interface Result {
  readonly header: Header;
  readonly rows: (readonly Value[])[];
  readonly entries: MessageView[];
}

/**
 * Draws each result of a repeated query, or each window of a watch, in the place of the one before; and the last one once more
 * where the terminal has got another size.
 */
export class LiveSink implements OutputSink {
  readonly #inner: OutputSink;
  readonly #screen: Screen;
  readonly #keep: (view: MessageView) => MessageView;
  #drawing: Promise<void> | undefined;
  /** What is shown. */
  #last: Result | undefined;
  /** What is being gathered. */
  #next: Result | undefined;

  /** @param inner writes to the screen */
  constructor(inner: OutputSink, screen: Screen) {
    this.#inner = inner;
    this.#screen = screen;
    this.#keep = entriesTo(inner).keep;
    screen.onResize(() => this.#redraw());
  }

  begin(header: Header): void {
    this.#next = { header, rows: [], entries: [] };
    this.#inner.begin(header);
  }

  entry(view: MessageView): void {
    const entries = this.#next?.entries ?? [];
    if (entries.length <= KEPT) entries.push(this.#keep(view));
    this.#inner.entry(view);
  }

  row(values: readonly Value[]): void {
    const rows = this.#next?.rows ?? [];
    if (rows.length <= KEPT) rows.push([...values]);
    this.#inner.row(values);
  }

  lost(loss: Loss): void {
    this.#inner.lost?.(loss);
  }

  end(): void {
    this.#last = this.#next;
    this.#next = undefined;
    this.#show();
  }

  #show(): void {
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

  #redraw(): void {
    const [last, next] = [this.#last, this.#next];
    if (last === undefined) return;
    const isEmpty = next === undefined || next.rows.length + next.entries.length === 0;
    const isWhole = last.rows.length <= KEPT && last.entries.length <= KEPT;
    if (!isEmpty || !isWhole || this.#drawing !== undefined) {
      this.#screen.redraw();
      return;
    }
    this.#inner.begin(last.header);
    for (const view of last.entries) this.#inner.entry(view);
    for (const values of last.rows) this.#inner.row(values);
    this.#show();
    if (next !== undefined) this.#inner.begin(next.header);
  }

  /** Half a table is not shown: what was there before stays. */
  abandon(): void {
    this.#next = undefined;
    this.#inner.end();
    this.#screen.discard();
  }

  ready(): Promise<void> | undefined {
    return this.#drawing ?? this.#inner.ready();
  }

  get isUsers(): boolean {
    return this.#inner.isUsers;
  }

  get waiting(): number {
    return this.#inner.waiting;
  }

  async close(): Promise<void> {
    await this.#drawing;
    await this.#inner.close();
  }

  abort(): void {
    this.#inner.abort();
  }
}
