/** What the user of a live view has chosen by keys: pause, and the column that rows are sorted by. */
import type { Header } from '../../engine/formats/sink.js';
import { orderOf } from '../../lang/conversion/cell-order.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { compare, type Value } from '../../lang/values/value.js';
import { painter } from '../display/style.js';
import { fit } from '../display/text/width.js';

export interface LiveOptions {
  /** Time between two results, as text: `2s`. */
  readonly interval: string;
  readonly unicode: boolean;
  readonly color: boolean;
  /** Ends the view. */
  readonly quit: () => void;
  /** Shows other lines of a result that exceeds the screen; downwards if `by` is positive. */
  readonly scroll: (by: number, unit: 'line' | 'page') => void;
}

type Row = readonly Value[];

/** A character, or the escape sequence of a key (xterm). */
const KEY = /\x1b(?:\[[0-9;]*[~A-Z]|O[A-Z])|[\s\S]/g;

type Scrolling = readonly [by: number, unit: 'line' | 'page'];

const each = (keys: readonly string[], ...scrolling: Scrolling) => keys.map(key => [key, scrolling] as const);

/** Keys that scroll: arrows and those of less(1). */
const SCROLLING: ReadonlyMap<string, Scrolling> = new Map([
  ...each(['\x1b[B', '\x1bOB', 'j'], 1, 'line'),
  ...each(['\x1b[A', '\x1bOA', 'k'], -1, 'line'),
  ...each(['\x1b[6~', 'f'], 1, 'page'),
  ...each(['\x1b[5~', 'b'], -1, 'page'),
  ...each(['\x1b[H', '\x1bOH', '\x1b[1~', 'g'], Number.NEGATIVE_INFINITY, 'line'),
  ...each(['\x1b[F', '\x1bOF', '\x1b[4~', 'G'], Number.POSITIVE_INFINITY, 'line'),
]);

export class LiveControl {
  readonly #options: LiveOptions;
  isPaused = false;
  /** The column that rows are sorted by; undefined: the order of the statement. */
  #column: number | undefined;
  #isDescending = true;
  /** When the shown result was complete. */
  #time: Date | undefined;
  /** Called when the view must be drawn again. */
  changed: () => void = () => {};

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** @param keys as they came from the terminal */
  press(keys: string, header: Header | undefined): void {
    for (const [key] of keys.matchAll(KEY)) {
      const scroll = SCROLLING.get(key);
      if (scroll !== undefined) {
        this.#options.scroll(...scroll);
        continue;
      }
      if (key === 'q' || key === 'Q') {
        // What is on the screen stays there.
        this.#options.quit();
        return;
      }
      if (key === ' ' || key === 'p') this.isPaused = !this.isPaused;
      else if (key === 's') this.#sortBy(1, header);
      else if (key === 'S') this.#sortBy(-1, header);
      else if (key === 'r') this.#isDescending = !this.#isDescending;
      else continue;
      this.changed();
    }
  }

  /** Through the columns, and back to the order of the statement. */
  #sortBy(step: number, header: Header | undefined): void {
    const count = header?.columns?.length ?? 0;
    if (count === 0) return;
    const next = ((this.#column ?? -1) + 1 + step + count + 1) % (count + 1);
    this.#column = next === 0 ? undefined : next - 1;
    this.#isDescending = true;
  }

  /** The rows in the order that was chosen; nulls are last. */
  sorted(rows: readonly Row[], header: Header | undefined): readonly Row[] {
    const column = this.#column;
    if (column === undefined) return rows;
    const direction = this.#isDescending ? -1 : 1;
    const type = header?.columns?.[column]?.type;
    return [...rows].sort((a, b) => {
      const [left, right] = [orderOf(a[column] ?? null, type), orderOf(b[column] ?? null, type)];
      if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
      return direction * compare(left, right);
    });
  }

  get isSorting(): boolean {
    return this.#column !== undefined;
  }

  /** A result is complete. */
  shown(now: Date): void {
    this.#time = now;
  }

  /** The line that says which lines of a result that exceeds the screen are shown. */
  position(first: number, last: number, total: number): string {
    const { unicode, color } = this.#options;
    const text = unicode
      ? `lines ${first}–${last} of ${total}: ↑ ↓ scroll`
      : `lines ${first}-${last} of ${total}: arrows scroll`;
    return painter(color)(text, 'dim');
  }

  /** The line below the view: when, how often, and the keys. */
  status(header: Header | undefined, width: number): string {
    const { interval, unicode, color } = this.#options;
    const time = this.#time === undefined ? '' : this.#time.toTimeString().slice(0, 8);
    const name = this.#column === undefined ? undefined : header?.columns?.[this.#column]?.name;
    const arrow = unicode ? (this.#isDescending ? ' ↓' : ' ↑') : this.#isDescending ? ' desc' : ' asc';
    const parts = [
      `${time} every ${interval}${this.isPaused ? ', paused' : ''}`.trim(),
      'q quit',
      this.isPaused ? 'space continue' : 'space pause',
      ...(header?.columns === undefined
        ? []
        : [name === undefined ? 's sort' : `s sort (${printable(name)}${arrow}), r reverse`]),
    ];
    return painter(color)(fit(parts.join(unicode ? ' · ' : ' | '), Math.max(1, width - 1), unicode ? '…' : '~'), 'dim');
  }
}
