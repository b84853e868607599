import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Loss, Missing } from '../../engine/formats/sink.js';
import { entriesTo } from '../../engine/query/exec/select.js';
import type { Value } from '../../lang/values/value.js';
import type { OutputSink } from '../output/create-sink.js';
import type { LiveControl } from './live-control.js';
import type { Screen } from './screen.js';

/** Larger results are not kept for redrawing: no screen shows them whole, and the next one comes soon. */
const MAX_KEPT = 5000;

/** The rows or entries of one result. */
interface Result {
  readonly header: Header;
  readonly rows: (readonly Value[])[];
  readonly entries: MessageView[];
}

/**
 * Draws each result of a repeated query, or each window of a watch, in the place of the previous one. Draws the last one again when
 * the terminal is resized.
 */
export class LiveSink implements OutputSink {
  readonly #inner: OutputSink;
  readonly #screen: Screen;
  readonly #control: LiveControl | undefined;
  readonly #keep: (view: MessageView) => MessageView;
  #drawing: Promise<void> | undefined;
  /** The result on the screen. */
  #last: Result | undefined;
  /** The newest result that was completed during a pause, and when. */
  #held: { readonly result: Result; readonly time: Date } | undefined;
  /** The result being received. */
  #next: Result | undefined;
  /** Its rows are passed on as they come; otherwise they are sorted first, or the view is paused. */
  #isDirect = true;

  /** @param inner writes to the screen */
  constructor(inner: OutputSink, screen: Screen, control?: LiveControl) {
    this.#inner = inner;
    this.#screen = screen;
    this.#control = control;
    this.#keep = entriesTo(inner).keep;
    screen.onResize(() => this.#redraw());
    if (control === undefined) return;
    screen.position = (first, last, total) => control.position(first, last, total);
    screen.footer = width => control.status(this.#last?.header, width);
    control.changed = () => {
      if (!control.isPaused) this.#showHeld(control);
      screen.redrawFooter();
      this.#redraw();
    };
  }

  /** Keys of the user. */
  press(keys: string): void {
    this.#control?.press(keys, this.#last?.header);
  }

  begin(header: Header): void {
    this.#next = { header, rows: [], entries: [] };
    this.#isDirect = this.#control?.isPaused !== true && this.#control?.isSorting !== true;
    // The first window may take long: the line below says how long.
    if (this.#last === undefined && this.#control !== undefined) this.#screen.draw();
    if (this.#isDirect) this.#inner.begin(header);
  }

  entry(view: MessageView): void {
    const entries = this.#next?.entries ?? [];
    if (entries.length <= MAX_KEPT) entries.push(this.#keep(view));
    if (this.#isDirect) this.#inner.entry(view);
  }

  row(values: readonly Value[]): void {
    const rows = this.#next?.rows ?? [];
    if (rows.length <= MAX_KEPT) rows.push([...values]);
    if (this.#isDirect) this.#inner.row(values);
  }

  lost(loss: Loss): void {
    this.#inner.lost?.(loss);
  }

  missing(member: Missing): void {
    this.#inner.missing?.(member);
  }

  end(): void {
    const result = this.#next;
    this.#next = undefined;
    if (result !== undefined && this.#control?.isPaused === true) {
      this.#held = { result, time: new Date() };
      if (this.#isDirect) this.#discard();
      return;
    }
    this.#last = result;
    this.#control?.shown(new Date());
    if (this.#isDirect) this.#show();
    else this.#redraw();
  }

  /** After a pause: what the screen would have shown. */
  #showHeld(control: LiveControl): void {
    if (this.#held === undefined) return;
    this.#last = this.#held.result;
    control.shown(this.#held.time);
    this.#held = undefined;
  }

  #discard(): void {
    this.#inner.end();
    this.#screen.discard();
  }

  #show(): void {
    this.#inner.end();
    // The text is complete only when pending name look-ups are.
    const pending = this.#inner.ready();
    if (pending === undefined) {
      this.#screen.draw();
      return;
    }
    const drawing = pending.then(() => {
      if (this.#drawing === drawing) this.#drawing = undefined;
      this.#screen.draw();
    });
    drawing.catch(() => {});
    this.#drawing = drawing;
  }

  #redraw(): void {
    const [last, next] = [this.#last, this.#next];
    if (last === undefined) return;
    const isEmpty = !this.#isDirect || next === undefined || next.rows.length + next.entries.length === 0;
    const isWhole = last.rows.length <= MAX_KEPT && last.entries.length <= MAX_KEPT;
    if (!isEmpty || !isWhole || this.#drawing !== undefined) {
      this.#screen.redraw();
      return;
    }
    this.#inner.begin(last.header);
    for (const view of last.entries) this.#inner.entry(view);
    for (const values of this.#control?.sorted(last.rows, last.header) ?? last.rows) this.#inner.row(values);
    this.#show();
    if (next !== undefined && this.#isDirect) this.#inner.begin(next.header);
  }

  /** An incomplete result is not shown: the previous one stays. */
  abandon(): void {
    this.#next = undefined;
    if (this.#isDirect) this.#discard();
  }

  ready(): Promise<void> | undefined {
    return this.#drawing ?? this.#inner.ready();
  }

  get isTerminal(): boolean {
    return this.#inner.isTerminal;
  }

  get replacesFile(): boolean {
    return this.#inner.replacesFile;
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
