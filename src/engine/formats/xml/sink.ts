/** `xml`: conntrack(8)'s XML, of flows, expectations and their events. */

import { printable } from '../../../lang/diagnostics/printable.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Sink } from '../sink.js';
import { writeCause, writeOrigin, writeResync } from '../writing/cause.js';
import { commonColumns, tableOfEntry } from '../writing/columns.js';
import { escapeXml } from '../writing/escape.js';
import { eventOf, mayHoldEvents } from '../writing/event.js';
import type { FormatContext, ShownColumn } from '../writing/format.js';
import { flowXmlWriter, writeExpectationXml, type XmlOptions } from './entry-writer.js';
import { ROOTS } from './words.js';

const LINE_FEED = 0x0a;

/**
 * Which parts of the document surround the entries; conntrack(8) writes as much as its command happens to.
 * - `whole`: its beginning and its end, also without entries;
 * - `filled`: both, if there are entries;
 * - `begun`: its beginning, if there are entries;
 * - `none`: entries alone.
 */
export type XmlFrame = 'whole' | 'filled' | 'begun' | 'none';

export class XmlSink implements Sink {
  readonly #frame: XmlFrame;
  #hasBegun = false;
  readonly #context: FormatContext;
  readonly #options: XmlOptions;
  readonly #writeFlow: ReturnType<typeof flowXmlWriter>;
  #table: TableId = 'conntrack';
  #events = false;
  #isStream = false;
  #columns: readonly ShownColumn[] | undefined;
  #root = '';

  constructor(context: FormatContext, frame: XmlFrame = 'whole') {
    this.#frame = frame;
    const { modifiers, environment } = context;
    this.#context = context;
    this.#options = {
      ktimestamp: modifiers.has('ktimestamp'),
      timestamp: modifiers.has('timestamp'),
      labels: modifiers.has('labels') && environment.labelNames().length > 0 ? environment : undefined,
      now: () => environment.now(),
    };
    this.#writeFlow = flowXmlWriter(this.#options);
  }

  begin(header: Header): void {
    this.#table = header.table;
    this.#events = mayHoldEvents(header);
    this.#isStream = header.events === true;
    const entries = header.columns === undefined && ENTRIES.has(header.table);
    // conntrack(8) has no XML of rows: each is an element with a field an element, named by an attribute.
    this.#columns = entries ? undefined : (header.columns ?? commonColumns(header.table, this.#isStream));
    this.#root = entries ? (header.table === 'expect' ? ROOTS.expect : ROOTS.conntrack) : 'rows';
    this.#hasBegun = false;
    if (this.#frame === 'whole') this.#begin();
  }

  #begin(): void {
    this.#hasBegun = true;
    if (this.#frame === 'none') return;
    const { text } = this.#context;
    text.line();
    text.ascii(`<?xml version="1.0" encoding="utf-8"?>\n<${this.#root}>\n`);
  }

  entry(view: MessageView): void {
    const { text } = this.#context;
    if (!this.#hasBegun) this.#begin();
    if (this.#columns !== undefined) {
      this.row(commonColumns(this.#table, this.#isStream).map(column => column.read(view)));
      return;
    }
    text.line();
    // A dump's entries have no type; conntrack(8) writes `<when>` in its dumps of expectations, too.
    const expectation = tableOfEntry(view, this.#table) === 'expect';
    const event = eventOf(view, this.#events);
    if (expectation) writeExpectationXml(text, view, event, this.#options);
    else this.#writeFlow(text, view, event, this.#isStream || event !== undefined);
    if (event !== undefined && !expectation) writeCause(text, view, name => escapeXml(printable(name)));
    writeOrigin(text, view, name => escapeXml(printable(name)).replaceAll('-', '&#45;'), ['<!--', ' -->']);
    writeResync(text, view);
    text.byte(LINE_FEED);
  }

  row(values: readonly Value[]): void {
    const { text } = this.#context;
    let row = '<row>';
    (this.#columns ?? []).forEach((column, i) => {
      const value = values[i];
      const name = escapeXml(column.name);
      row +=
        value === null
          ? `<field name="${name}" null="true"/>`
          : `<field name="${name}">${escapeXml(this.#context.show(value, column))}</field>`;
    });
    text.utf8(`${row}</row>\n`);
  }

  end(): void {
    const isFramed = this.#frame === 'whole' || this.#frame === 'filled';
    if (isFramed && this.#hasBegun) this.#context.text.utf8(`</${this.#root}>\n`);
    this.#context.text.flush();
  }
}

const ENTRIES: ReadonlySet<TableId> = new Set<TableId>(['conntrack', 'expect', 'dying', 'unconfirmed']);

export const createSink = (context: FormatContext): Sink => new XmlSink(context);
