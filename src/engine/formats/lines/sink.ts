/** `plain` and `extended`: conntrack(8)'s lines, of flows, expectations, their events, and the per-CPU statistics. */

import { printable } from '../../../lang/diagnostics/printable.js';
import type { TableId } from '../../../lang/schema/catalogue.js';
import type { FormatName } from '../../../lang/schema/formats/formats.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Sink } from '../sink.js';
import { writeCause, writeOrigin, writeResync } from '../writing/cause.js';
import { tableOfEntry } from '../writing/columns.js';
import { eventOf, type FlowEvent, mayHoldEvents } from '../writing/event.js';
import type { FormatContext } from '../writing/format.js';
import { needsEntries } from '../writing/needs-entries.js';
import { flowWriter, type LineOptions, writeExpectation } from './line-writer.js';
import { type StatisticsWriter, statisticsWriter } from './statistics.js';
import { EVENT_WORDS } from './words.js';

const LINE_FEED = 0x0a;
/** As wide as the longest. */
const eventText = (event: FlowEvent): string => `${EVENT_WORDS[event].padStart(EVENT_WORDS.destroy.length)} `;
const EVENTS = { new: eventText('new'), update: eventText('update'), destroy: eventText('destroy') };

class LineSink implements Sink {
  readonly #context: FormatContext;
  readonly #kind: 'plain' | 'extended';
  readonly #options: LineOptions;
  readonly #writeFlow: ReturnType<typeof flowWriter>;
  readonly #timestamp: boolean;
  #table: TableId = 'conntrack';
  #events = false;
  #isStream = false;
  #statistics: StatisticsWriter | undefined;

  constructor(context: FormatContext, kind: 'plain' | 'extended') {
    const { modifiers, environment } = context;
    this.#context = context;
    this.#kind = kind;
    this.#timestamp = modifiers.has('timestamp');
    this.#options = {
      extended: kind === 'extended',
      id: modifiers.has('id'),
      ktimestamp: modifiers.has('ktimestamp'),
      // As conntrack(8): where no label has a name there is nothing to show.
      labels: modifiers.has('labels') && environment.labelNames().length > 0 ? environment : undefined,
      now: () => environment.now(),
    };
    this.#writeFlow = flowWriter(this.#options);
  }

  begin(header: Header): void {
    needsEntries(header, this.#kind);
    this.#table = header.table;
    this.#events = mayHoldEvents(header);
    this.#isStream = header.events === true;
    this.#statistics =
      header.table === 'stats' || header.table === 'expect_stats' ? statisticsWriter(header.table) : undefined;
  }

  entry(view: MessageView): void {
    const { text } = this.#context;
    text.line();
    if (this.#statistics !== undefined) {
      this.#statistics(text, view);
      return;
    }
    const expectation = tableOfEntry(view, this.#table) === 'expect';
    const event = eventOf(view, this.#events);
    if (this.#timestamp && (this.#isStream || event !== undefined || expectation)) this.#writeTimestamp(view);
    if (event !== undefined) text.ascii(EVENTS[event]);
    if (expectation) writeExpectation(text, view);
    else this.#writeFlow(text, view);
    writeOrigin(text, view);
    if (event !== undefined && !expectation) writeCause(text, view, printable);
    writeResync(text, view);
    text.byte(LINE_FEED);
  }

  row(): void {}

  end(): void {
    this.#context.text.flush();
  }

  /** `[seconds.microseconds]\t`: the time of the event where the kernel reports it (since 6.14), else now. */
  #writeTimestamp(view: MessageView): void {
    const time = view.eventTime >= 0 ? BigInt(view.eventTime) : this.#options.now();
    const seconds = (time / 1_000_000_000n).toString().padStart(8, '0');
    const microseconds = ((time / 1000n) % 1_000_000n).toString().padStart(6, '0');
    this.#context.text.ascii(`[${seconds}.${microseconds}]\t`);
  }
}

export const createSink = (context: FormatContext, format: FormatName): Sink =>
  new LineSink(context, format === 'extended' ? 'extended' : 'plain');
