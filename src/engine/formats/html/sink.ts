/** `html`: a page with a table, for a browser or a mail. Values are those of `csv`. */
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Sink } from '../sink.js';
import { columnsOfEntries, type EntryColumn, entryColumn } from '../writing/columns.js';
import type { FormatContext, ShownColumn } from '../writing/format.js';

const PAGE = `<!DOCTYPE html>
<meta charset="utf-8">
<title>ctq</title>
<style>
table { border-collapse: collapse; font: 14px sans-serif; margin: 1em 0 }
th, td { border: 1px solid #ccc; padding: 2px 8px; text-align: left }
td.n { text-align: right }
</style>
`;

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal', 'duration', 'port']);
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const escaped = (text: string): string => printable(text).replace(/[&<>]/g, character => ENTITIES[character]);

class HtmlSink implements Sink {
  readonly #context: FormatContext;
  #columns: readonly ShownColumn[] = [];
  #entryColumns: readonly EntryColumn[] = [];
  /** Opens a cell, by column. */
  #opening: readonly string[] = [];
  /** Several results are tables of one page. */
  #hasPage = false;

  constructor(context: FormatContext) {
    this.#context = context;
  }

  begin(header: Header): void {
    const { text, modifiers } = this.#context;
    const own = header.columns === undefined ? columnsOfEntries(header) : [];
    this.#entryColumns =
      header.columns === undefined && header.spans ? [entryColumn(header.table, header.spans), ...own] : own;
    this.#columns = header.columns ?? this.#entryColumns;
    this.#opening = this.#columns.map(({ type }) => (NUMERIC.has(type.name) ? '<td class="n">' : '<td>'));
    if (!this.#hasPage) text.utf8(PAGE);
    this.#hasPage = true;
    text.utf8('<table>\n');
    if (modifiers.has('noheader')) return;
    text.utf8(`<thead><tr>${this.#columns.map(({ name }) => `<th>${escaped(name)}`).join('')}</thead>\n`);
  }

  entry(view: MessageView): void {
    this.#write(this.#entryColumns.map(column => column.read(view)));
  }

  row(values: readonly Value[]): void {
    this.#write(values);
  }

  end(): void {
    this.#context.text.utf8('</table>\n');
    this.#context.text.flush();
  }

  #write(values: readonly Value[]): void {
    let line = '<tr>';
    for (let i = 0; i < this.#columns.length; i++) {
      const value = values[i];
      line += this.#opening[i] + (value === null ? '' : escaped(this.#context.show(value, this.#columns[i])));
    }
    this.#context.text.utf8(`${line}\n`);
  }
}

export const createSink = (context: FormatContext): Sink => new HtmlSink(context);
