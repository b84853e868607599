/** One flow: both tuples, timers, counters, and its events as they happen. */
import { readerOf } from '../../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { asCtqError } from '../../../engine/errors.js';
import type { Sink } from '../../../engine/formats/sink.js';
import type { FormatContext } from '../../../engine/formats/writing/format.js';
import { humanDuration } from '../../../engine/formats/writing/format-value.js';
import type { QueryContext } from '../../../engine/query/context.js';
import { runQuery } from '../../../engine/query/exec/select.js';
import { runWatch } from '../../../engine/watch/watch.js';
import type { CheckedSelect } from '../../../lang/checked/ast.js';
import type { CheckedWatch } from '../../../lang/checked/statements.js';
import type { Integer } from '../../../lang/values/value.js';
import { sparkline } from '../../display/sparkline.js';
import { sgrCodes, wordStyle } from '../../display/style.js';
import { actionOf, type KeyDocs } from '../../help/top-keys.js';
import type { Key } from '../../interactive/line/input/key-names.js';
import type { Line } from '../table/table.js';
import { type DirectionRates, flowLines } from './flow-text.js';
import type { Pane, PaneView, Size } from './pane.js';
import { wrapLine } from './wrap-line.js';

/** Events that are kept. */
const MAX_EVENTS = 200;
/** Rates that are kept. */
const HISTORY = 40;

export interface FlowPaneOptions {
  /** The flow as it was in the table. */
  readonly view: MessageView;
  /** Reads it again. */
  readonly select: CheckedSelect;
  /** Its events; undefined if there are none. */
  readonly watch: CheckedWatch | undefined;
  readonly context: FormatContext;
  /** The shortest interval, in seconds, of which rates are measured. */
  shortest(): number;
  /** A session whose statements end when the signal is aborted. */
  session(signal: AbortSignal): QueryContext;
  readonly draw: () => void;
  readonly closed: () => void;
  /** Undefined: the flow cannot be deleted. */
  readonly deleted: (() => void) | undefined;
}

/** The counters of a flow at a time, in seconds of a monotonic clock. */
interface Base {
  readonly time: number;
  readonly orig: Integer;
  readonly reply: Integer;
}

const baseOf = ({ origBytes, replyBytes }: MessageView): Base => ({
  time: performance.now() / 1000,
  orig: origBytes,
  reply: replyBytes,
});

export class FlowPane implements Pane {
  readonly below = 1;
  readonly isOver = false;
  readonly docs: KeyDocs;
  readonly #options: FlowPaneOptions;
  readonly #controller = new AbortController();
  readonly #events: Line[] = [];
  #view: MessageView;
  /** The counters of the flow, from which its rates are computed. */
  #base: Base;
  /** Undefined once the flow has ended. */
  #rates: DirectionRates | undefined = { orig: null, reply: null };
  readonly #history: (number | undefined)[] = [];
  #ended: Date | undefined;
  /** Events are received from now on. */
  #isListening = false;
  #failure = '';
  #first = 0;
  #most = 0;

  constructor(options: FlowPaneOptions) {
    this.#options = options;
    this.#view = options.view;
    this.#base = baseOf(options.view);
    this.docs = [
      ['Esc', 'back'],
      ...(options.deleted ? [['d', 'delete'] as const] : []),
      ['↑↓', 'scroll'],
      ['Space', 'pause'],
      ['q', 'quit'],
    ];
    if (options.watch !== undefined) void this.#listen(options.watch);
  }

