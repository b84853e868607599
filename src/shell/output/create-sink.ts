/** Creates the sink for an `output` clause. Formats are loaded on demand, so that one-liners start fast. */

import { abortable } from '../../engine/abortable.js';
import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import { createFormatSink } from '../../engine/formats/registry.js';
import type { Header, Loss, Missing, Sink } from '../../engine/formats/sink.js';
import { eventOf } from '../../engine/formats/writing/event.js';
import { type FormatContext, type Paging, shower } from '../../engine/formats/writing/format.js';
import { localTime } from '../../engine/formats/writing/format-value.js';
import { Text } from '../../engine/formats/writing/text.js';
import type { CheckedOutput } from '../../lang/checked/ast.js';
import type { Environment } from '../../lang/schema/environment.js';
import { type FORMATS, type FormatName, formatOf, type Modifier } from '../../lang/schema/formats/formats.js';
import { assertNever } from '../../lang/syntax/ast.js';
import { integer, type Value } from '../../lang/values/value.js';
import type { Look, TableDrawing } from '../display/layout.js';
import { painter } from '../display/style.js';
import { isUnicode } from '../display/text/locale.js';
import type { Destination } from './destination.js';
import { openFile } from './file-destination.js';

export interface OutputOptions {
  /** Receives the text; undefined if the clause names a file. */
  readonly destination: Destination | undefined;
  /** Whether the destination is a terminal. */
  readonly isTTY: boolean;
  /** Columns of the terminal; a function if they may change during a result. */
  readonly width?: number | (() => number | undefined);
  readonly color: boolean;
  /** Whether characters beyond ASCII may be written; default: from the locale. */
  readonly unicode?: boolean;
  readonly environment: Environment;
  /** Set if a pager shows what exceeds the screen. */
  readonly paging?: Paging;
  /** Shown for null in tables. Default: nothing. */
  readonly nullText?: string;
  /** Numbers with units; default: on a terminal, in the formats that have `units`. The modifier `human` turns it on. */
  readonly human?: boolean;
  /** Ends a wait for the reader of the output, with the signal's reason; undefined if the caller ends such waits itself. */
  readonly signal?: AbortSignal;
  /** Results are repeated, and not drawn in the place of each other: in formats for people each begins with a line that says when it was complete. */
  readonly isTimed?: boolean;
  /** Formats that are written otherwise than the language does. */
  readonly formatOf?: (format: FormatName, context: FormatContext) => Promise<Sink> | undefined;
  /** Reports what the result loses in its format. */
  readonly warn?: (message: string, hint?: string) => void;
  readonly leftOut?: FormatContext['leftOut'];
  /** Receives the exit status of a check. */
  readonly checked?: FormatContext['checked'];
  /** Looks up the name of an address, for `resolve`; default: DNS. */
  readonly lookup?: (address: string) => Promise<string | undefined>;
}

/** A sink with a destination, which must be closed or aborted. */
export interface OutputSink extends Sink {
  ready(): Promise<void> | undefined;
  /** The text goes to a terminal, directly or through a pager. */
  readonly isTerminal: boolean;
  /** All rows count: the terminal does not limit their number. */
  readonly isState?: boolean;
  /** What is written is a file that replaces another one when it is complete. */
  readonly replacesFile: boolean;
  /** Bytes that the reader has not taken yet. */
  readonly waiting: number;
  /** The reader is a program that its user ends, such as a pager: a signal does not end the waiting for it. */
  readonly isUsers: boolean;
  /** After the last `end`: waits until everything is written; a file appears under its name. */
  close(): Promise<void>;
  /** Instead of `close`, after a failure: removes an unfinished file. */
  abort(): void;
}

/** The clause with its format decided. */
export type ResolvedOutput = CheckedOutput & { readonly format: FormatName };

/** While rows arrive, buffered text is written after at most this time (ms), so that progress is visible. */
const FLUSH_INTERVAL = 100;

/** Chooses a format if none was given: a table on a terminal, else conntrack(8)'s lines for entries and TSV for rows. */
export function resolveOutput(output: CheckedOutput, entries: boolean, isTTY: boolean): ResolvedOutput {
  const isTerminal = isTTY && output.file === undefined;
  return { ...output, format: output.format ?? (isTerminal ? 'table' : entries ? 'extended' : 'tsv') };
}

