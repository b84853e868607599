/** `vertical`: one field per line, in records, as psql's \x. */

import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../engine/formats/sink.js';
import { allColumns, type EntryColumn, tableOfEntry } from '../../engine/formats/writing/columns.js';
import type { FormatContext } from '../../engine/formats/writing/format.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { Value } from '../../lang/values/value.js';
import { painter } from './style.js';
import { type Cell, cellOf } from './text/cell.js';
import { pad, textWidth, wrapWithin } from './text/width.js';

const RULE_WIDTH = 40;
/** Columns for a value, however narrow the terminal is. */
const LEAST_ROOM = 12;

/** The lines of one record. */
export function record(
  number: number,
  names: readonly string[],
  cells: readonly Cell[],
  { color, unicode, width }: Pick<FormatContext, 'color' | 'unicode' | 'width'>,
): string {
  const paint = painter(color);
  const [dash, bar] = unicode ? ['─', '│'] : ['-', '|'];
  const label = `${dash}[ ${number} ]`;
  const rule = label + dash.repeat(Math.max(0, Math.min(RULE_WIDTH, width ?? RULE_WIDTH) - textWidth(label)));
  const widest = names.reduce((most, name) => Math.max(most, textWidth(name)), 0);
  // What a terminal cuts, or breaks below the name, could not be read.
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_ROOM, width - widest - 3);
  let lines = `${paint(rule, 'dim')}\n`;
  names.forEach((name, i) => {
    const { text, style } = cells[i];
    const parts = textWidth(text) <= room ? [text] : wrapWithin(text, room);
    for (const [k, part] of parts.entries()) {
      const label = paint(pad(k === 0 ? name : '', widest, 'left'), 'header');
      lines += `${label} ${paint(bar, 'dim')} ${paint(part, style)}`.trimEnd();
      lines += '\n';
    }
  });
  return lines;
}

export class VerticalSink implements Sink {
  readonly #context: FormatContext;
  #header: Header = { table: 'conntrack' };
  #names: readonly string[] = [];
  #number = 0;
  readonly #entries = new Map<string, readonly EntryColumn[]>();

  constructor(context: FormatContext) {
    this.#context = context;
  }

  begin(header: Header): void {
    this.#header = header;
    this.#number = 0;
    this.#entries.clear();
    this.#names = (header.columns ?? []).map(({ name }) => printable(name));
  }

  /** Fields without a value are left out: most of the fifty are of other protocols. */
  entry(view: MessageView): void {
    const table = tableOfEntry(view, this.#header.table);
    let columns = this.#entries.get(table);
    if (columns === undefined) {
      columns = allColumns(table, this.#header.events === true || this.#header.log !== undefined);
      this.#entries.set(table, columns);
    }
    const names: string[] = [];
    const cells: Cell[] = [];
    for (const column of columns) {
      const value = column.read(view);
      if (value === null) continue;
      names.push(column.name);
      cells.push(cellOf(value, column, this.#context));
    }
    this.#context.text.utf8(record(++this.#number, names, cells, this.#context));
  }

  row(values: readonly Value[]): void {
    const columns = this.#header.columns ?? [];
    const cells = columns.map((column, i) => cellOf(values[i], column, this.#context));
    this.#context.text.utf8(record(++this.#number, this.#names, cells, this.#context));
  }

  end(): void {
    this.#context.text.flush();
  }
}
