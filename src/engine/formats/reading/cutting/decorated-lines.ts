/** Lines of which an entry is a part: other programs wrote something before it, or after it. Each way is noted once for a file. */
import { type Decoration, decorationOf, isBrokenOff } from '../decoration.js';
import type { Entries } from '../entries.js';
import { separatorOf, withoutQuote, withoutSeparator } from '../line-end.js';
import type { LineFormat } from '../reader.js';
import { ParseError } from '../report/parse-error.js';

/** Kinds of decoration that are remembered. */
const MAX_KINDS = 3;

type ReadEntry = (text: string, decoration?: Decoration) => void;

export class DecoratedLines {
  readonly #entries: Entries;
  readonly #format: LineFormat;
  readonly #readEntry: ReadEntry;
  /** The kinds of decoration found so far. */
  readonly #kinds = new Set<string>();
  /** A comma or semicolon that ends each line of the file. */
  readonly #separator: string | undefined;

  /** @param begin of the file, a character a byte */
  constructor(entries: Entries, format: LineFormat, begin: string, readEntry: ReadEntry) {
    this.#entries = entries;
    this.#format = format;
    this.#readEntry = readEntry;
    this.#separator = separatorOf(begin, format);
  }

  /** Whether lines of this file are decorated. */
  get isDecorated(): boolean {
    return this.#kinds.size > 0 || this.#separator !== undefined;
  }

  /**
   * Reads a line of a decorated file. One that may be an entry by itself is read as in any other file, so that the lines before it have no
   * influence.
   * @returns false if it is to be read unchanged
   */
  readFirst(text: string): boolean {
    const entry = this.#withoutSeparator(text);
    if (this.#format.alone?.test(text) !== true && this.read(text)) return true;
    if (entry === text) return false;
    this.#readEntry(entry);
    return true;
  }

  /** A line without what ends each line of the file. */
  #withoutSeparator(text: string): string {
    if (this.#separator === undefined) return text;
    const entry = withoutSeparator(text);
    if (entry !== text) this.#entries.report.note(`lines end with '${this.#separator}', ignored`);
    return entry;
  }

  /** Reads an entry after a decoration. @returns false if there is none. @throws ParseError */
  read(text: string): boolean {
    const decoration = decorationOf(text, this.#format.entry, this.#entries.surroundings.taken);
    if (decoration === undefined) return false;
    const { kind, text: prefix } = decoration;
    if (isBrokenOff(prefix)) throw new ParseError('its beginning is missing');
    const { entry, rest } = withoutQuote(text.slice(prefix.length), prefix, this.#format);
    this.#readEntry(this.#withoutSeparator(entry), decoration);
    this.#readRest(rest);
    if (!this.#kinds.has(kind) && this.#kinds.size < MAX_KINDS) {
      this.#entries.report.prefix(kind, prefix, decoration.time !== undefined);
      this.#kinds.add(kind);
    }
    return true;
  }

  /** What follows an entry in quotes: other entries, or words of the program that wrote the line. @throws ParseError */
  #readRest(text: string): void {
    let rest = text;
    for (let at = rest.search(this.#format.entry); at >= 0; at = rest.search(this.#format.entry)) {
      const next = withoutQuote(rest.slice(at), rest.slice(0, at), this.#format);
      this.#readEntry(this.#withoutSeparator(next.entry));
      rest = next.rest;
    }
    if (/[^,;\]})\s]/.test(rest))
      this.#entries.report.note('entries are in quotes: what follows in their lines is ignored');
  }
}
