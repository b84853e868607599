/** `save`: command lines of conntrack(8) that make the entries again. */

import { CtqError } from '../../engine/errors.js';
import type { Header, Sink } from '../../engine/query/sink.js';
import type { MessageView } from '../../engine/wire/view.js';
import type { TableId } from '../../lang/catalogue.js';
import { tableOfEntry } from './columns.js';
import { eventOf } from './event.js';
import type { FormatContext } from './format.js';
import { needsEntries } from './needs-entries.js';
import { SaveWriter } from './save-entry.js';

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
