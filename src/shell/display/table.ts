/** `table`, `box`, `markdown`: aligned columns. Widths are those of the first rows; later rows are written as they arrive. */

import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, ResultColumn, Sink } from '../../engine/formats/sink.js';
import { tableOfEntry } from '../../engine/formats/writing/columns.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { Value } from '../../lang/values/value.js';
import { originColumn, type SummaryColumn, summaryOf } from './entry-columns.js';
import { type Arrangement, arrange, type LayoutColumn, naturalWidths, share, type TableDrawing } from './layout.js';
import { alignOf, type Cell, cellOf } from './text/cell.js';
import { typicalWidth } from './text/typical.js';
import { textWidth } from './text/width.js';
import { record } from './vertical.js';

/** Width at which a column is still readable though its cells are wider: an arrow, and an IPv4 address with a port. */
const READABLE = 23;

/** The least width of prose: a few words, or a fair share of a wide terminal. */
const leastOfProse = (width = 0): number => Math.max(24, Math.floor(width * 0.3));

/** The least width of what is only shown where there is room. */
const EXTRA = 20;

type Cells = readonly Cell[];

const withoutArrow = (text: string): string => text.replace(/^(?:→|>) /, '');

export class TableSink implements Sink {
  readonly #context: FormatContext;
  readonly #drawing: TableDrawing;
  #header: Header = { table: 'conntrack' };
  #summary: readonly SummaryColumn[] = [];
  /** Those of the other table, in a watch of both. */
  #other: readonly SummaryColumn[] = [];
  /** All columns that rows have. */
  #columns: readonly LayoutColumn[] = [];
  /** Indices of the columns that are shown. */
  #shown: readonly number[] = [];
  #widths: readonly number[] | undefined;
  /** The width of the terminal when the widths were found. */
  #room: number | undefined;
  #isVertical = false;
  /** The widest cell of each column so far, where events have less room than their columns usually need. */
  #seen: number[] | undefined;
  /** Rows before the widths are known, then those of the next piece. */
  #held: Cells[] = [];
  #count = 0;

  constructor(context: FormatContext, drawing: TableDrawing) {
    this.#context = context;
    this.#drawing = drawing;
  }

  begin(header: Header): void {
    const { escape: escaped = (text: string): string => text } = this.#drawing;
    this.#header = header;
    this.#held = [];
    this.#count = 0;
    this.#widths = undefined;
    this.#isVertical = false;
    this.#seen = undefined;
    if (this.#context.paging) this.#context.paging.header = 0;
    if (header.columns === undefined) {
      const events = header.events === true;
      const kind = events ? 'watch' : header.log && 'log';
      const place = header.spans ? [originColumn(header.spans, header.table, this.#context)] : [];
      this.#summary = [...place, ...summaryOf(header.table, kind, this.#context)];
      this.#other = events ? summaryOf(header.table === 'expect' ? 'conntrack' : 'expect', 'watch', this.#context) : [];
      this.#columns = this.#summary.map(column => ({ ...column, title: escaped(column.title) }));
    } else {
      this.#columns = header.columns.map(column => ({
        title: escaped(printable(column.name)),
        align: alignOf(column),
        ...this.#yielding(column),
      }));
    }
  }

