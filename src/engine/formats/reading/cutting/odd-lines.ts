/**
 * Lines that are not an entry and nothing else: those that other programs decorated, that two programs wrote at once, or that a mail
 * program wrapped. Each way is noted once for a file; what cannot be read is reported with its number.
 */
import { EncodeError } from '../../../ctnetlink/codec/encode-error.js';
import { decorationOf, isIdle, isRemark, withoutCount } from '../decoration.js';
import type { Entries } from '../entries.js';
import type { LineFormat, LineReader } from '../reader.js';
import { ParseError } from '../report/parse-error.js';
import { DecoratedLines } from './decorated-lines.js';
import { continuesWithin, isReflowed, ReflowedLines } from './reflowed-lines.js';
import {
  beginsIn,
  continuesRemark,
  endsEntry,
  isAllContinuation,
  isContinuation,
  isFragment,
  type Joined,
  MAX_OF_BEGINNING,
  WrappedLines,
  type Wrapping,
  widestOf,
  widthOf,
  wrappingOf,
} from './wrapped-lines.js';

/** Characters at the beginning of a file that show how its entries are broken into lines. */
export const LOOKED_AT = 16 * 1024;
/** Lines of a wrapped entry. */
const MAX_PIECES = 64;
const CUT_OFF = 'cut off by the output of another program in the same line';
const SEPARATED = 'it seems to continue the entry of the line before, which was passed on without it';
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
  readonly decorated: DecoratedLines;
  /** An entry that may continue in the lines that follow. */
  #held: OddLine[] = [];
  /** The number of the last line that could not be read as it is. */
  #lastOdd = 0;
  /** Entries of this file are wrapped: each line may be the beginning of one, also where it can be read by itself. */
  isWrapped: boolean;
  #wrapped: WrappedLines | undefined;
  /** Columns of the longest line at the beginning of the file. */
  readonly #widest: number;
  readonly #wrapping: Wrapping | undefined;
  #reflowed: ReflowedLines | undefined;

  /** @param begin of the file, a character a byte */
  constructor(entries: Entries, reader: LineReader, format: LineFormat, begin = '') {
    this.#entries = entries;
    this.#reader = reader;
    this.#format = format;
    const lines = begin.slice(0, LOOKED_AT);
    if (isReflowed(lines, format)) this.#reflowed = this.#newReflowed();
    this.#wrapping = wrappingOf(lines, format);
    this.#widest = widestOf(lines);
    this.decorated = new DecoratedLines(entries, format, lines, (text, decoration) => this.#read(text, decoration));
    this.isWrapped = this.#wrapping !== undefined || this.#reflowed !== undefined;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Called with a line before it is read, while an entry is held: one that begins an entry continues none. */
  before(text: string): void {
    if (this.#format.entry.test(text)) this.flush();
  }

  /** Holds a line of a file whose entries are wrapped. */
  hold(line: Omit<OddLine, 'reason'>): void {
    if (this.#reflowed !== undefined) {
      this.#reflowed.take(line);
      return;
    }
    const text = line.text.replace(/\r$/, '');
    if (this.#beginsReflow(this.#held.at(-1)?.text, text)) {
      this.#reflow(line);
      return;
    }
    if (this.#held.length > 0 && endsEntry(this.#format, text)) {
      // The rest of the entry is in this line.
      const beginning = this.#held;
      this.#held = [{ ...line, text, reason: CONTINUED }];
      for (const each of beginning) this.#skip({ ...each, reason: UNCLEAR });
      return;
    }
    const begun = this.#begunAt(text);
    if (begun !== undefined) {
      const beginning = this.#held.splice(begun);
      this.flush();
      this.#held = beginning;
    } else if (this.#isIdle(text) || this.#held.length === MAX_PIECES || this.#format.entry.test(text)) this.flush();
    if (!this.#isIdle(text)) this.#held.push({ ...line, text, reason: CONTINUED });
  }

  #isIdle(text: string): boolean {
    const isPart = this.#format.remark !== undefined && isRemark(text);
    return isIdle(text) && !(isPart && (this.#held.length > 0 || text.includes('{')));
  }

  /** The line that was held in which an entry begins that is recognised only with this one. */
  #begunAt(text: string): number | undefined {
    const lines = this.#held.map(each => each.text);
    for (let at = Math.max(0, lines.length - MAX_OF_BEGINNING); at < lines.length; at++) {
      const between = lines.slice(at + 1);
      if (!beginsIn(this.#format, lines[at], between) && beginsIn(this.#format, lines[at], [...between, text]))
        return at;
    }
    return undefined;
  }

  /**
   * A line of at most `LONGEST` bytes that could not be read.
   * @param before the line before it
   */
  take(line: OddLine, before: () => string): void {
    const { text } = line;
    this.#entries.report.discard();
    if (this.#fills(line, before)) return;
    if (this.#held.length === 0 && this.#mayContinue(line) && !this.#takeBack(line, before().replace(/\r$/, ''))) {
      this.#skip({ ...line, reason: SEPARATED });
      this.#lastOdd = line.number;
      return;
    }
    if (this.#isIdle(text)) {
      this.flush();
      return;
    }
    if (this.#format.entry.test(text) || this.#format.glued?.test(text)) {
      this.flush();
      if (this.#entryIn(line)) return;
    } else if (this.#held.length > 0 && this.#held.length < MAX_PIECES)
      this.#held.push({ ...line, text: text.replace(/\r$/, '') });
    else {
      this.flush();
      this.#skip(line);
    }
    this.#lastOdd = line.number;
  }

  /** Whether a line ends an entry, and another one begins in it: what follows is read as one text. */
  #fills(line: OddLine, before: () => string): boolean {
    if (!this.#format.entry.test(line.text) || this.#format.filled === undefined) return false;
    const last = this.#held.at(-1);
    if (last === undefined && line.number - 1 === this.#lastOdd) return false;
    const previous = last?.text ?? before();
    if (!this.#beginsReflow(previous, line.text)) return false;
    if (last === undefined) {
      if (!this.#format.entry.test(previous) || !this.#entries.retract()) return false;
      this.#held = [{ ...line, number: line.number - 1, text: previous }];
    }
    this.#reflow(line);
    return true;
  }

  #beginsReflow(before: string | undefined, text: string): boolean {
    const { filled } = this.#format;
    return before !== undefined && filled !== undefined && continuesWithin(before, text, filled);
  }

  /** Reads the lines that are held, this one and all others as one text. */
  #reflow(line: Omit<OddLine, 'reason'>): void {
    const held = this.#held;
    this.#held = [];
    this.#reflowed = this.#newReflowed();
    this.isWrapped = true;
    for (const each of [...held, line]) this.#reflowed.take(each);
  }

  #newReflowed(): ReflowedLines {
    return new ReflowedLines(this.#format.filled!, {
      read: text => this.#readReflowed(text),
      skip: (number, text, reason) => this.#entries.report.skip(number, text, reason),
    });
  }

  /** Whether a line may continue the entry before it, which could be read without it. */
  #mayContinue({ text, number }: OddLine): boolean {
    const { entry, continued, isOneLine } = this.#format;
    if (isOneLine || continued === undefined || number - 1 === this.#lastOdd || entry.test(text)) return false;
    return this.#format.remark !== undefined || isContinuation(this.#format, text) || isFragment(this.#format, text);
  }

  #continues(text: string, next: string): boolean {
    if (isContinuation(this.#format, next) || continuesRemark(this.#format, text, next)) return true;
    // A word is broken at the width of the text only.
    return isFragment(this.#format, next) && widthOf(text) >= this.#widest;
  }

  /** Holds an entry that was read, to read it with the line that follows. @returns false if it is too late for that */
  #takeBack(line: OddLine, text: string): boolean {
    const { number, text: next } = line;
    if (text.startsWith('#') || !this.#format.entry.test(text)) return true;
    if (!this.#continues(text, next)) return true;
    const held = { number: number - 1, text, reason: CONTINUED };
    if (!this.#entries.retract()) return !this.#belongs(held, line);
    if (this.#reader.counted !== undefined && this.#reader.counted > 0) this.#reader.counted--;
    this.#held = [held];
    return true;
  }

  /** Whether a line is a part of an entry that cannot be taken back. */
  #belongs(first: OddLine, line: OddLine): boolean {
    const { kind } = this.#joined([first, line]);
    return kind === 'entry' || (kind === 'unclear' && this.#isPart([first, line]));
  }

  #joined(held: readonly OddLine[]): Joined {
    this.#wrapped ??= new WrappedLines(this.#format, this.#entries, this.#wrapping);
    return this.#wrapped.join(held.map(({ text }) => text));
  }

  /** A line in which an entry begins. @returns whether it is one, and nothing else but a decoration */
  #entryIn(line: OddLine): boolean {
    let { reason } = line;
    const text = withoutCount(line.text);
    try {
      if (text !== line.text) this.#read(text);
      else if (!this.decorated.read(text)) throw new ParseError(reason);
      return text === line.text;
    } catch (error) {
      reason = reasonOf(error);
      if (!this.#parts(text, line.number)) this.#held = [{ ...line, text: line.text.replace(/\r$/, ''), reason }];
      return false;
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
    const unread = this.#readAlone(held[0]) ? held.slice(1) : held;
    for (const line of unread) this.#skip(line);
  }

  /** A line that was held before it was tried. */
  #readAlone(line: OddLine): boolean {
    // What was held since it cannot be read has the reason.
    if (line.reason !== CONTINUED) return false;
    if (this.isWrapped && endsEntry(this.#format, line.text)) {
      this.#skip({ ...line, reason: UNCLEAR });
      return true;
    }
    try {
      if (!this.decorated.isDecorated || !this.decorated.readFirst(line.text)) this.#read(line.text);
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
    const joined = this.#joined(held);
    if (joined.kind === 'first') return false;
    if (joined.kind === 'unclear') {
      if (!this.isWrapped && !this.#isPart(held)) return false;
      for (const line of held) this.#skip({ ...line, reason: UNCLEAR });
      return true;
    }
    try {
      if (!this.decorated.read(joined.text)) this.#read(joined.text);
    } catch (error) {
      reasonOf(error);
      this.#entries.report.discard();
      return false;
    }
    this.isWrapped = this.#format.isOneLine !== true;
    this.#entries.report.note('entries are wrapped over several lines');
    return true;
  }

  /** Whether an entry that was taken back is certainly not all in its first line. */
  #isPart([first, ...rest]: readonly OddLine[]): boolean {
    if (first.reason !== CONTINUED) return false;
    return this.#format.isExact === true || rest.every(({ text }) => isAllContinuation(this.#format, text));
  }

  #readReflowed(text: string): void {
    try {
      if (!this.decorated.read(text)) this.#read(text);
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
