/**
 * Lines that are not an entry and nothing else: those that other programs decorated, that two programs wrote at once, or that a mail
 * program wrapped. Each way is noted once for a file; what cannot be read is reported with its number.
 */
import { EncodeError } from '../../../ctnetlink/codec/encode-error.js';
import { decorationOf, isIdle, withoutCount, withoutQuote } from '../decoration.js';
import type { Entries } from '../entries.js';
import type { LineFormat, LineReader } from '../reader.js';
import { ParseError } from '../report/parse-error.js';
import { isReflowed, ReflowedLines } from './reflowed-lines.js';
import { beginsIn, MOST_OF_BEGINNING, WrappedLines, type Wrapping, wrappingOf } from './wrapped-lines.js';

/** Characters at the beginning of a file that show how its entries are broken into lines. */
const LOOKED_AT = 16 * 1024;
/** Kinds of decoration that are remembered. */
const MOST_KINDS = 3;
/** Lines of a wrapped entry. */
const MOST_PIECES = 16;
const CUT_OFF = 'cut off by the output of another program in the same line';
const UNCLEAR = 'a line of an entry that is wrapped, of which it is not certain how it continues';

/** A line that could not be read unchanged. */
export interface OddLine {
  readonly number: number;
  /** A character a byte. */
  readonly text: string;
  readonly reason: string;
  /** The line in the file, if it is a different text. */
  readonly shown?: string;
}

/** Of a line that was not tried. */
const CONTINUED = 'not an entry';

const reasonOf = (error: unknown): string => {
  if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
  return error.message;
};

export class OddLines {
  readonly #entries: Entries;
  readonly #reader: LineReader;
  readonly #format: LineFormat;
  /** The kinds of decoration found so far. */
  readonly #kinds = new Set<string>();
  /** An entry that may continue in the lines that follow. */
  #held: OddLine[] = [];
  /** Entries of this file are wrapped: each line may be the beginning of one, also where it can be read by itself. */
  isWrapped: boolean;
  #wrapped: WrappedLines | undefined;
  readonly #wrapping: Wrapping | undefined;
  readonly #reflowed: ReflowedLines | undefined;

