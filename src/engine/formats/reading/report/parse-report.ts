import { printable } from '../../../../lang/diagnostics/printable.js';

/** Lines that are shown before they are only counted. */
const SHOWN = 3;
const LONGEST = 100;
/** Kinds of prefixes that are noted. */
const MAX_PREFIXES = 3;
/** Different unknown words that are named. */
const MAX_UNKNOWN = 10;
/** Words of one entry that are remembered until it is known whether it is one. */
export const MAX_PENDING = 64;

/** What a reader has reported about a piece of a file, as data. */
export type Said =
  | { readonly kind: 'note'; readonly message: string; readonly hint?: string }
  | { readonly kind: 'prefix'; readonly prefixKind: string; readonly prefix: string; readonly hasTime: boolean }
  | { readonly kind: 'unknown'; readonly word: string };

/** What is known of a format, for messages about its files. */
export interface FormatTraits {
  /** What a line is an entry of, if that is another format. */
  otherFormat(line: string): string | undefined;
  /** Whether a line that cannot be read seems to be an entry, or a part of one. */
  seemsEntry(line: string): boolean;
  /** Whether it has a state for each flow of TCP. */
  readonly hasStates: boolean;
}

/** What a file whose entries are copied must have: all of it can be read. */
export interface WholeFile {
  /** That of the file which is being read. */
  hasStates: boolean;
  /** A line that seems to be an entry cannot be read, or the file ends too early. */
  refuse(path: string, message: string, hint?: string): never;
}

/** What readers report about a file besides its entries. */
export interface Report {
  /** The format of the file is known. */
  recognised?(format: FormatTraits): void;
  /** The text ends too early, which is noted where it is not an error. */
  cutOff?(message: string, hint?: string): void;
  /** A line that cannot be read. @param text the line, byte for byte */
  skip(line: number, text: string, reason: string): void;
  /**
   * A word that has no meaning here: the entry is read without it.
   * @param word a character a byte: `mac=`, `[FASTNAT]`, `[active since 5s]`
   */
  unknown(word: string): void;
  /** The line was an entry. */
  accept(): void;
  /** The line was no entry as it was read. */
  discard(): void;
  /**
   * What precedes the entries of lines; reported once of each kind.
   * @param prefix of the first line
   */
  prefix(kind: string, prefix: string, hasTime: boolean): void;
  /** Something that is reported once. */
  note(message: string, hint?: string): void;
}

/** Marks of comments in scripts and documents, and of lines that a diff removes. `#` is none: such lines are not read. */
const MAY_BE_COMMENT = /^\s*(?:--|\/\/|\/\*|<!--|;|REM\b|-$)/i;

const ONE_FORMAT = 'a file is read in the format of its first entry: divide it where the other begins';

/** Reports the first lines that cannot be read, their number, and what was ignored. */
export class ParseReport implements Report {
  #skipped = 0;
  readonly #notes = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #prefixes = new Set<string>();
  #format: FormatTraits | undefined;
  readonly #whole: WholeFile | undefined;
  readonly #path: string;
  /** The other formats that were found in lines. */
  readonly #others = new Set<string>();
  /** A number in an entry that is not a value: perhaps a part of another one, with a blank between them. */
  #bareNumber: string | undefined;
  /** Entries may be comments: why. */
  #commented: string | undefined;
  /** The text ends too early: why. */
  #cutOff: string | undefined;
  /** Of the line that is being read: they count if it is an entry. */
  #pending: string[] = [];
  readonly #name: string;
  readonly #warn: (message: string, hint?: string) => void;

  /** @param whole left out: a part of the file is enough */
  constructor(name: string, warn: (message: string, hint?: string) => void, path = name, whole?: WholeFile) {
    this.#name = printable(name);
    this.#path = path;
    this.#warn = warn;
    this.#whole = whole;
  }

  /** Whether there are lines that cannot be read. */
  get hasSkipped(): boolean {
    return this.#skipped > 0;
  }

