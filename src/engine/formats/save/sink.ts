/** `save`: command lines of conntrack(8) that make the entries again. */

import type { TableId } from '../../../lang/schema/catalogue.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Sink } from '../sink.js';
import { tableOfEntry } from '../writing/columns.js';
import { eventOf, mayHoldEvents } from '../writing/event.js';
import type { FormatContext } from '../writing/format.js';
import { needsEntries } from '../writing/needs-entries.js';
import { SaveWriter } from './entry-writer.js';

class SaveSink implements Sink {
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
    this.#table = header.table;
    this.#events = mayHoldEvents(header);
  }

  entry(view: MessageView): void {
    const event = eventOf(view, this.#events);
    if (tableOfEntry(view, this.#table) === 'expect') this.#writer.expectation(view, event);
    else this.#writer.flow(view, event);
  }

  row(): void {}

  end(): void {
    const { incomplete } = this.#writer;
    if (incomplete > 0) {
      this.#context.warn?.(
        `${incomplete} ICMP ${incomplete === 1 ? 'flow is written as a comment' : 'flows are written as comments'}: type, code and id are unknown`,
        'snapshots in XML do not hold them; restore from save, jsonl or extended',
      );
      this.#writer.incomplete = 0;
    }
    this.#context.text.flush();
  }
}

export const createSink = (context: FormatContext): Sink => new SaveSink(context);
