/**
 * `bars`: a horizontal bar chart of a result: its last column of numbers as bars, the other columns as labels. Where the result
 * is made again and again, a sparkline of each row's last values stands before its bar.
 */

import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../engine/formats/sink.js';
import { commonColumns, type EntryColumn } from '../../engine/formats/writing/columns.js';
import type { FormatContext, ShownColumn } from '../../engine/formats/writing/format.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { TypeName, Value } from '../../lang/values/value.js';
import { type Cell, cellOf } from './cell.js';
import { Histories, ROUNDS, sparkline } from './sparkline.js';
import { painter } from './style.js';
import { fit, pad, textWidth } from './width.js';

const NUMBERS: ReadonlySet<TypeName> = new Set<TypeName>(['integer', 'decimal', 'duration']);
/** Where the output is no terminal. */
const DEFAULT_WIDTH = 80;
const LEAST_BAR = 10;
const MOST_LABEL = 48;
const LEAST_SPARK = 4;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export class BarsSink implements Sink {
  readonly #context: FormatContext;
  #columns: readonly ShownColumn[] = [];
  #entryColumns: readonly EntryColumn[] = [];
  #rows: { readonly labels: readonly Cell[]; readonly value: Value }[] = [];
  /** The position of the column that the bars show; -1 without one. */
  #measure = -1;
  #round: number | undefined;
  readonly #histories = new Histories();

  constructor(context: FormatContext) {
    this.#context = context;
  }

  begin(header: Header): void {
    this.#entryColumns = header.columns === undefined ? commonColumns(header.table, header.events === true) : [];
    this.#columns = header.columns ?? this.#entryColumns;
    this.#measure = this.#columns.findLastIndex(({ type }) => NUMBERS.has(type.name));
    this.#rows = [];
    this.#round = header.round;
  }

  entry(view: MessageView): void {
    this.row(this.#entryColumns.map(column => column.read(view)));
  }

  row(values: readonly Value[]): void {
    const labels: Cell[] = [];
    for (let i = 0; i < this.#columns.length; i++) {
      if (i !== this.#measure) labels.push(cellOf(values[i], this.#columns[i], this.#context));
    }
    this.#rows.push({ labels, value: this.#measure < 0 ? null : values[this.#measure] });
  }

  end(): void {
    const { text, nullText } = this.#context;
    const paint = painter(this.#context.color);
    const mark = this.#context.unicode ? '…' : '~';
    const labelColumns = this.#columns.filter((_, i) => i !== this.#measure);
    const measure = this.#columns[this.#measure];
    const titled = !this.#context.modifiers.has('noheader');
    const widths = labelColumns.map(({ name }, i) =>
      Math.min(
        MOST_LABEL,
        widest([...(titled ? [printable(name)] : []), ...this.#rows.map(row => row.labels[i].text)]),
      ),
    );
    const figures = this.#rows.map(({ value }) =>
      printable(value === null ? nullText : measure === undefined ? '' : this.#context.show(value, measure)),
    );
    const figureWidth = widest(figures);
    const most = this.#rows.reduce((top, { value }) => Math.max(top, sizeOf(value)), 0);
    const used = widths.reduce((sum, width) => sum + width + 2, 0) + figureWidth + 2;
    const available = Math.max(LEAST_BAR, (this.#context.width ?? DEFAULT_WIDTH) - used);
    const sparks = this.#sparks(Math.min(ROUNDS, Math.floor(available / 3)));
    const room = available - (sparks === undefined ? 0 : textWidth(sparks[0]) + 2);
    if (titled && this.#columns.length > 0) {
      const titles = labelColumns.map(({ name }, i) =>
        pad(fit(printable(name), Math.max(widths[i], 1), mark), widths[i], 'left'),
      );
      const title = measure === undefined ? '' : printable(measure.name);
      text.utf8(
        `${paint([...titles, fit(title, available + figureWidth + 2, mark)].join('  ').trimEnd(), 'header')}\n`,
      );
    }
    this.#rows.forEach(({ labels, value }, i) => {
      const label = labels.map((cell, column) => {
        const shown = fit(cell.text, widths[column], mark);
        return paint(shown, cell.style) + ' '.repeat(Math.max(0, widths[column] - textWidth(shown)));
      });
      const bar = barOf(sizeOf(value), most, room, this.#context.unicode);
      const figure = paint(pad(figures[i], figureWidth, 'right'), value === null ? 'null' : 'number');
      const spark = sparks === undefined ? [] : [paint(sparks[i], 'bar')];
      text.utf8(`${[...label, figure, ...spark, paint(bar, 'bar')].join('  ').trimEnd()}\n`);
    });
    this.#rows = [];
    text.flush();
  }

  /** A sparkline for each row. Undefined where there is none: no rounds, no rows, no room. */
  #sparks(width: number): string[] | undefined {
    const round = this.#round;
    if (round === undefined || this.#measure < 0) return undefined;
    const lines = this.#rows.map(({ labels, value }) => {
      const key = labels.map(({ text }) => text).join('\0');
      return sparkline(
        this.#histories.add(key, round, value === null ? undefined : sizeOf(value)),
        width,
        this.#context.unicode,
      );
    });
    this.#histories.forget(round);
    return lines.length > 0 && width >= LEAST_SPARK ? lines : undefined;
  }
}

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);

const sizeOf = (value: Value): number =>
  typeof value === 'number' || typeof value === 'bigint' ? Math.max(0, Number(value)) : 0;

/** A bar of `value` where `most` takes all the room. What is more than nothing shows at least its thinnest mark. */
export function barOf(value: number, most: number, room: number, unicode: boolean): string {
  if (!(most > 0) || !(value > 0)) return '';
  const length = Math.min(room, (value / most) * room);
  if (!unicode) return '#'.repeat(Math.max(1, Math.round(length)));
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