  /** Reads the flow again. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#ended !== undefined) return;
    const { select, session } = this.#options;
    let found: MessageView | undefined;
    const sink: Sink = {
      begin() {},
      entry: view => {
        found = view.keep();
      },
      row() {},
      end() {},
    };
    await runQuery(select, sink, session(signal));
    // Another flow may have taken over the tuple.
    if (found === undefined || (found.id >= 0 && found.id !== this.#view.id)) this.#end(undefined);
    else this.#seen(found);
  }

  #seen(view: MessageView): void {
    this.#view = view;
    const base = baseOf(view);
    const before = this.#base;
    const seconds = base.time - before.time;
    if (seconds < this.#options.shortest()) return;
    this.#base = base;
    const rate = (from: Integer, to: Integer): number | null =>
      from < 0 || to < from ? null : (Number(to) - Number(from)) / seconds;
    this.#rates = { orig: rate(before.orig, base.orig), reply: rate(before.reply, base.reply) };
    const { orig, reply } = this.#rates;
    this.#history.push(orig === null && reply === null ? undefined : (orig ?? 0) + (reply ?? 0));
    this.#history.splice(0, this.#history.length - HISTORY);
  }

  /** @param last the flow in its last event, with its final counters */
  #end(last: MessageView | undefined): void {
    this.#ended ??= new Date();
    this.#rates = undefined;
    if (last !== undefined) this.#view = last;
  }

  async #listen(watch: CheckedWatch): Promise<void> {
    const { session, draw } = this.#options;
    const sink: Sink = {
      begin() {},
      entry: view => this.#event(view),
      row() {},
      lost: ({ count }) => this.#add([{ text: ` ${count} events were lost`, codes: sgrCodes('warning') }]),
      end() {},
    };
    try {
      // One flow has few events.
      await runWatch(watch, sink, session(this.#controller.signal), {
        receiveBuffer: 1 << 20,
        buffers: 4,
        onBuffer: () => {
          this.#isListening = true;
          draw();
        },
      });
    } catch (error) {
      if (this.#controller.signal.aborted) return;
      this.#failure = asCtqError(error).message;
      draw();
    }
  }

  #event(view: MessageView): void {
    const { event, id } = view;
    const time = new Date().toISOString().slice(11, 23);
    const state = readerOf('conntrack', 'state')(view);
    const timeout = readerOf('conntrack', 'timeout')(view);
    this.#add([
      { text: ` ${localClock()}${time.slice(8)}  `, codes: sgrCodes('dim') },
      { text: event.padEnd(8), codes: sgrCodes(wordStyle(event)) },
      { text: state === null ? '' : `  ${String(state).padEnd(12)}`, codes: sgrCodes(wordStyle(String(state))) },
      { text: timeout === null ? '' : `  timeout ${humanDuration(timeout as Integer)}`, codes: '' },
    ]);
    if (event === 'destroy' && (id < 0 || id === this.#view.id)) this.#end(view.keep());
    this.#options.draw();
  }

  #add(line: Line): void {
    this.#events.push(line);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  view({ columns, rows }: Size): PaneView {
    const { context, watch } = this.#options;
    const { unicode } = context;
    const spark = sparkline(this.#history, Math.min(HISTORY, Math.max(1, columns - 24)), unicode).trimStart();
    const lines: Line[] = flowLines(this.#view, context, watch && this.#rates, spark).flatMap(line =>
      wrapLine(line, columns, 12),
    );
    if (this.#ended !== undefined)
      lines.splice(1, 0, [
        {
          text: ` ended ${this.#ended.toTimeString().slice(0, 8)}: these are its last values`,
          codes: sgrCodes('warning'),
        },
      ]);
    lines.push([]);
    if (watch === undefined) lines.push(dim(' a file has no events'));
    else if (this.#failure !== '') lines.push([{ text: ` events: ${this.#failure}`, codes: sgrCodes('warning') }]);
    else if (this.#events.length === 0)
      lines.push(dim(this.#isListening ? ' events: none since this was opened' : ' events: subscribing'));
    else {
      lines.push(dim(' events'));
      // The newest first, so that it is seen.
      lines.push(...[...this.#events].reverse());
    }
    this.#most = Math.max(0, lines.length - rows);
    this.#first = Math.max(0, Math.min(this.#first, this.#most));
    return { lines: lines.slice(this.#first, this.#first + rows) };
  }

  press(key: Key): void {
    const action = actionOf(key);
    if (action === 'up') this.#first--;
    else if (action === 'down') this.#first++;
    else if (action === 'pageup') this.#first -= 10;
    else if (action === 'pagedown') this.#first += 10;
    else if (action === 'home') this.#first = 0;
    else if (action === 'end') this.#first = this.#most;
    else if (action === 'delete') this.#options.deleted?.();
    else if (action === 'back' || action === 'open') this.#options.closed();
  }

  close(): void {
    this.#controller.abort(new Error('closed'));
  }
}

const dim = (text: string): Line => [{ text, codes: sgrCodes('dim') }];
const localClock = (): string => new Date().toTimeString().slice(0, 8);
