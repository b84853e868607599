/** Makes the sink that an `output` clause asks for. Formats are loaded when they are asked for: one-liners start fast. */

import { abortable } from '../../engine/abortable.js';
import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Loss, Sink } from '../../engine/formats/sink.js';
import { type FormatContext, shower } from '../../engine/formats/writing/format.js';
import { Text } from '../../engine/formats/writing/text.js';
import type { CheckedOutput, FormatName, Modifier } from '../../lang/check/checked-ast.js';
import type { Environment } from '../../lang/schema/environment.js';
import { assertNever } from '../../lang/syntax/ast.js';
import type { Value } from '../../lang/values/value.js';
import { isUnicode } from '../display/locale.js';
import type { Destination } from './destination.js';
import { openFile } from './file-destination.js';

export interface OutputOptions {
  /** Where text goes unless the clause names a file. */
  readonly destination: Destination;
  /** Whether a person looks at the destination. */
  readonly isTTY: boolean;
  /** Columns of the terminal; a function where these may change while a result goes on. */
  readonly width?: number | (() => number | undefined);
  readonly color: boolean;
  /** Whether more than ASCII may be written; default: what the locale says. */
  readonly unicode?: boolean;
  readonly environment: Environment;
  /** Shown for null in tables. Default: nothing. */
  readonly nullText?: string;
  /** Units for numbers; default: in tables on a terminal. The modifier `human` turns it on. */
  readonly human?: boolean;
  /** Ends the waiting for whoever reads, with its reason; left out where the caller waits in its own way. */
  readonly signal?: AbortSignal;
  /** Formats that are written otherwise than the language does. */
  readonly formatOf?: (format: FormatName, context: FormatContext) => Promise<Sink> | undefined;
  /** Looks up the name of an address, for `resolve`; default: DNS. */
  readonly lookup?: (address: string) => Promise<string | undefined>;
}

/** A sink whose text has somewhere to go, and an end. */
export interface OutputSink extends Sink {
  ready(): Promise<void> | undefined;
  /** Bytes that whoever reads has not taken yet. */
  readonly waiting: number;
  /** Its user ends the reading: a signal does not. */
  readonly isUsers: boolean;
  /** After the last `end`: waits until all is written; a file appears under its name. */
  close(): Promise<void>;
  /** Instead of `close`, after a failure: a file that was begun is removed. */
  abort(): void;
}

/** The clause with its format decided. */
export type ResolvedOutput = CheckedOutput & { readonly format: FormatName };

/** Text is written at the latest after so long (ms) while rows come, so that whoever waits sees something. */
const PATIENCE = 100;

/** What `output` left out: a table for people, else conntrack(8)'s lines for entries, and tab-separated rows. */
export function resolveOutput(output: CheckedOutput, entries: boolean, isTTY: boolean): ResolvedOutput {
  const person = isTTY && output.file === undefined;
  return { ...output, format: output.format ?? (person ? 'table' : entries ? 'extended' : 'tsv') };
}

/** @throws CtqError where the clause's file cannot be made */
export async function createSink(output: ResolvedOutput, options: OutputOptions): Promise<OutputSink> {
  const toFile = output.file !== undefined;
  const destination = output.file === undefined ? options.destination : openFile(output.file);
  try {
    const text = new Text((chunk, done) => destination.write(chunk, done));
    const modifiers: ReadonlySet<Modifier> = new Set(output.modifiers);
    // Records are read for their details: there numbers stay exact unless units are asked for.
    const forPeople = output.format === 'table' || output.format === 'bars';
    const human = modifiers.has('human') || (forPeople && !toFile && (options.human ?? options.isTTY));
    const names = modifiers.has('resolve') && RESOLVES.has(output.format) ? await loadNames(options) : undefined;
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
      nullText: options.nullText ?? '',
      show: shower(shared),
    };
    let sink = await (options.formatOf?.(output.format, context) ?? load(output.format, context));
    if (names !== undefined) {
      const { ResolvingSink } = await import('./resolving.js');
      sink = new ResolvingSink(sink, names);
    }
    return new DestinedSink(sink, text, destination, options.signal);
  } catch (error) {
    destination.abort();
    throw error;
  }
}

/** Formats that write values; the others are another program's formats, in which an address is an address. */
const RESOLVES: ReadonlySet<FormatName> = new Set<FormatName>([
  'table',
  'vertical',
  'bars',
  'csv',
  'tsv',
  'json',
  'jsonl',
]);

async function loadNames({ lookup }: OutputOptions): Promise<import('./resolver.js').ReverseNames> {
  const { ReverseNames, dnsLookup } = await import('./resolver.js');
  return new ReverseNames(lookup ?? dnsLookup());
}

async function load(format: FormatName, context: FormatContext): Promise<Sink> {
  switch (format) {
    case 'plain':
    case 'extended':
      return new (await import('../../engine/formats/lines/sink.js')).PlainSink(context, format);
    case 'xml':
      return new (await import('../../engine/formats/xml/sink.js')).XmlSink(context);
    case 'save':
      return new (await import('../../engine/formats/save/sink.js')).SaveSink(context);
    case 'json':
    case 'jsonl':
      return new (await import('../../engine/formats/json/sink.js')).JsonSink(context, format);
    case 'csv':
    case 'tsv':
      return new (await import('../../engine/formats/delimited/sink.js')).DelimitedSink(context, format);
    case 'table':
      return new (await import('../display/table.js')).TableSink(context);
    case 'vertical':
      return new (await import('../display/vertical.js')).VerticalSink(context);
    case 'bars':
      return new (await import('../display/bars.js')).BarsSink(context);
    default:
      return assertNever(format);
  }
}

class DestinedSink implements OutputSink {
  readonly #sink: Sink;
  readonly #text: Text;
  readonly #destination: Destination;
  readonly #signal: AbortSignal | undefined;
  #events = false;
  #written = 0;

  constructor(sink: Sink, text: Text, destination: Destination, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#sink = sink;
    this.#text = text;
    this.#destination = destination;
  }

  begin(header: Header): void {
    this.#events = header.events === true;
    this.#written = Date.now();
    this.#sink.begin(header);
  }

  entry(view: MessageView): void {
    this.#sink.entry(view);
  }

  row(values: readonly Value[]): void {
    this.#sink.row(values);
  }

  lost(loss: Loss): void {
    this.#sink.lost?.(loss);
  }

  end(): void {
    this.#sink.end();
  }

  ready(): Promise<void> | undefined {
    const busy = this.#sink.ready?.();
    const passed = busy === undefined ? this.#pass() : busy.then(() => this.#pass());
    return passed === undefined || this.isUsers ? passed : abortable(passed, this.#signal);
  }

  get isUsers(): boolean {
    return this.#destination.isUsers === true;
  }

  get waiting(): number {
    return this.#text.pending + (this.#destination.waiting ?? 0);
  }

  #pass(): Promise<void> | undefined {
    if (this.#text.pending > 0) {
      const now = this.#events ? 0 : Date.now();
      if (this.#events || now - this.#written > PATIENCE) {
        this.#text.flush();
        this.#written = now;
      }
    }
    return this.#destination.ready();
  }

  async close(): Promise<void> {
    await this.#sink.ready?.();
    this.#text.flush();
    await this.#destination.close();
  }

  abort(): void {
    this.#destination.abort();
  }
}
