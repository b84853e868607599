import type { Decoration } from './decoration.js';

/** Reads a format. Bytes come in pieces cut anywhere; a piece is valid during the call. */
export interface Reader {
  read(bytes: Uint8Array): void;
  /** Nothing follows. */
  end(): void;
}

/** Reads one line of a format of lines. */
export interface LineReader {
  /**
   * Reads the line between `from` and `end`, a line feed excluded, and hands the entry over.
   * @param decoration what other programs wrote before the entry
   * @throws ParseError for what is no entry
   */
  read(bytes: Uint8Array, from: number, end: number, decoration?: Decoration): void;
}
