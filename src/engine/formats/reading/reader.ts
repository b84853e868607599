import type { Decoration } from './decoration.js';
import type { Entries } from './entries.js';

/** Reads a format. Bytes come in pieces cut anywhere; a piece is valid during the call. */
export interface Reader {
  read(bytes: Uint8Array): void;
  /** Nothing follows. */
  end(): void;
}

/** Reads one line of a format of lines. */
export interface LineReader {
  /**
   * Reads the line between `from` and `end`, without its line feed, and hands the entry over.
   * @param decoration what other programs wrote before the entry
   * @throws ParseError for a line that is not an entry
   */
  read(bytes: Uint8Array, from: number, end: number, decoration?: Decoration): void;
  /**
   * Reads the line that begins at `from` if it is written as an earlier one (`shapes.ts`).
   * @returns where its line feed is; -1 for any other line
   */
  readAlike?(bytes: Uint8Array, from: number): number;
}

/** A format of which each line is an entry. */
export interface LineFormat {
  /** How an entry begins, wherever in a line. */
  readonly entry: RegExp;
  /** Words by which a line that does not begin like an entry is still taken for this format, in messages. */
  readonly resembles: RegExp;
  /** What one line is, for messages. */
  readonly called: string;
  make(entries: Entries): LineReader;
}