  /** @param begin of the file, a character a byte */
  constructor(entries: Entries, reader: LineReader, format: LineFormat, begin = '') {
    this.#entries = entries;
    this.#reader = reader;
    this.#format = format;
    const lines = begin.slice(0, LOOKED_AT);
    if (isReflowed(lines, format))
      this.#reflowed = new ReflowedLines(format.glued!, {
        read: text => this.#readReflowed(text),
        skip: (number, text, reason) => entries.report.skip(number, text, reason),
      });
    this.#wrapping = wrappingOf(lines, format);
    this.isWrapped = this.#wrapping !== undefined || this.#reflowed !== undefined;
  }

  /** Whether lines of this file are decorated. */
  get isDecorated(): boolean {
    return this.#kinds.size > 0;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Called with a line before it is read, while an entry is held: one that begins an entry continues none. */
  before(text: string): void {
    if (this.#format.entry.test(text)) this.flush();
  }

  /**
   * Reads a line of a decorated file. One that may be an entry by itself is read as in any other file, so that the lines before it have no
   * influence.
   * @returns false if it is to be read unchanged
   */
  readFirst(text: string): boolean {
    return this.#format.alone?.test(text) !== true && this.readDecorated(text);
  }

  /** Reads an entry after a decoration. @returns false if there is none. @throws ParseError */
  readDecorated(text: string): boolean {
    const decoration = decorationOf(text, this.#format.entry, this.#entries.surroundings.taken);
    if (decoration === undefined) return false;
    const { kind, text: prefix } = decoration;
    this.#read(withoutQuote(text.slice(prefix.length), prefix), decoration);
    if (!this.#kinds.has(kind) && this.#kinds.size < MOST_KINDS) {
      this.#entries.report.prefix(kind, prefix, decoration.time !== undefined);
      this.#kinds.add(kind);
    }
    return true;
  }

  /** Holds a line of a file whose entries are wrapped. */
  hold(line: Omit<OddLine, 'reason'>): void {
    if (this.#reflowed !== undefined) {
      this.#reflowed.take(line);
      return;
    }
    const text = line.text.replace(/\r$/, '');
    const begun = this.#begunAt(text);
    if (begun !== undefined) {
      const beginning = this.#held.splice(begun);
      this.flush();
      this.#held = beginning;
    } else if (isIdle(text) || this.#held.length === MOST_PIECES || this.#format.entry.test(text)) this.flush();
    if (!isIdle(text)) this.#held.push({ ...line, text, reason: CONTINUED });
  }

  /** The line that was held in which an entry begins that is recognised only with this one. */
  #begunAt(text: string): number | undefined {
    const { entry } = this.#format;
    const lines = this.#held.map(each => each.text);
    for (let at = Math.max(0, lines.length - MOST_OF_BEGINNING); at < lines.length; at++) {
      const between = lines.slice(at + 1);
      if (!beginsIn(entry, lines[at], between) && beginsIn(entry, lines[at], [...between, text])) return at;
    }
    return undefined;
  }

  /** A line of at most `LONGEST` bytes that could not be read. */
  take(line: OddLine): void {
    const { text } = line;
    this.#entries.report.discard();
    if (isIdle(text)) {
      this.flush();
      return;
    }
    if (this.#format.entry.test(text) || this.#format.glued?.test(text)) {
      this.flush();
      this.#entryIn(line);
    } else if (this.#held.length > 0 && this.#held.length < MOST_PIECES) this.#held.push(line);
    else {
      this.flush();
      this.#skip(line);
    }
  }

  /** A line in which an entry begins. */
  #entryIn(line: OddLine): void {
    let { reason } = line;
    const text = withoutCount(line.text);
    try {
      if (text !== line.text) this.#read(text);
      else if (!this.readDecorated(text)) throw new ParseError(reason);
    } catch (error) {
      reason = reasonOf(error);
      if (!this.#parts(text, line.number)) this.#held = [{ ...line, reason }];
    }
  }

  /** Reads the entries of a line that several programs wrote. @returns false if there are none */
  #parts(text: string, number: number): boolean {
    const { glued, entry } = this.#format;
    if (glued === undefined) return false;
    const begins = [...text.matchAll(new RegExp(glued, 'g'))].map(({ index }) => index);
    const decoration = decorationOf(text, entry, this.#entries.surroundings.taken);
    const isAlone = begins.length < 2 && (decoration !== undefined || begins[0] === 0);
    if (begins.length === 0 || isAlone) return false;
    const isDecoration = decoration?.text.length === begins[0];
    const unread = isDecoration || text.slice(0, begins[0]).trim() === '' ? [] : [text.slice(0, begins[0])];
    let read = 0;
    for (const [i, begin] of begins.entries()) {
      const part = text.slice(begin, begins[i + 1]);
      try {
        this.#read(part, isDecoration ? decoration : undefined);
        read++;
      } catch (error) {
        reasonOf(error);
        this.#entries.report.discard();
        unread.push(part);
      }
    }
    if (read === 0) return false;
    this.#entries.report.note('the output of several programs is in the same lines: the entries in them are read');
    for (const part of unread) this.#entries.report.skip(number, part, CUT_OFF);
    return true;
  }

  /** Nothing continues the entry that was held. */
  flush(): void {
    this.#reflowed?.flush();
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = [];
    if (held.length > 1 && this.#readWrapped(held)) return;
    const unread = this.isWrapped && this.#readAlone(held[0]) ? held.slice(1) : held;
    for (const line of unread) this.#skip(line);
  }

  /** A line that was held before it was tried. */
  #readAlone(line: OddLine): boolean {
    // What was held since it cannot be read has the reason.
    if (line.reason !== CONTINUED) return false;
    try {
      if (!this.isDecorated || !this.readFirst(line.text)) this.#read(line.text);
      return true;
    } catch (error) {
      this.#entries.report.discard();
      this.#held = [];
      this.#entryIn({ ...line, reason: reasonOf(error) });
      const [unread] = this.#held;
      this.#held = [];
      if (unread !== undefined) this.#skip(unread);
      return true;
    }
  }

  /** @returns false if the first line, if any, is an entry by itself */
  #readWrapped(held: readonly OddLine[]): boolean {
    this.#wrapped ??= new WrappedLines(this.#format, this.#entries, this.#wrapping);
    const joined = this.#wrapped.join(held.map(({ text }) => text));
    if (joined.kind === 'first') return false;
    if (joined.kind === 'unclear') {
      if (!this.isWrapped) return false;
      for (const line of held) this.#skip({ ...line, reason: UNCLEAR });
      return true;
    }
    try {
      if (!this.readDecorated(joined.text)) this.#read(joined.text);
    } catch (error) {
      reasonOf(error);
      this.#entries.report.discard();
      return false;
    }
    this.isWrapped = this.#format.isOneLine !== true;
    this.#entries.report.note('entries are wrapped over several lines');
    return true;
  }

  #readReflowed(text: string): void {
    try {
      this.#read(text);
    } catch (error) {
      this.#entries.report.discard();
      throw new ParseError(reasonOf(error));
    }
    this.#entries.report.note('entries begin within lines: the lines are read as one text');
  }

  #read(text: string, decoration?: Parameters<LineReader['read']>[3]): void {
    const bytes = Buffer.from(text, 'latin1');
    this.#reader.read(bytes, 0, bytes.length, decoration);
  }

  #skip({ number, text, reason, shown }: OddLine): void {
    this.#entries.report.skip(number, shown ?? text, reason);
  }
}
