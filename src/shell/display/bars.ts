/**
 * `bars`: a horizontal bar chart: the last numeric column as bars, the other columns as labels. In a repeated query, each bar has a
 * sparkline of the row's last values before it.
 */

import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../engine/formats/sink.js';
import { commonColumns, type EntryColumn } from '../../engine/formats/writing/columns.js';
import type { FormatContext, ShownColumn } from '../../engine/formats/writing/format.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { TypeName, Value } from '../../lang/values/value.js';
import { Histories, ROUNDS, sparkline } from './sparkline.js';
import { painter } from './style.js';
import { type Cell, cellOf } from './text/cell.js';
import { fit, pad, textWidth } from './text/width.js';

const NUMBERS: ReadonlySet<TypeName> = new Set<TypeName>(['integer', 'decimal', 'duration']);
/** Where the output is not a terminal. */
const DEFAULT_WIDTH = 80;
const MIN_BAR_WIDTH = 10;
const MAX_LABEL_WIDTH = 48;
const MIN_SPARKLINE_WIDTH = 4;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export class BarsSink implements Sink {
  readonly #context: FormatContext;
  #columns: readonly ShownColumn[] = [];
  #entryColumns: readonly EntryColumn[] = [];
  #rows: { readonly labels: readonly Cell[]; readonly value: Value }[] = [];
  /** The index of the column that the bars show; -1 without one. */
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
    const isTitled = !this.#context.modifiers.has('noheader');
    const widths = labelColumns.map(({ name }, i) =>
      Math.min(
        MAX_LABEL_WIDTH,
        widest([...(isTitled ? [printable(name)] : []), ...this.#rows.map(row => row.labels[i].text)]),
      ),
    );
    const numbers = this.#rows.map(({ value }) =>
      printable(value === null ? nullText : measure === undefined ? '' : this.#context.show(value, measure)),
    );
    const numberWidth = widest(numbers);
    const maximum = this.#rows.reduce((largest, { value }) => Math.max(largest, sizeOf(value)), 0);
    const used = widths.reduce((sum, width) => sum + width + 2, 0) + numberWidth + 2;
    const available = Math.max(MIN_BAR_WIDTH, (this.#context.width ?? DEFAULT_WIDTH) - used);
    const sparks = this.#sparks(Math.min(ROUNDS, Math.floor(available / 3)));
    const barWidth = available - (sparks === undefined ? 0 : textWidth(sparks[0]) + 2);
    if (isTitled && this.#columns.length > 0) {
      const titles = labelColumns.map(({ name }, i) =>
        pad(fit(printable(name), Math.max(widths[i], 1), mark), widths[i], 'left'),
      );
      const title = measure === undefined ? '' : printable(measure.name);
      text.utf8(
        `${paint([...titles, fit(title, available + numberWidth + 2, mark)].join('  ').trimEnd(), 'header')}\n`,
      );
    }
    this.#rows.forEach(({ labels, value }, i) => {
      const label = labels.map((cell, column) => {
        const shown = fit(cell.text, widths[column], mark);
        return paint(shown, cell.style) + ' '.repeat(Math.max(0, widths[column] - textWidth(shown)));
      });
      const bar = barOf(sizeOf(value), maximum, barWidth, this.#context.unicode);
      const number = paint(pad(numbers[i], numberWidth, 'right'), value === null ? 'null' : 'number');
      const spark = sparks === undefined ? [] : [paint(sparks[i], 'bar')];
      text.utf8(`${[...label, number, ...spark, paint(bar, 'bar')].join('  ').trimEnd()}\n`);
    });
    this.#rows = [];
    text.flush();
  }

  /** A sparkline for each row; undefined if the query is not repeated, has no rows, or if `width` is too small. */
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
    return lines.length > 0 && width >= MIN_SPARKLINE_WIDTH ? lines : undefined;
  }
}

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);

const sizeOf = (value: Value): number =>
  typeof value === 'number' || typeof value === 'bigint' ? Math.max(0, Number(value)) : 0;

/** A bar for `value` on a scale on which `maximum` takes `width` columns. A positive value has at least the thinnest bar. */
export function barOf(value: number, maximum: number, width: number, unicode: boolean): string {
  if (!(maximum > 0) || !(value > 0)) return '';
  const length = Math.min(width, (value / maximum) * width);
  if (!unicode) return '#'.repeat(Math.max(1, Math.round(length)));
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
