import type { Cut } from '../../../formats/reading/cutting/cuts.js';
import type { Entries, EntryChunk } from '../../../formats/reading/entries.js';
import { ALL_PARTS } from '../../../formats/reading/parts.js';
import { type PieceOrder, PieceReader, type PieceResult } from '../../../formats/reading/piece-reader.js';
import type { DivisibleReader } from '../../../formats/reading/reader.js';
import type { ParseReport } from '../../../formats/reading/report/parse-report.js';
import type { ReadFormatName } from '../../../formats/registry.js';
import type { PieceMemory } from '../../opened-file.js';
import { ReadingThread } from './reading-thread.js';
import { alignment, type PieceSizes, SharedPieces, SLOTS } from './shared-pieces.js';

/** After this number of pieces that had to be read again, the file is no longer divided. */
const MAX_UNREAD = 16;
/** Bytes that are read in order before their rows are passed on. */
const STEP = 128 * 1024;

/** A file that can be divided. */
export interface Divisible {
  /** That of the file, which reads in order. */
  readonly reader: DivisibleReader;
  readonly format: ReadFormatName;
  /** The first bytes of the file, a character a byte. */
  readonly begin: string;
  readonly cut: Cut;
}

/** What reads pieces besides this thread. */
export type OtherReader = Pick<ReadingThread, 'isOver' | 'take' | 'next' | 'close'>;

/** How a file is divided. */
export interface Division {
  /** Bytes that are read in order first where it is not known how many there are: for less, another thread would not be worth its start. */
  readonly after: number;
  /** Bytes that are read in order first of a file with more than `after`: a query may need no more of them. */
  readonly first: number;
  readonly sizes: PieceSizes;
}

export const DIVISION: Division = { after: 4 << 20, first: 1 << 19, sizes: { text: 1 << 19, messages: 3 << 19 } };

/**
 * The rest of a large file, read by two threads: this one and another. The text is cut where entries begin; each piece is read by the
 * thread that is free, and their rows are passed on in the order of the file. A piece that cannot be read by itself (`PieceReader`) is
 * read by the reader of the file when all before it is read: rows, messages and line numbers are those of a file that is read in order.
 */
export class DividedText implements PieceMemory {
  readonly #file: Divisible;
  readonly #entries: Entries;
  readonly #report: ParseReport;
  readonly #pieces: SharedPieces;
  readonly #thread: OtherReader;
  readonly #own: PieceReader;
  /** Pieces that this thread has read before their turn. */
  readonly #results = new Map<number, PieceResult>();
  /** Pieces that do not end between entries. */
  readonly #uncut = new Set<number>();
  /** Where the text of the piece that is being filled begins and ends in its buffer. */
  #begin: number;
  #end: number;
  /** The piece after the last one for which a buffer was given. */
  #given = 0;
  /** The piece whose turn it is. */
  #next = 0;
  #unread = 0;

  /**
   * @param labels the bits of all labels that have a name
   * @param start starts the other thread
   */
  constructor(
    file: Divisible,
    entries: Entries,
    report: ParseReport,
    labels: ReadonlyMap<string, number>,
    sizes: PieceSizes,
    start = (order: PieceOrder, pieces: SharedPieces): OtherReader => new ReadingThread(order, pieces),
  ) {
    this.#file = file;
    this.#entries = entries;
    this.#report = report;
    this.#pieces = new SharedPieces(sizes);
    this.#begin = this.#end = this.#middle;
    const { taken, parts = ALL_PARTS } = entries.surroundings;
    const order: PieceOrder = { format: file.format, begin: file.begin, taken, parts, labels };
    this.#thread = start(order, this.#pieces);
    this.#own = new PieceReader(order);
  }

