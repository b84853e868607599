/**
 * Comma-separated values (RFC 4180, with line feeds, as psql and DuckDB write them) and tab-separated values. An empty
 * field is null; an empty text is `""` in csv, to distinguish the two.
 */

import { printable } from '../../../lang/diagnostics/printable.js';
import type { FormatName } from '../../../lang/schema/formats/formats.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Sink } from '../sink.js';
import { columnsOfEntries, type EntryColumn, entryColumn } from '../writing/columns.js';
import { escapeTsv } from '../writing/escape.js';
import type { FormatContext } from '../writing/format.js';
import { addField, FLOWS } from '../writing/template/field-template.js';
import { type Template, TemplateMaker, Templates } from '../writing/template/template.js';
import type { Text } from '../writing/text.js';

class DelimitedSink implements Sink {
  readonly #text: Text;
  readonly #context: FormatContext;
  readonly #separator: string;
  readonly #quote: (text: string) => string;
  readonly #withHeader: boolean;
  #headed = '';
  #columns: readonly Pick<EntryColumn, 'name' | 'type'>[] = [];
  #entryColumns: readonly EntryColumn[] = [];
  /** Of flows of a dump: the layout of the message decides which fields they have. */
  #templates: Templates | undefined;

  constructor(context: FormatContext, isCsv: boolean) {
    this.#text = context.text;
    this.#context = context;
    this.#separator = isCsv ? ',' : '\t';
    // Programs get every character unchanged: csv has no escapes for control characters.
    const quote = context.isTTY ? (text: string) => quoteCsv(printable(text)) : quoteCsv;
    this.#quote = isCsv ? quote : escapeTsv;
    this.#withHeader = !context.modifiers.has('noheader');
  }

  begin(header: Header): void {
    this.#entryColumns = header.columns === undefined ? columnsOfEntries(header) : [];
    if (header.columns === undefined && header.spans)
      this.#entryColumns = [entryColumn(header.table, header.spans), ...this.#entryColumns];
    this.#columns = header.columns ?? this.#entryColumns;
    const isPlain = !header.events && !header.log && !this.#context.human && !this.#context.modifiers.has('resolve');
    this.#templates = isPlain && FLOWS.has(header.table) ? new Templates(view => this.#templateOf(view)) : undefined;
    if (!this.#withHeader) return;
    const line = this.#columns.map(column => this.#quote(column.name)).join(this.#separator);
    // A repeated query is one table: its header is written once.
    if (line === this.#headed) return;
    this.#headed = line;
    this.#text.utf8(`${line}\n`);
  }

  entry(view: MessageView): void {
    if (this.#templates !== undefined && view.origin === null) {
      this.#text.line();
      this.#text.entry(this.#templates.of(view), view);
      return;
    }
    let line = '';
    for (let i = 0; i < this.#entryColumns.length; i++) {
      const column = this.#entryColumns[i];
      line += (i === 0 ? '' : this.#separator) + this.#field(column.read(view), column);
    }
    this.#text.utf8(`${line}\n`);
  }

  #templateOf(view: MessageView): Template {
    const maker = new TemplateMaker(view);
    this.#entryColumns.forEach((column, i) => {
      if (i > 0) maker.text(this.#separator);
      if (column.read(view) !== null) addField(maker, view, column, value => this.#field(value, column));
    });
    return maker.text('\n').make();
  }

  row(values: readonly Value[]): void {
    let line = '';
    for (let i = 0; i < this.#columns.length; i++) {
      line += (i === 0 ? '' : this.#separator) + this.#field(values[i], this.#columns[i]);
    }
    this.#text.utf8(`${line}\n`);
  }

  end(): void {
    this.#text.flush();
  }

  #field(value: Value, column: Pick<EntryColumn, 'type' | 'name'>): string {
    if (value === null) return '';
    if (typeof value === 'number' && column.type.name === 'integer') return String(value);
    if (value === '') return this.#quote('');
    return this.#quote(this.#context.show(value, column));
  }
}

const quoteCsv = (text: string): string =>
  text === '' || /[",\u0000-\u001f\u007f]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

export const createSink = (context: FormatContext, format: FormatName): Sink =>
  new DelimitedSink(context, format === 'csv');
