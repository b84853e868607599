/** `table`: aligned columns. Widths come from the first rows; from then on rows are written as they come. */

import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../engine/formats/sink.js';
import { tableOfEntry } from '../../engine/formats/writing/columns.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { Value } from '../../lang/values/value.js';
import { alignOf, type Cell, cellOf } from './cell.js';
import { netnsColumn, type SummaryColumn, summaryOf } from './entry-columns.js';
import { arrange, type LayoutColumn, type Look, layoutHeader, layoutRow, naturalWidths } from './layout.js';
import { painter } from './style.js';
import { typicalWidth } from './typical.js';
import { record } from './vertical.js';

/** Rows that are held back to find the widths. */
const SAMPLE = 10_000;

/** So much of a column that must be shown is still of use where it wants more: an IPv4 address with a port, behind an arrow. */
const READABLE = 23;

const withoutArrow = (text: string): string => text.replace(/^(?:→|>) /, '');

export class TableSink implements Sink {
  readonly #context: FormatContext;
  readonly #look: Look;
  #header: Header = { table: 'conntrack' };
  #summary: readonly SummaryColumn[] = [];
  /** Of the other table, in a watch on both. */
  #other: readonly SummaryColumn[] = [];
  #columns: readonly LayoutColumn[] = [];
  /** Which of the cells are shown. */
  #shown: readonly number[] = [];
  #widths: readonly number[] | undefined;
  /** Columns of the terminal for which the widths were found. */
  #room: number | undefined;
  #vertical = false;
  #held: (readonly Cell[])[] = [];
  #count = 0;

  constructor(context: FormatContext) {
    this.#context = context;
    this.#look = {
      paint: painter(context.color),
      mark: context.unicode ? '…' : '~',
      rule: context.unicode ? '─' : '-',
    };
  }

  begin(header: Header): void {
    this.#header = header;
    this.#held = [];
    this.#count = 0;
    this.#widths = undefined;
    this.#vertical = false;
    if (header.columns === undefined) {
      const events = header.events === true;
      const place = header.netns ? [netnsColumn(header.table, this.#context)] : [];
      this.#summary = [...place, ...summaryOf(header.table, events, this.#context)];
      this.#other = events ? summaryOf(header.table === 'expect' ? 'conntrack' : 'expect', true, this.#context) : [];
      this.#columns = this.#summary;
    } else {
      this.#columns = header.columns.map(column => ({
        title: printable(column.name),
        align: alignOf(column),
        // All columns were asked for: the rightmost give way first.
        rank: 0,
        least: 8,
        droppable: false,
      }));
    }
  }

  entry(view: MessageView): void {
    const ofTable = tableOfEntry(view, this.#header.table) === this.#header.table;
    const summary = ofTable ? this.#summary : this.#other;
    if (ofTable) {
      this.#add(summary.map(({ cell }) => cell(view)));
      return;
    }
    // An entry of the other table is a line of its own: it has other columns.
    const cells = summary.map(({ cell }) => cell(view)).filter(({ text }) => text !== '');
    this.#context.text.utf8(`${cells.map(({ text, style }) => this.#look.paint(text, style)).join('  ')}\n`);
  }

  row(values: readonly Value[]): void {
    const columns = this.#header.columns ?? [];
    this.#add(columns.map((column, i) => cellOf(values[i], column, this.#context)));
  }

  end(): void {
    if (this.#widths === undefined && !this.#vertical) this.#settle();
    this.#context.text.flush();
  }

  #add(cells: readonly Cell[]): void {
    if (this.#header.events === true && this.#room !== this.#context.width && this.#count > 0) this.begin(this.#header);
    if (this.#widths !== undefined || this.#vertical) {
      this.#write(cells);
      return;
    }
    this.#held.push(cells);
    // Events are shown when they happen: their widths are guessed.
    if (this.#held.length >= (this.#header.events === true ? 1 : SAMPLE)) this.#settle();
  }

  /** Finds the widths and writes what was held back. */
  #settle(): void {
    const { width } = this.#context;
    this.#room = width;
    const held = this.#held;
    this.#held = [];
    const events = this.#header.events === true;
    const typical = (i: number): number => {
      const column = this.#header.columns?.[i];
      return column === undefined ? this.#summary[i].typical : typicalWidth(column.type);
    };
    const natural = naturalWidths(this.#columns, held).map((most, i) => (events ? Math.max(most, typical(i)) : most));
    let used = this.#columns.map((_, i) => i);
    if (this.#header.columns === undefined && !events) {
      used = used.filter(i => !this.#summary[i].optional || held.some(cells => cells[i].text !== ''));
    }
    const columns = used.map(i => this.#columns[i]);
    const wanted = used.map(i => natural[i]);
    const everything = { shown: wanted.map((_, i) => i), widths: wanted };
    const arrangement = width === undefined ? everything : arrange(columns, wanted, width);
    // What does not fit, though it was asked for by name, is shown as records; and entries that could hardly be told apart.
    const isCramped = (i: number, width: number): boolean =>
      !columns[i].droppable && width < Math.min(wanted[i], READABLE);
    this.#vertical =
      this.#header.columns !== undefined
        ? arrangement === undefined
        : !events && (arrangement?.shown.some((i, k) => isCramped(i, arrangement.widths[k])) ?? true);
    if (!this.#vertical) {
      const { shown, widths } = arrangement ?? everything;
      this.#shown = shown.map(i => used[i]);
      this.#widths = widths;
      this.#columns = shown.map(i => columns[i]);
      if (!this.#context.modifiers.has('noheader') && this.#columns.length > 0) {
        for (const line of layoutHeader(this.#columns, widths, this.#look)) this.#context.text.utf8(`${line}\n`);
      }
    }
    for (const cells of held) this.#write(cells);
  }

  #write(cells: readonly Cell[]): void {
    this.#count++;
    if (this.#widths === undefined) {
      this.#context.text.utf8(this.#record(cells));
      return;
    }
    const shown = this.#shown.length === cells.length ? cells : this.#shown.map(i => cells[i]);
    this.#context.text.utf8(`${layoutRow(this.#columns, this.#widths, shown, this.#look)}\n`);
  }

  #record(cells: readonly Cell[]): string {
    const titles = this.#columns.map(({ title }) => title);
    if (this.#header.columns !== undefined) return record(this.#count, titles, cells, this.#context);
    // Of an entry what it has, and without arrows, before which nothing stands.
    const used = cells.map((_, i) => i).filter(i => cells[i].text !== '');
    const own = used.map(i => ({ ...cells[i], text: withoutArrow(cells[i].text) }));
    const names = used.map(i => withoutArrow(titles[i]));
    return record(this.#count, names, own, this.#context);
  }
}
