import { EncodeError } from '../../../ctnetlink/codec/encode-error.js';
import { beforeCount, isIdle, withoutColors } from '../decoration.js';
import type { Entries } from '../entries.js';
import type { DivisibleReader, LineFormat, LineReader, Progress } from '../reader.js';
import { notTerminated } from '../report/cut-off.js';
import { ParseError } from '../report/parse-error.js';
import { columnOfCut, withoutLastWord } from './cut-columns.js';
import { type Cut, entryCut } from './cuts.js';
import { LOOKED_AT, OddLines } from './odd-lines.js';

/** Bytes of the longest line (or element, or object) that is read. */
export const LONGEST = 64 * 1024;
const NOT_TERMINATED = notTerminated('line');
const TERMINATE_HINT = 'if it is whole, end it with a line feed: echo >> FILE';
const CUT_HINT = 'write the output of conntrack(8) to a file, not through cut or a terminal';
const NUL = 0;
const LINE_FEED = 0x0a;
const ESCAPE = 0x1b;
const HASH = 0x23;
const DOT = 0x2e;

/** A character a byte. */
const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

/** The line that ends at a place. @param first no line begins before it */
function lastLine(bytes: Uint8Array, first: number, end: number): string {
  const from = Math.max(bytes.lastIndexOf(LINE_FEED, end - 1) + 1, first);
  return end - from > LONGEST ? '' : textOf(bytes, from, end);
}

interface CutLine {
  readonly number: number;
  readonly text: string;
  /** What is before the count. */
  readonly before: string;
  readonly shown: string | undefined;
}

/** Cuts bytes into lines and counts them. Lines that are too long are skipped without being kept. */
export class Lines implements DivisibleReader {
  readonly #entries: Entries;
  readonly #reader: LineReader;
  readonly #odd: OddLines;
  readonly #format: LineFormat;
  readonly cut: Cut;
  /** A line that ends with conntrack(8)'s count: the entry before it may continue in the next line. */
  #cut: CutLine | undefined;
  /** The beginning of a line that continues in the next piece. */
  #begun = Buffer.alloc(1024);
  #length = 0;
  #number = 0;
  /** Inside a line that is too long. */
  #isLong = false;
  /** The piece that is being read, where the first line begins in it that is all in it, and the present one. */
  #piece: Uint8Array = new Uint8Array(0);
  #first = 0;
  #from = 0;
  /** The last line before these. */
  #previous = '';
  /** The column at which lines were cut off. */
  readonly #column: number | undefined;
  /** The progress that was asked for. */
  #reported: Progress = { lines: 0, own: 0 };

  /** @param begin the first bytes of the file, a character a byte */
  constructor(entries: Entries, format: LineFormat, begin?: string) {
    this.#entries = entries;
    this.#format = format;
    this.cut = entryCut(format.entry);
    this.#reader = format.make(entries, begin);
    this.#odd = new OddLines(entries, this.#reader, format, begin);
    this.#column = this.#odd.isWrapped ? undefined : columnOfCut(begin?.slice(0, LOOKED_AT) ?? '', format);
  }