/** @throws CtqError if the clause's file cannot be created */
export async function createSink(output: ResolvedOutput, options: OutputOptions): Promise<OutputSink> {
  const toFile = output.file !== undefined;
  const destination = output.file === undefined ? options.destination! : openFile(output.file);
  try {
    const text = new Text((chunk, done) => destination.write(chunk, done));
    const modifiers: ReadonlySet<Modifier> = new Set(output.modifiers);
    const { units = false, isState = false, modifiers: applicable } = formatOf(output.format);
    if (isState) destination.share?.();
    const human = modifiers.has('human') || (units && !toFile && (options.human ?? options.isTTY));
    const names = modifiers.has('resolve') && applicable.includes('resolve') ? await loadNames(options) : undefined;
    const shared = { environment: options.environment, modifiers, human, names };
    const context: FormatContext = {
      ...shared,
      text,
      get width() {
        const { width } = options;
        return toFile ? undefined : typeof width === 'function' ? width() : width;
      },
      color: options.color && !toFile,
      isTTY: options.isTTY && !toFile,
      unicode: options.unicode ?? isUnicode(process.env),
      paging: toFile ? undefined : options.paging,
      nullText: options.nullText ?? '',
      warn: options.warn,
      leftOut: options.leftOut,
      checked: options.checked,
      show: shower(shared),
    };
    let sink = await (options.formatOf?.(output.format, context) ?? load(output.format, context));
    if (names !== undefined) {
      const { ResolvingSink } = await import('./resolving.js');
      sink = new ResolvingSink(sink, names);
    }
    const { drawnInPlace = false } = formatOf(output.format);
    const isTimed = options.isTimed === true && drawnInPlace && !modifiers.has('noheader');
    return new DestinedSink(sink, text, destination, {
      isTerminal: context.isTTY,
      signal: options.signal,
      isState,
      replaces: isState && toFile,
      time: isTimed ? () => localTime(integer(options.environment.now())) : undefined,
    });
  } catch (error) {
    destination.abort();
    throw error;
  }
}

async function loadNames({ lookup }: OutputOptions): Promise<import('./resolver.js').ReverseNames> {
  const { ReverseNames, dnsLookup } = await import('./resolver.js');
  return new ReverseNames(lookup ?? dnsLookup());
}

/** The formats that the shell draws itself. */
type DrawnFormat = {
  [F in FormatName]: (typeof FORMATS)[F] extends { readonly folder: string } ? never : F;
}[FormatName];

async function load(format: FormatName, context: FormatContext): Promise<Sink> {
  const { folder } = formatOf(format);
  if (folder !== undefined) return createFormatSink(folder, format, context);
  const drawn = format as DrawnFormat;
  switch (drawn) {
    case 'table':
      return tableSink(context, (await import('../display/layout.js')).PlainDrawing);
    case 'box':
      return tableSink(context, (await import('../display/framed.js')).BoxDrawing);
    case 'markdown':
      return tableSink(context, (await import('../display/framed.js')).MarkdownDrawing);
    case 'vertical':
      return new (await import('../display/vertical.js')).VerticalSink(context);
    case 'bars':
      return new (await import('../display/bars.js')).BarsSink(context);
    case 'chart':
      return new (await import('../display/chart/chart.js')).ChartSink(context);
    default:
      return assertNever(drawn);
  }
}

async function tableSink(context: FormatContext, Drawing: new (look: Look) => TableDrawing): Promise<Sink> {
  const { TableSink } = await import('../display/table.js');
  const { color, unicode } = context;
  return new TableSink(context, new Drawing({ paint: painter(color), unicode, mark: unicode ? '…' : '~' }));
}

interface DestinedOptions {
  readonly isTerminal: boolean;
  readonly signal: AbortSignal | undefined;
  readonly isState: boolean;
  /** Each result replaces the previous one. */
  readonly replaces: boolean;
  /** A line before each result; undefined: none. */
  readonly time: (() => string) | undefined;
}