  /** Where the second half of a buffer begins. */
  get #middle(): number {
    return this.#pieces.bufferOf(0).length / 2;
  }

  next(): Uint8Array | undefined {
    const { filled } = this.#pieces;
    const piece = Math.max(this.#given, filled);
    if (piece - this.#next >= SLOTS) return undefined;
    this.#given = piece + 1;
    return this.#pieces.bufferOf(piece).subarray(piece === filled ? this.#end : this.#middle);
  }

  reset(): void {
    this.#given = 0;
  }

  /**
   * @param bytes what follows, in any memory or already in its buffer
   * @returns the rows whose turn has come; each chunk is valid until the next one
   */
  async *read(bytes: Uint8Array): AsyncGenerator<EntryChunk> {
    const isInPlace = bytes.buffer === this.#pieces.memory;
    for (let at = 0; at < bytes.length; ) {
      const pieces = this.#pieces;
      const buffer = pieces.bufferOf(pieces.filled);
      const part = bytes.subarray(at, at + buffer.length - this.#end);
      if (!isInPlace) buffer.set(part, this.#end);
      this.#end += part.length;
      at += part.length;
      if (this.#end < buffer.length) return;
      const text = buffer.subarray(this.#begin);
      const cut = this.#file.cut(text, text.length);
      // What follows the cut begins the next piece, whose memory must be free first.
      const isCut = cut > 0 && text.length - cut <= this.#middle;
      const rest = text.subarray(isCut ? cut : text.length);
      if (!isCut) this.#uncut.add(pieces.filled);
      while (pieces.filled + 1 - this.#next >= SLOTS) yield* this.#advance();
      const end = this.#middle + (isInPlace ? 0 : alignment(bytes.byteOffset + at));
      pieces.bufferOf(pieces.filled + 1).set(rest, end - rest.length);
      pieces.publish(this.#begin, buffer.length - rest.length);
      this.#begin = end - rest.length;
      this.#end = end;
    }
  }

  /** The rows of all that was filled; nothing follows, or the rest cannot be read. */
  async *end(): AsyncGenerator<EntryChunk> {
    const { filled } = this.#pieces;
    while (this.#next < filled) yield* this.#advance();
    yield* this.#readInOrder(this.#pieces.bufferOf(filled).subarray(this.#begin, this.#end), false);
    this.#begin = this.#end;
  }

  /** Passes on the piece whose turn it is, reads another one in the meantime, or waits. */
  async *#advance(): AsyncGenerator<EntryChunk> {
    const piece = this.#next;
    const result = this.#results.get(piece) ?? this.#thread.take(piece);
    if (result !== undefined) {
      this.#results.delete(piece);
      yield* this.#handOn(piece, result);
      return;
    }
    const claimed = this.#pieces.claim();
    if (claimed === piece || (claimed === undefined && this.#thread.isOver)) yield* this.#takeTurn(piece);
    else if (claimed === undefined) await this.#thread.next();
    else {
      this.#results.set(claimed, await this.#own.read(this.#pieces.textOf(claimed), this.#pieces.messagesOf(claimed)));
    }
  }

  async *#handOn(
    piece: number,
    { isRead, length, entries, table, progress, said }: PieceResult,
  ): AsyncGenerator<EntryChunk> {
    const { reader } = this.#file;
    if (!isRead || !reader.isDivisible || this.#uncut.has(piece)) {
      if (++this.#unread === MAX_UNREAD) await this.#thread.close();
      yield* this.#takeTurn(piece);
      return;
    }
    yield* this.#entries.take(true);
    reader.pass(progress);
    this.#entries.pass(entries, table);
    this.#report.repeat(said);
    if (length > 0)
      yield {
        bytes: this.#pieces.messagesOf(piece).subarray(0, length),
        table,
        taken: this.#entries.surroundings.taken,
      };
    this.#next++;
  }

  /** The piece whose turn it is, by the reader of the file. */
  async *#takeTurn(piece: number): AsyncGenerator<EntryChunk> {
    yield* this.#readInOrder(this.#pieces.textOf(piece), !this.#uncut.delete(piece));
    this.#next++;
  }

  async *#readInOrder(text: Uint8Array, isCut: boolean): AsyncGenerator<EntryChunk> {
    const { reader } = this.#file;
    for (let at = 0; at < text.length; at += STEP) {
      reader.read(text.subarray(at, at + STEP), at + STEP >= text.length && isCut);
      yield* this.#entries.take(false);
    }
  }

  /** Ends the other thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