  read(bytes: Uint8Array): void {
    let from = 0;
    if (this.#length > 0 || this.#isLong) {
      from = bytes.indexOf(LINE_FEED) + 1;
      this.#keep(bytes.subarray(0, from === 0 ? bytes.length : from - 1));
      if (from === 0) return;
      this.#from = this.#first = 0;
      this.#endBegun();
    }
    this.#piece = bytes;
    this.#first = from;
    let colored = bytes.indexOf(ESCAPE, from);
    const reader = this.#reader;
    const odd = this.#odd;
    const mayBeAlike = reader.readAlike !== undefined && this.#column === undefined;
    for (;;) {
      if (mayBeAlike && !odd.isHolding && !odd.decorated.isDecorated && !odd.isWrapped && !this.#cut) {
        const run = reader.readAlike!(bytes, from);
        if (run !== undefined) {
          this.#number += run.entries;
          from = run.end;
        }
      }
      const to = bytes.indexOf(LINE_FEED, from);
      if (to < 0) break;
      this.#number++;
      this.#from = from;
      if (colored >= 0 && colored < to) {
        this.#colored(bytes, from, to);
        colored = bytes.indexOf(ESCAPE, to);
      } else this.#line(bytes, from, to);
      from = to + 1;
    }
    if (from > this.#first) this.#previous = lastLine(bytes, this.#first, from - 1);
    if (from < bytes.length) this.#keep(bytes.subarray(from));
  }

  #keep(part: Uint8Array): void {
    if (this.#isLong) return;
    const length = this.#length + part.length;
    if (length > LONGEST) {
      const begin = textOf(this.#begun, 0, this.#length) + textOf(part, 0, Math.min(part.length, 1024));
      if (begin.charCodeAt(0) !== HASH) this.#tooLong(this.#number + 1, begin);
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

  /** Reads a last line that is not terminated: of several lines, the file may be cut off within its last word. */
  #endUnterminated(text: string): void {
    const { report } = this.#entries;
    const isAlone = this.#number === 0;
    const kept = isAlone || this.#format.unfinished === undefined ? text : withoutLastWord(text);
    report.cutOff?.(NOT_TERMINATED, TERMINATE_HINT);
    if (kept === text) {
      this.#endBegun();
      report.note(NOT_TERMINATED);
      return;
    }
    this.#number++;
    this.#length = 0;
    const clean = Buffer.from(withoutColors(kept), 'latin1');
    this.#line(clean, 0, clean.length, text);
    report.note(`${NOT_TERMINATED}, and its last word is left out`, TERMINATE_HINT);
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
    this.#previous = textOf(this.#begun, 0, length);
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

  /** @param shown the line in the file, if it is a different text */
  #line(bytes: Uint8Array, from: number, to: number, shown?: string): void {
    if (from === to || (bytes[from] === HASH && !this.#isRemark(bytes, from, to))) return;
    if (to - from > LONGEST) {
      this.#tooLong(this.#number, shown ?? textOf(bytes, from, to));
      return;
    }
    if (bytes.subarray(from, to).indexOf(NUL) >= 0) {
      this.#odd.flush();
      this.#entries.report.skip(this.#number, shown ?? textOf(bytes, from, to), 'it has bytes that are 0');
      return;
    }
    if (this.#column !== undefined && this.#readCut(bytes, from, to, shown)) return;
    if (this.#cut !== undefined && this.#joins(textOf(bytes, from, to))) return;
    if (bytes[to - 1] === DOT && this.#cutAt(textOf(bytes, from, to), shown)) return;
    this.#whole(bytes, from, to, shown);
  }

  /** Reads a line that reaches the column at which lines were cut off. @returns false for others */
  #readCut(bytes: Uint8Array, from: number, to: number, shown: string | undefined): boolean {
    const text = textOf(bytes, from, to).replace(/\r$/, '');
    if (text.length < this.#column!) return false;
    const { report } = this.#entries;
    const message = `lines are cut off at column ${this.#column}: the word that ends there is left out`;
    report.cutOff?.(message);
    report.note(message, CUT_HINT);
    const clean = Buffer.from(withoutLastWord(text), 'latin1');
    this.#whole(clean, 0, clean.length, shown ?? text);
    return true;
  }

  /** Whether a line is the beginning of an entry and the count, which goes to the same file by `2>&1`; then it waits for the next line. */
  #cutAt(text: string, shown: string | undefined): boolean {
    const before = beforeCount(text);
    if (before === undefined || before.trim() === '' || this.#odd.isWrapped || this.#odd.decorated.isDecorated)
      return false;
    this.#cut = { number: this.#number, text, before, shown };
    return true;
  }

  /** Whether a line that begins with `#` is the end of an entry whose lines were broken. */
  #isRemark(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#format.remark === undefined) return false;
    return /^#\s*(?:\{|$)/.test(textOf(bytes, from, to));
  }

  /** The line before the one that begins at a place of the piece; empty if it is not known. */
  #before(): string {
    const bytes = this.#piece;
    if (this.#from <= this.#first) return this.#previous;
    const end = this.#from - 1;
    return lastLine(bytes, this.#first, end);
  }

  /** Reads the line that was cut. @param next undefined: the end. @returns whether it was joined with the next line */
  #joins(next: string | undefined): boolean {
    const { number, text, before, shown } = this.#cut!;
    this.#cut = undefined;
    const { entry } = this.#format;
    const joined = before + (next ?? '');
    const isOne =
      next !== undefined &&
      joined.search(entry) === joined.length - joined.trimStart().length &&
      !(entry.test(before) && entry.test(next));
    const bytes = Buffer.from(isOne ? joined : text, 'latin1');
    const present = this.#number;
    this.#number = number;
    this.#whole(bytes, 0, bytes.length, isOne ? joined : shown);
    this.#number = present;
    if (isOne) this.#entries.report.note("conntrack(8)'s count is in the middle of an entry: its parts are joined");
    return isOne;
  }

  #whole(bytes: Uint8Array, from: number, to: number, shown?: string): void {
    const odd = this.#odd;
    if (odd.isHolding && !odd.isWrapped) odd.before(textOf(bytes, from, to));
    if (odd.isWrapped) {
      odd.hold({ number: this.#number, text: textOf(bytes, from, to), shown });
      return;
    }
    try {
      if (odd.decorated.isDecorated && odd.decorated.readFirst(textOf(bytes, from, to))) return;
      this.#reader.read(bytes, from, to);
    } catch (error) {
      if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
      const line = { number: this.#number, text: textOf(bytes, from, to), reason: error.message, shown };
      odd.take(line, () => this.#before());
    }
  }

  #tooLong(number: number, text: string): void {
    this.#odd.flush();
    this.#entries.report.skip(number, text, `longer than ${LONGEST} bytes`);
  }

  get isWithinLine(): boolean {
    return this.#length > 0 || this.#isLong;
  }

  get isDivisible(): boolean {
    return (
      this.#length === 0 &&
      !this.#isLong &&
      this.#cut === undefined &&
      !this.#odd.isHolding &&
      !this.#odd.isWrapped &&
      this.#reader.hasTurned !== true
    );
  }

  progress(): Progress {
    const before = this.#reported;
    this.#reported = { lines: this.#number, own: this.#reader.counted ?? 0 };
    return { lines: this.#reported.lines - before.lines, own: this.#reported.own - before.own };
  }

  pass({ lines, own }: Progress): void {
    this.#number += lines;
    if (this.#reader.counted !== undefined) this.#reader.counted += own;
  }

  end(): void {
    if (this.#length > 0 && !this.#isLong) {
      const text = textOf(this.#begun, 0, this.#length);
      if (isIdle(text)) this.#endBegun();
      else this.#endUnterminated(text);
    }
    if (this.#cut !== undefined) this.#joins(undefined);
    this.#odd.flush();
  }
}