  /** What of the file could not be read. */
  get unread(): string | undefined {
    if (this.#skipped > 0) return `${this.#name}: ${this.#lines()} skipped`;
    if (this.#bareNumber !== undefined) return `${this.#name}: ${bareNumber(this.#bareNumber)}`;
    if (this.#commented !== undefined) return `${this.#name}: ${this.#commented}`;
    return this.#cutOff && `${this.#name}: ${this.#cutOff}`;
  }

  #lines(): string {
    return this.#skipped === 1 ? '1 line' : `${this.#skipped} lines`;
  }

  recognised(format: FormatTraits): void {
    this.#format = format;
    if (this.#whole !== undefined) this.#whole.hasStates = format.hasStates;
  }

  cutOff(message: string, hint?: string): void {
    this.#cutOff = message;
    this.#whole?.refuse(this.#path, `${this.#name}: ${message}`, hint);
  }

  skip(line: number, text: string, reason: string): void {
    this.#pending = [];
    this.#skipped++;
    const other = this.#format?.otherFormat(text);
    if (other !== undefined || this.#format?.seemsEntry(text) !== false)
      this.#whole?.refuse(this.#path, `${this.#name}:${line} cannot be read, ${printable(reason)}: ${excerpt(text)}`);
    if (other !== undefined) {
      // Of each only the first: all that follow are alike.
      if (this.#others.has(other)) return;
      this.#others.add(other);
      this.#warn(
        `${this.#name}:${line}: another format begins here, ${other}, which is skipped: ${excerpt(text)}`,
        ONE_FORMAT,
      );
      return;
    }
    if (this.#skipped <= SHOWN) this.#warn(`${this.#name}:${line}: skipped, ${printable(reason)}: ${excerpt(text)}`);
  }

  unknown(word: string): void {
    if (this.#unknown.size <= MAX_UNKNOWN && this.#pending.length < MAX_PENDING) this.#pending.push(word);
  }

  accept(): void {
    if (this.#pending.length === 0) return;
    for (const word of this.#pending) this.#addUnknown(unknownWord(word));
    this.#pending = [];
  }

  #addUnknown(word: string): void {
    this.#unknown.add(word);
    if (!/^\d+$/.test(word)) return;
    this.#bareNumber ??= word;
    this.#whole?.refuse(this.#path, `${this.#name}: ${bareNumber(word)}`);
  }

  discard(): void {
    this.#pending = [];
  }

  prefix(kind: string, prefix: string, hasTime: boolean): void {
    if (this.#prefixes.has(kind) || this.#prefixes.size === MAX_PREFIXES) return;
    this.#prefixes.add(kind);
    if (prefix.trim() === '') return;
    const text = Buffer.from(prefix.slice(0, LONGEST), 'latin1').toString('utf8');
    const shown = printable(text.replace(/\s+$/, ' '));
    if (MAY_BE_COMMENT.test(prefix)) {
      this.#commented = `lines begin with '${shown}': they may be comments, or what a diff removes`;
      this.#whole?.refuse(
        this.#path,
        `${this.#name}: ${this.#commented}`,
        'take these lines out of the file, or the marks before them',
      );
    }
    this.note(`lines begin with '${shown}', which is ignored${hasTime ? ' but for the time of events' : ''}`);
  }

  note(message: string, hint?: string): void {
    // The messages quote the file: there may be any number of different ones.
    if (this.#notes.has(message) || this.#notes.size > 20) return;
    this.#notes.add(message);
    this.#warn(`${this.#name}: ${printable(message)}`, hint);
  }

  /** Reports what the reader of a piece has said. */
  repeat(said: readonly Said[]): void {
    for (const each of said) {
      if (each.kind === 'note') this.note(each.message, each.hint);
      else if (each.kind === 'prefix') this.prefix(each.prefixKind, each.prefix, each.hasTime);
      else if (this.#unknown.size <= MAX_UNKNOWN) this.#addUnknown(each.word);
    }
  }

  finish(read: number): void {
    const unknown = [...this.#unknown].slice(0, MAX_UNKNOWN).join(', ');
    const more = this.#unknown.size > MAX_UNKNOWN ? ' and others' : '';
    if (unknown !== '') this.note(`unknown words are ignored: ${unknown}${more}`);
    if (this.#skipped <= 1 && read > 0) return;
    if (this.#skipped > 0) {
      const entries = read === 1 ? '1 entry was' : `${read} entries were`;
      this.#warn(`${this.unread}, ${entries} read`);
    }
  }
}

const bareNumber = (word: string): string =>
  `the number ${word} in an entry belongs to no word: it may be a part of another one`;

/** An unknown word, as the report shows it. Words that differ in their numbers only are the same word. */
export const unknownWord = (word: string): string =>
  excerptOf(word)
    .replace(/(?<=\s)\S*\d[^\s\]]*/g, '…')
    .slice(0, 40);

/** The beginning of a line in quotes, with everything that could steer a terminal made visible. */
export const excerpt = (bytes: string): string => `'${excerptOf(bytes)}'`;

function excerptOf(bytes: string): string {
  const text = Buffer.from(bytes.slice(0, 4 * LONGEST), 'latin1')
    .toString('utf8')
    .trim();
  return `${printable(text.slice(0, LONGEST))}${text.length > LONGEST ? '…' : ''}`;
}
