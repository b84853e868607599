import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import type { FileTable } from '../../../lang/schema/places.js';
import { integer } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import { Entries, type EntryChunk } from '../../formats/reading/entries.js';
import { partsOf } from '../../formats/reading/parts.js';
import { ParseReport, type WholeFile } from '../../formats/reading/report/parse-report.js';
import { filesOf } from '../matching-files.js';
import { decompressed } from './compression/decompressed.js';
import { BEFORE_CUT, CUT_OFF, DAMAGED, isCutOff } from './compression/errors.js';
import { DIVISION, DividedText, type Division } from './divided/divided-text.js';
import { openInput, UNREADABLE } from './input.js';
import { SeveralSnapshots } from './several-files.js';
import { SnapshotText } from './snapshot-text.js';
import { untilAborted } from './until-aborted.js';

/** A snapshot that is being read: its rows as messages, of the kind that the kernel sends. A chunk is valid until the next one is requested. */
export interface SnapshotRows extends AsyncIterable<EntryChunk> {
  /** The table of its entries, decided by the first one; known from the first chunk on. */
  readonly table: FileTable;
  /** What of the file could not be read; known at its end. */
  readonly unread?: string;
}

/** Options for reading a snapshot. */
export interface SnapshotOptions {
  /** The first lines that cannot be read, how many there were, and what else is not as it should be. */
  warn(message: string, hint?: string): void;
  /** Reports damage after which nothing can be read; thrown after the rows before it where left out. */
  incomplete?(error: CtqError): void;
  /** Left out: what can be read of the file is enough. */
  readonly whole?: WholeFile;
  /** Ends the reading, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The bit of a label's name (connlabel.conf). */
  labelBit(name: string): number | undefined;
  /** All names of labels. Left out: no other thread takes part in the reading. */
  labelNames?(): readonly string[];
  /** The time, ns since the epoch. */
  now(): bigint;
  /** The stream that `-` means; default: standard input of this process. */
  readonly stdin?: Readable;
  /** The fields that are used of each row, others may be missing; all where left out. */
  readonly fields?: readonly string[] | 'all';
  /** What it is called in messages; the path where left out. */
  readonly name?: string;
  /** How a large file is divided between threads. */
  readonly division?: Division;
}

/**
 * Opens a snapshot: what conntrack(8) prints (plain, extended, save, xml, events), /proc/net/nf_conntrack, and ctq's own json and
 * jsonl; compressed or not. Its format is detected from its content. It is read piece by piece, whatever its size, once; on any
 * system, without rights.
 *
 * Entries are messages as the kernel sends them: those of a dump have NLM_F_MULTI, those of an event log the type and flags of
 * the event. A line that cannot be read is skipped, reported, and counted.
 * @param path of a file, or `-`; or a pattern of files, which are read one after another
 * @throws CtqError of kind `input`: no file matches; while it is iterated: no such file, none of the formats, damaged compression
 */
export function openSnapshot(path: string, options: SnapshotOptions): SnapshotRows {
  const files = filesOf(path);
  return files === undefined ? new Snapshot(path, options) : new SeveralSnapshots(path, files, options, openOne);
}

const openOne = (path: string, options: SnapshotOptions): SnapshotRows => new Snapshot(path, options);

class Snapshot implements SnapshotRows {
  readonly #path: string;
  readonly #options: SnapshotOptions;
  #entries: Entries | undefined;
  unread: string | undefined;

  constructor(path: string, options: SnapshotOptions) {
    this.#path = path;
    this.#options = options;
  }

  get table(): FileTable {
    return this.#entries?.table ?? 'conntrack';
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EntryChunk> {
    const { signal, stdin, now, warn, incomplete, labelBit, fields, whole, division = DIVISION } = this.#options;
    signal?.throwIfAborted();
    const input = await openInput(this.#path, stdin ?? process.stdin, signal);
    const name = this.#options.name ?? input.name;
    const report = new ParseReport(name, (message, hint) => warn(message, hint), this.#path, whole);
    const taken = input.written ?? integer(now());
    const entries = new Entries({ labelBit: name => labelBit(name), taken, parts: partsOf(fields ?? 'all') }, report);
    this.#entries = entries;
    const text = new SnapshotText(entries, name);
    // A pipe may have long pauses, in which no row should wait for others.
    const isPipe = input.written === undefined && whole === undefined;
    const isLarge = input.size > division.after;
    const after = input.written === undefined ? Number.POSITIVE_INFINITY : isLarge ? division.first : division.after;
    let length = 0;
    let isCompressed = true;
    let divided: DividedText | undefined;
    let failure: CtqError | undefined;
    const pieces = decompressed(input.pieces, name, {
      signal,
      isPlain() {
        isCompressed = false;
      },
      ...(input.again && { again: input.again }),
      ...(isLarge ? { memory: () => divided } : {}),
    });
    try {
      for await (const piece of untilAborted(pieces, signal)) {
        if (divided !== undefined) {
          yield* divided.read(piece);
          continue;
        }
        for (let at = 0; at < piece.length; at += STEP) {
          const looking = text.read(piece.subarray(at, at + STEP));
          if (looking !== undefined) await looking;
          yield* entries.take(isPipe && at + STEP >= piece.length && !text.isWithinLine);
        }
        length += piece.length;
        if (length < after) continue;
        divided = this.#divide(text, entries, report, division);
        if (divided !== undefined && !isCompressed) input.readInto?.(divided);
      }
      if (divided !== undefined) yield* divided.end();
    } catch (error) {
      // After an abort there are no rows.
      if (signal?.aborted === true || !isOfTheRest(error)) throw error;
      if (whole !== undefined) whole.refuse(this.#path, error.message);
      failure = error;
      if (divided !== undefined) yield* divided.end();
    } finally {
      await divided?.close();
    }
    if (failure !== undefined && length === 0) throw failure;
    if (isCutOff(failure)) warn(failure.message, entries.read > 0 ? BEFORE_CUT : undefined);
    await text.end();
    yield* entries.take(true);
    report.finish(entries.read);
    this.unread = failure?.message ?? report.unread ?? (entries.read === 0 ? `${name} is empty` : undefined);
    if (failure === undefined && entries.read === 0 && report.hasSkipped) throw noEntries(name);
    if (failure === undefined || isCutOff(failure)) return;
    if (incomplete === undefined) throw failure;
    incomplete(failure);
  }

  /** Begins to read with another thread, where there is a processor for it. */
  #divide(text: SnapshotText, entries: Entries, report: ParseReport, { sizes }: Division): DividedText | undefined {
    const { labelBit, labelNames } = this.#options;
    const file = text.divisible;
    if (file === undefined || labelNames === undefined || availableParallelism() < 2) return undefined;
    const bits = labelNames().map(name => [name, labelBit(name) ?? -1] as const);
    return new DividedText(file, entries, report, new Map(bits), sizes);
  }
}

const noEntries = (name: string): CtqError =>
  new CtqError({
    code: 'snapshot-format',
    kind: 'input',
    message: `${name} is not a dump of connection tracking: nothing in it is an entry`,
    hint: 'a table is read from CSV and TSV with a header, a JSON array of objects, or JSON objects one after another',
  });

/** Errors of a file that was read up to some place. */
const OF_THE_REST: ReadonlySet<string> = new Set([CUT_OFF, DAMAGED, UNREADABLE]);

const isOfTheRest = (error: unknown): error is CtqError => error instanceof CtqError && OF_THE_REST.has(error.code);

/** Bytes that are read before their rows are passed on. */
const STEP = 128 * 1024;