class DestinedSink implements OutputSink {
  readonly #sink: Sink;
  readonly #text: Text;
  readonly #destination: Destination;
  readonly #signal: AbortSignal | undefined;
  /** Each result replaces the previous one. */
  readonly #replaces: boolean;
  #events = false;
  /** The header of a file's entries, before the first of them. */
  #held: Header | undefined;
  #written = 0;
  /** Bytes that a result begins with: without a row they wait, since it may fail. */
  #beginning = 0;
  /** Results since the file was opened that are complete. */
  #results = 0;

  /** What is written before each result; undefined: nothing. */
  readonly #time: (() => string) | undefined;
  /** The present result has its line with the time. */
  #isStamped = false;
  /** Results that have begun. */
  #begun = 0;
  readonly isTerminal: boolean;
  readonly isState: boolean;
  readonly replacesFile: boolean;
  /** Left out where a result that was interrupted is written as any other. */
  readonly abandon?: () => void;

  constructor(sink: Sink, text: Text, destination: Destination, options: DestinedOptions) {
    this.#replaces = options.replaces;
    this.#signal = options.signal;
    this.#time = options.time;
    this.isTerminal = options.isTerminal;
    this.isState = options.isState;
    this.#sink = sink;
    this.#text = text;
    this.#destination = destination;
    this.replacesFile = destination.replacesFile === true;
    if (sink.abandon !== undefined) {
      this.abandon = () => {
        this.#beginHeld();
        sink.abandon?.();
      };
    }
  }

  begin(header: Header): void {
    this.#events = header.events === true;
    this.#written = Date.now();
    this.#isStamped = false;
    const before = this.#text.pending;
    if (header.fromFile && header.columns === undefined && !header.events) this.#held = header;
    else this.#sink.begin(header);
    this.#beginning = header.events || before > 0 ? 0 : this.#text.pending;
  }

  /** Only the first entry tells whether a file is a log. */
  #beginHeld(first?: MessageView): void {
    const header = this.#held;
    if (header === undefined) return;
    this.#held = undefined;
    const isLog = first !== undefined && eventOf(first, true) !== undefined;
    this.#sink.begin(isLog ? { ...header, log: { hasTimes: first.eventTime >= 0 } } : header);
  }

  entry(view: MessageView): void {
    if (this.#held !== undefined) this.#beginHeld(view);
    this.#stamp();
    this.#sink.entry(view);
  }

  row(values: readonly Value[]): void {
    if (this.#held !== undefined) this.#beginHeld();
    this.#stamp();
    this.#sink.row(values);
  }

  /** Before the first row: a window begins long before it has any. */
  #stamp(): void {
    if (this.#isStamped || this.#time === undefined) return;
    this.#isStamped = true;
    this.#text.utf8(`${this.#begun++ === 0 ? '' : '\n'}${this.#time()}\n`);
  }

  lost(loss: Loss): void {
    this.#beginHeld();
    this.#sink.lost?.(loss);
  }

  missing(member: Missing): void {
    this.#beginHeld();
    this.#sink.missing?.(member);
  }

  end(): void {
    this.#beginHeld();
    this.#stamp();
    this.#sink.end();
    if (!this.#replaces) return;
    this.#text.flush();
    this.#destination.next?.();
    this.#results++;
  }

  ready(): Promise<void> | undefined {
    const pending = this.#sink.ready?.();
    const flushed = pending === undefined ? this.#flush() : pending.then(() => this.#flush());
    return flushed === undefined || this.isUsers ? flushed : abortable(flushed, this.#signal);
  }

  get isUsers(): boolean {
    return this.#destination.isUsers === true;
  }

  get waiting(): number {
    return this.#text.pending + (this.#destination.waiting ?? 0);
  }

  #flush(): Promise<void> | undefined {
    if (this.#text.pending > this.#beginning) {
      this.#beginning = 0;
      const now = this.#events ? 0 : Date.now();
      if (this.#events || now - this.#written > FLUSH_INTERVAL) {
        this.#text.flush();
        this.#written = now;
      }
    }
    return this.#destination.ready();
  }

  async close(): Promise<void> {
    await this.#sink.ready?.();
    if (this.#replaces && this.#results === 0) return this.abort();
    this.#text.flush();
    await this.#destination.close();
  }

  abort(): void {
    this.#destination.abort();
  }
}
