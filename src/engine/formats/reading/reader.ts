import type { Cut } from './cutting/cuts.js';
import type { Decoration } from './decoration.js';
import type { Entries } from './entries.js';
import type { Run } from './shapes/shapes.js';
import type { JsonObject } from './text/json-value.js';

/** Reads a format. Bytes come in pieces cut anywhere; a piece is valid during the call. */
export interface Reader {
  /** @param isCut the next piece begins with an entry (`cuts.ts`) */
  read(bytes: Uint8Array, isCut?: boolean): void;
  /** Nothing follows. */
  end(): void;
  /** The next piece continues a line. Left out: not known. */
  readonly isWithinLine?: boolean;
}

/** The progress of a reader. */
export interface Progress {
  /** Lines that ended. */
  readonly lines: number;
  /** A number of the format's own: of what is open, or was counted. */
  readonly own: number;
}

/** A reader of a format whose files can be divided: what is between two cuts can be read by another reader. */
export interface DivisibleReader extends Reader {
  /** Where the text can be divided, if the reader knows that better than its format (`registry.ts`). */
  readonly cut?: Cut;
  /** Whether what follows can be read by another reader: nothing is begun, and nothing was read that changes its meaning. */
  readonly isDivisible: boolean;
  /** Its progress since the last call. */
  progress(): Progress;
  /** Takes over what another reader has read. */
  pass(progress: Progress): void;
}

export const isDivisible = (reader: Reader): reader is DivisibleReader => 'isDivisible' in reader;

/** Reads one line of a format of lines. */
export interface LineReader {
  /**
   * Reads the line between `from` and `end`, without its line feed, and hands the entry over.
   * @param decoration what other programs wrote before the entry
   * @throws ParseError for a line that is not an entry
   */
  read(bytes: Uint8Array, from: number, end: number, decoration?: Decoration): void;
  /**
   * Reads lines from `from` on, as long as each is written as an earlier one (`shapes/`).
   * @returns undefined where the first one is not
   */
  readAlike?(bytes: Uint8Array, from: number): Run | undefined;
  /** What was read changes the meaning of the lines that follow. Left out: no line does. */
  readonly hasTurned?: boolean;
  /** A count of what was read, for messages. */
  counted?: number;
}

/** How entries are found among words. */
export interface FilledEntries {
  readonly begin: RegExp;
  /** The words that an entry may end with, from any of them on. */
  readonly rest: RegExp;
  /** Words of which an entry has one each, and two each. */
  readonly once: RegExp;
  readonly twice?: RegExp;
}

/** A format of which each line is an entry. */
export interface LineFormat {
  /** How an entry begins, wherever in a line. */
  readonly entry: RegExp;
  /** How a line begins that may be read as an entry although `entry` is not at its begin. Left out: none does. */
  readonly alone?: RegExp;
  /** How one begins where it may follow other text at once: where two programs wrote into the same line. Left out: never. */
  readonly glued?: RegExp;
  /** A word by which an entry continues, in the next line where lines were broken. Left out: none is known. */
  readonly continued?: RegExp;
  /** A word that no entry ends with: lines that end so were cut off. Left out: not known. */
  readonly unfinished?: RegExp;
  /** Where entries were filled as a paragraph (`reflowed-lines.ts`). Left out: such text is not recognised. */
  readonly filled?: FilledEntries;
  /** Every word of an entry has a meaning: lines that are joined are one if they can be read. Left out: unknown words are ignored. */
  readonly isExact?: true;
  /** The end of an entry, after `#`, or of its first lines. Lines that begin with `#` are comments otherwise. */
  readonly remark?: RegExp;
  /** Words by which a line that does not begin like an entry is still taken for this format, in messages. */
  readonly resembles: RegExp;
  /** What one line is, for messages. */
  readonly called: string;
  /** The first line names the columns of the others, which cannot be read without it. */
  readonly hasHeader?: true;
  /** What a line means depends on those before it: an entry is never tried by itself, and is always one line. */
  readonly isOneLine?: true;
  /** @param begin the first bytes of the file, a character a byte */
  make(entries: Entries, begin?: string): LineReader;
}

/** Reads one object of a format of JSON. */
export interface ObjectReader {
  /** Hands the entry over. @throws ParseError */
  read(object: JsonObject): void;
}

/** A format of JSON objects that another program writes, each of them an entry. */
export interface ObjectFormat {
  /** What one object is, for messages. */
  readonly called: string;
  /** Whether an object is one of this format's. */
  matches(object: JsonObject): boolean;
  make(entries: Entries): ObjectReader;
}
