/** `save`: command lines of conntrack(8) that make the entries again. */

import type { TableId } from '../../../lang/schema/catalogue.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { Header, Sink } from '../sink.js';
import { tableOfEntry } from '../writing/columns.js';
import { eventOf } from '../writing/event.js';
import type { FormatContext } from '../writing/format.js';
import { needsEntries } from '../writing/needs-entries.js';
import { SaveWriter } from './entry-writer.js';

export class SaveSink implements Sink {
  readonly #context: FormatContext;
  readonly #writer: SaveWriter;
  #table: TableId = 'conntrack';
  #events = false;

  constructor(context: FormatContext) {
    this.#context = context;
    this.#writer = new SaveWriter(context);
  }

  begin(header: Header): void {
    needsEntries(header, 'save');
    if (header.table === 'stats' || header.table === 'expect_stats') {
      throw new CtqError({
        kind: 'statement',
        code: 'output-needs-entries',
        message: `the format 'save' shows flows and expectations, not ${header.table}`,
        hint: 'choose plain, table, csv, tsv, json or jsonl',
      });
    }
    this.#table = header.table;
    this.#events = header.events === true;
  }

  entry(view: MessageView): void {
    const event = eventOf(view, this.#events);
    if (tableOfEntry(view, this.#table) === 'expect') this.#writer.expectation(view, event);
    else this.#writer.flow(view, event);
  }

  row(): void {}

  end(): void {
    this.#context.text.flush();
  }
}
