import { EncodeError } from '../../../ctnetlink/encode-error.js';
import { decorationOf, isIdle, withoutColors, withoutQuote } from '../decoration.js';
import type { Entries } from '../entries.js';
import { ParseError } from '../parse-error.js';
import type { LineReader, Reader } from '../reader.js';

/** Bytes of the longest line (or element, or object) that is read. */
export const LONGEST = 64 * 1024;
const LINE_FEED = 0x0a;
const ESCAPE = 0x1b;
const HASH = 0x23;
/** Prefixes that are noted. */
const MOST_KINDS = 3;

/** A character a byte. */
const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

/** Cuts bytes into lines and counts them. Lines that are too long are skipped without being kept. */
export class Lines implements Reader {
  readonly #entries: Entries;
  readonly #reader: LineReader;
  readonly #entry: RegExp;
  /** The beginning of a line that continues in the next piece. */
  #begun = Buffer.alloc(1024);
  #length = 0;
  #number = 0;
  /** Inside a line that is too long. */
  #isLong = false;
  /** The kinds of decoration found so far: where there are some, each line is looked at for them first. */
  readonly #kinds = new Set<string>();

  /** @param entry how entries begin, to be looked for where something precedes them */
  constructor(entries: Entries, reader: LineReader, entry: RegExp) {
    this.#entries = entries;
    this.#reader = reader;
    this.#entry = entry;
  }

  read(bytes: Uint8Array): void {
    let from = 0;
    if (this.#length > 0 || this.#isLong) {
      from = bytes.indexOf(LINE_FEED) + 1;
      this.#keep(bytes.subarray(0, from === 0 ? bytes.length : from - 1));
      if (from === 0) return;
      this.#endBegun();
    }
    let colored = bytes.indexOf(ESCAPE, from);
    const reader = this.#reader;
    for (;;) {
      if (this.#kinds.size === 0 && reader.readAlike !== undefined) {
        const end = reader.readAlike(bytes, from);
        if (end >= 0) {
          this.#number++;
          from = end + 1;
          continue;
        }
      }
      const to = bytes.indexOf(LINE_FEED, from);
      if (to < 0) break;
      this.#number++;
      if (colored >= 0 && colored < to) {
        this.#colored(bytes, from, to);
        colored = bytes.indexOf(ESCAPE, to);
      } else this.#line(bytes, from, to);
      from = to + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
  }

  #keep(part: Uint8Array): void {
    if (this.#isLong) return;
    const length = this.#length + part.length;
    if (length > LONGEST) {
      const text = textOf(this.#begun, 0, this.#length) + textOf(part, 0, Math.min(part.length, 1024));
      this.#skip(this.#number + 1, text, `longer than ${LONGEST} bytes`);
      this.#length = 0;
      this.#isLong = true;
      return;
    }
    if (length > this.#begun.length) {
      const larger = Buffer.alloc(2 * length);
      larger.set(this.#begun.subarray(0, this.#length));
      this.#begun = larger;
    }
    this.#begun.set(part, this.#length);
    this.#length = length;
  }

  #endBegun(): void {
    this.#number++;
    if (this.#isLong) {
      this.#isLong = false;
      return;
    }
    const length = this.#length;
    this.#length = 0;
    this.#colored(this.#begun, 0, length);
  }

  /** A line that may have colours. */
  #colored(bytes: Uint8Array, from: number, to: number): void {
    const colored = to - from > LONGEST ? -1 : bytes.subarray(from, to).indexOf(ESCAPE);
    if (colored < 0) {
      this.#line(bytes, from, to);
      return;
    }
    const text = textOf(bytes, from, to);
    const plain = withoutColors(text);
    const clean = Buffer.from(plain, 'latin1');
    this.#line(clean, 0, clean.length, text);
  }

  /** @param shown the line as it is in the file, where that is another text */
  #line(bytes: Uint8Array, from: number, to: number, shown?: string): void {
    if (bytes[from] === HASH || from === to) return;
    try {
      if (to - from > LONGEST) throw new ParseError(`longer than ${LONGEST} bytes`);
      if (this.#kinds.size > 0 && this.#decorated(textOf(bytes, from, to))) return;
      this.#reader.read(bytes, from, to);
    } catch (error) {
      if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
      this.#failed(bytes, from, to, error.message, shown);
    }
  }

  #failed(bytes: Uint8Array, from: number, to: number, reason: string, shown?: string): void {
    const text = textOf(bytes, from, to);
    if (isIdle(text)) return;
    try {
      if (to - from <= LONGEST && this.#kinds.size === 0 && this.#decorated(text)) return;
    } catch (error) {
      if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
      this.#skip(this.#number, shown ?? text, error.message);
      return;
    }
    this.#skip(this.#number, shown ?? text, reason);
  }

  /** Reads an entry after a decoration. @returns false where there is none */
  #decorated(text: string): boolean {
    const decoration = decorationOf(text, this.#entry, this.#entries.surroundings.taken);
    if (decoration === undefined) return false;
    const entry = Buffer.from(withoutQuote(text.slice(decoration.text.length), decoration.text), 'latin1');
    this.#reader.read(entry, 0, entry.length, decoration);
    const { kind, text: prefix } = decoration;
    if (!this.#kinds.has(kind) && this.#kinds.size < MOST_KINDS && prefix.trim() !== '') {
      this.#entries.report.prefix(prefix, decoration.time !== undefined);
    }
    if (this.#kinds.size < MOST_KINDS) this.#kinds.add(kind);
    return true;
  }

  #skip(number: number, line: string, reason: string): void {
    this.#entries.report.skip(number, line, reason);
  }

  end(): void {
    if (this.#length === 0 || this.#isLong) return;
    const last = textOf(this.#begun, 0, this.#length);
    this.#endBegun();
    if (!isIdle(last)) this.#entries.report.note('the last line is not terminated: the file may be cut off');
  }
}