  /** How a column gives way where there is no room: the lowest rank first. */
  #yielding({
    wraps,
    spare,
    isExtra,
    type,
  }: ResultColumn): Pick<LayoutColumn, 'rank' | 'least' | 'droppable' | 'wraps'> {
    if (isExtra) return { rank: -2, least: EXTRA, droppable: true };
    // What continues below gives way before a column is left out, and nothing is cut then.
    if (wraps && this.#drawing.wraps)
      return { rank: -1, least: leastOfProse(this.#context.width), wraps, droppable: false };
    // The end of a time is what distinguishes it.
    const isTime = type.name === 'time';
    const isWhole = isTime || this.#wraps || this.#header.columns?.some(column => column.spare !== undefined) === true;
    return {
      // Others were asked for: the rightmost are shortened first.
      rank: spare ?? Number.POSITIVE_INFINITY,
      least: isWhole ? Number.POSITIVE_INFINITY : 8,
      droppable: spare !== undefined,
    };
  }

  /** Whether cells of this result continue below where they are too wide. */
  get #wraps(): boolean {
    return this.#drawing.wraps && this.#header.columns?.some(column => column.wraps === true) === true;
  }

  entry(view: MessageView): void {
    const ofTable = tableOfEntry(view, this.#header.table) === this.#header.table;
    const summary = ofTable ? this.#summary : this.#other;
    if (ofTable) {
      this.#add(summary.map(({ cell }) => cell(view)));
      return;
    }
    // An entry of the other table has other columns, so it is a line of its own.
    if (this.#widths === undefined && !this.#isVertical) this.#settle();
    this.#drawPiece();
    const cells = summary.map(({ cell }) => cell(view)).filter(({ text }) => text !== '');
    this.#context.text.utf8(this.#drawing.spanning(this.#escaped(cells)));
  }

  row(values: readonly Value[]): void {
    const columns = this.#header.columns ?? [];
    this.#add(columns.map((column, i) => cellOf(values[i], column, this.#context)));
  }

  end(): void {
    this.#finish();
    this.#context.text.flush();
  }

  /** Ends the table, and begins another. @param seen what is known of the widths of its cells */
  #restart(seen?: number[]): void {
    this.#finish();
    this.begin(this.#header);
    this.#seen = seen;
  }

  #finish(): void {
    if (this.#widths === undefined && !this.#isVertical) this.#settle();
    this.#drawPiece();
    if (this.#widths !== undefined && this.#shown.length > 0) this.#context.text.utf8(this.#drawing.end());
  }

  /** The terminal's width where the table must fit it. */
  get #available(): number | undefined {
    return this.#drawing.fitsTerminal ? this.#context.width : undefined;
  }

  #add(cells: Cells): void {
    const isWatch = this.#header.events === true;
    if (isWatch && this.#count > 0) {
      if (this.#room !== this.#available) this.#restart();
      else if (this.#seen !== undefined && this.#fitsOtherwise(cells)) this.#restart(this.#seen);
    }
    if (this.#isVertical) {
      this.#count++;
      this.#context.text.utf8(this.#record(cells));
      return;
    }
    this.#held.push(this.#escaped(cells));
    if (this.#widths === undefined) {
      // Events are shown when they happen: their widths are guessed.
      if (this.#held.length >= (isWatch ? 1 : this.#drawing.sampleSize)) this.#settle();
    } else if (this.#held.length >= (isWatch ? 1 : this.#drawing.pieceSize)) this.#drawPiece();
  }

  /** Whether the rows held back exceed the screen already, and lines may be long in the pager. */
  #isPaged(): boolean {
    const { paging } = this.#context;
    if (this.#wraps || paging?.scrollsSideways !== true || !this.#drawing.fitsTerminal || this.#header.events === true)
      return false;
    return this.#held.length + this.#drawing.headerLines > paging.lines;
  }

  /** Finds the widths, and writes the rows held back. */
  #settle(): void {
    const isPaged = this.#isPaged();
    // A pager that scrolls sideways shows whole cells.
    const width = isPaged ? undefined : this.#available;
    this.#room = width;
    const held = this.#held;
    const isWatch = this.#header.events === true;
    let used = this.#columns.map((_, i) => i);
    if (this.#header.columns === undefined && !isWatch) {
      used = used.filter(i => !this.#summary[i].optional || held.some(cells => cells[i].text !== ''));
    }
    const columns = used.map(i => this.#columns[i]);
    const natural = this.#natural(held);
    const needed = used.map(i => natural[i]);
    const everything = { shown: needed.map((_, i) => i), widths: needed };
    const arrangement =
      width === undefined
        ? everything
        : isWatch
          ? this.#arrangeEvents(held, width)
          : arrange(columns, needed, width, count => this.#drawing.overhead(count));
    // Records: columns asked for by name that do not fit, or entries cut so short that they look alike.
    const isCramped = (i: number, width: number): boolean =>
      !columns[i].droppable && width < Math.min(needed[i], READABLE);
    this.#isVertical =
      this.#header.columns !== undefined
        ? arrangement === undefined
        : (arrangement?.shown.some((i, k) => !isWatch && isCramped(i, arrangement.widths[k])) ?? true);
    if (this.#isVertical) {
      this.#held = [];
      for (const cells of held) {
        this.#count++;
        this.#context.text.utf8(this.#record(cells));
      }
      return;
    }
    const { shown, widths } = arrangement ?? everything;
    if (shown.length < used.length)
      this.#context.leftOut?.(columns.filter((_, i) => !shown.includes(i)).map(({ title }) => title));
    this.#shown = shown.map(i => used[i]);
    this.#widths = widths;
    if (shown.length > 0) {
      const isTitled = !this.#context.modifiers.has('noheader');
      if (isTitled && this.#context.paging) this.#context.paging.header = this.#drawing.headerLines;
      this.#context.text.utf8(
        this.#drawing.begin(
          shown.map(i => columns[i]),
          widths,
          isTitled,
        ),
      );
    }
    this.#drawPiece();
  }

  /** The usual width of a column, where its rows are not known in advance. */
  #typical(i: number): number {
    const column = this.#header.columns?.[i];
    return column === undefined ? this.#summary[i].typical : typicalWidth(column.type);
  }

  /** The widths that columns have where there is room. */
  #natural(rows: readonly Cells[]): number[] {
    const { leastWidth } = this.#drawing;
    const isWatch = this.#header.events === true;
    return naturalWidths(this.#columns, rows).map((most, i) =>
      Math.max(most, leastWidth, isWatch ? this.#typical(i) : 0),
    );
  }

  /**
   * Events are shown when they happen, so their columns are as wide as they usually need. Where there is no room for that, the blanks of
   * the cells so far give way before a cell is cut.
   */
  #arrangeEvents(rows: readonly Cells[], width: number): Arrangement | undefined {
    const columns = this.#columns;
    const natural = this.#natural(rows);
    const overhead = (count: number): number => this.#drawing.overhead(count);
    this.#drawing.tighten?.(false);
    const whole = arrange(columns, natural, width, overhead);
    if (whole?.shown.every((i, k) => whole.widths[k] === natural[i])) return whole;
    this.#drawing.tighten?.(true);
    const arrangement = arrange(columns, natural, width, overhead);
    this.#seen ??= columns.map(() => 0);
    for (const cells of rows) this.#note(cells, this.#seen);
    if (arrangement === undefined) return undefined;
    const { shown } = arrangement;
    const needed = shown.map(i => Math.min(natural[i], this.#needed(i)));
    const wanted = shown.map(i => natural[i]);
    const widths = share(wanted, needed, width - overhead(shown.length));
    if (widths !== undefined) return { shown, widths };
    const ofShown = shown.map(i => columns[i]);
    const cut = arrange(ofShown, needed, width, overhead);
    return cut && { shown: cut.shown.map(k => shown[k]), widths: cut.widths };
  }

  #note(cells: Cells, seen: number[]): void {
    for (const [i, { text }] of cells.entries()) seen[i] = Math.max(seen[i], textWidth(text));
  }

  /** The width with which no cell so far is cut, unless it is unusually wide. */
  #needed(i: number): number {
    const { title, least } = this.#columns[i];
    const typical = this.#typical(i);
    const most = typical === 0 ? Number.POSITIVE_INFINITY : Math.max(typical, textWidth(title));
    return Math.max(least, Math.min(this.#seen?.[i] ?? 0, most));
  }

  /** Whether a row that is cut would be shown whole if other columns gave way. */
  #fitsOtherwise(cells: Cells): boolean {
    const [shown, widths] = [this.#shown, this.#widths];
    if (widths === undefined) return false;
    const row = this.#escaped(cells);
    const needed = (i: number): number => textWidth(row[i].text);
    if (shown.every((i, k) => needed(i) <= widths[k])) {
      this.#note(row, this.#seen!);
      return false;
    }
    const other = this.#arrangeEvents([row], this.#room!);
    return other?.shown.every((i, k) => needed(i) <= other.widths[k]) === true;
  }

  /** Draws the rows held back, once the widths are known. */
  #drawPiece(): void {
    if (this.#widths === undefined) return;
    const held = this.#held;
    this.#held = [];
    const { pieceSize } = this.#drawing;
    for (let at = 0; at < held.length; at += pieceSize) {
      const piece = held.slice(at, at + pieceSize);
      this.#count += piece.length;
      const rows = piece.map(cells => (this.#shown.length === cells.length ? cells : this.#shown.map(i => cells[i])));
      this.#context.text.utf8(this.#drawing.rows(rows));
    }
  }

  #escaped(cells: Cells): Cells {
    const { escape: escaped } = this.#drawing;
    return escaped === undefined ? cells : cells.map(({ text, style }) => ({ text: escaped(text), style }));
  }

  #record(cells: Cells): string {
    const titles = this.#columns.map(({ title }) => title);
    if (this.#header.columns !== undefined) return record(this.#count, titles, cells, this.#context);
    // A record of an entry shows only the fields that it has, and no arrows.
    const used = cells.map((_, i) => i).filter(i => cells[i].text !== '');
    const own = used.map(i => ({ ...cells[i], text: withoutArrow(cells[i].text) }));
    const names = used.map(i => withoutArrow(titles[i]));
    return record(this.#count, names, own, this.#context);
  }
}
