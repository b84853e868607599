/**
 * Entries that were broken into lines: between words, as mail programs do, or at a width, in the middle of a word, as fold(1) does and what is
 * copied from a terminal. Which of the two it was is decided by what can be read: a word that was broken leaves a part that has no meaning.
 */
import { EncodeError } from '../../../ctnetlink/codec/encode-error.js';
import {
  decorationOf,
  isBrokenOff,
  isIdle,
  isPrefix,
  isRemark,
  withoutColors,
  withoutQuotation,
} from '../decoration.js';
import { Entries } from '../entries.js';
import type { LineFormat, LineReader } from '../reader.js';
import { ParseError } from '../report/parse-error.js';
import type { Report } from '../report/parse-report.js';

/** Characters of the shortest line at which text is taken to be broken. */
const NARROWEST = 40;

/** Lines of entries that continue that make a wrapped text. */
const FEWEST = 2;

/** Lines of JSON, XML and CSV: they continue no entry. */
const OTHER = /^\s*(?:\{"|\[\{|<[?/a-z])|^[^\s,]*(?:,[^\s,]*){6}/i;

/** The part of them that ends where the next word had no room. */
const MIN_FULL = 0.9;

/** How a text is broken into lines. */
export interface Wrapping {
  /** Columns of its longest lines. */
  readonly width: number;
  /** At the width, also within a word; otherwise between words. */
  readonly isAtWidth: boolean;
}

/**
 * How the entries of a text are broken into lines; undefined if they are not. A line that can be read may be the beginning of an entry where
 * they are: so lines must continue one, and each must end where the next word has no room.
 * @param begin of a file, a character a byte
 */
export function wrappingOf(begin: string, format: LineFormat): Wrapping | undefined {
  const { isOneLine, continued, remark, isExact } = format;
  if (isOneLine) return undefined;
  const lines = begin
    .split('\n')
    .slice(0, -1)
    .map(line => withoutQuotation(withoutColors(line).replace(/\r$/, '')));
  const sizes = lines.map(columnsOf);
  const isBegin = lines.map((line, i) => beginsIn(format, line, lines.slice(i + 1, i + 1 + MAX_OF_BEGINNING)));
  let width = NARROWEST;
  /** Lines so far of the entry that is open. */
  let open: string | undefined;
  const breaks: number[] = [];
  const inRemarks = new Set<number>();
  for (const [i, line] of lines.entries()) {
    const isText = (isIdle(line) && !(remark !== undefined && isRemark(line))) || OTHER.test(line);
    const isInEntry: boolean = open !== undefined && !isBegin[i] && (!isText || remark?.test(open) === true);
    if (isInEntry) breaks.push(i - 1);
    if (isInEntry && remark?.test(open!)) inRemarks.add(i - 1);
    open = isBegin[i] ? line : isInEntry ? `${open}${line}` : undefined;
    if (open !== undefined) width = Math.max(width, sizes[i]);
  }
  const full = breaks.filter(i => sizes[i] === width).length;
  const isAtWidth = full >= FEWEST && full > breaks.length / 2;
  const found =
    continued === undefined ? full : breaks.filter(i => inRemarks.has(i) || hasWord(lines[i + 1], continued)).length;
  const isWrapped =
    found >= FEWEST && breaks.filter(i => hasNoRoom(sizes[i], lines[i + 1], width)).length >= MIN_FULL * breaks.length;
  // Where each word has a meaning, a text without any is another one.
  const isBroken = full >= FEWEST && isAtWidth && (!isExact || found > 0);
  return isWrapped || isBroken ? { width, isAtWidth } : undefined;
}

/** As fold(1) counts them. */
function columnsOf(line: string): number {
  let columns = 0;
  for (let at = 0; at < line.length; at++) columns = line[at] === '\t' ? columns - (columns % 8) + 8 : columns + 1;
  return columns;
}

const hasWord = (line: string, word: RegExp): boolean => line.split(/\s+/).some(each => word.test(each));

/** Blanks that may have been removed at the end of a line: those after the name of a protocol. */
const MAX_BLANKS = 8;

/** Whether a line is what may be left of a single word that was broken. */
export const isFragment = ({ isExact }: LineFormat, line: string): boolean =>
  (isExact ? /^[^\s-]\S*$/ : /^[\da-f.:]+$/).test(withoutQuotation(line).trim()) && !OTHER.test(line);

/** Whether all words of a line are those of an entry. */
export const isAllContinuation = ({ continued }: LineFormat, line: string): boolean =>
  continued !== undefined &&
  withoutQuotation(line)
    .trim()
    .split(/\s+/)
    .every(word => continued.test(word));

/** Columns of the longest line of a text. */
export const widestOf = (text: string): number =>
  text.split('\n').reduce((width, line) => Math.max(width, columnsOf(withoutQuotation(line.replace(/\r$/, '')))), 0);

/** Columns of a line, without the marks of a quotation. */
export const widthOf = (line: string): number => columnsOf(withoutQuotation(line));

/** Whether a line continues the remark that the line before ends with. */
export const continuesRemark = ({ remark }: LineFormat, before: string, line: string): boolean => {
  const open = remark?.exec(before)?.[0];
  return open !== undefined && (open.includes('{') ? !/\}\s*$/.test(open) : /^\s*\{/.test(withoutQuotation(line)));
};

/** Whether a line seems to continue an entry: it has a word of one. */
export const isContinuation = ({ continued, remark }: LineFormat, line: string): boolean => {
  const text = withoutQuotation(line).trim();
  if (remark !== undefined && /^#\s*(?:\{|$)/.test(text)) return true;
  if (OTHER.test(text)) return false;
  return continued !== undefined && hasWord(text, continued);
};

/** Whether the first word of the next line has no room after a line. */
const hasNoRoom = (size: number, next: string, width: number): boolean =>
  size + MAX_BLANKS + /^\s*\S*/.exec(next)![0].length >= width;

/** Lines after one that its beginning may extend into. */
export const MAX_OF_BEGINNING = 4;

/** Whether an entry begins in a line, perhaps to continue before it is recognised. @param next the lines that follow, as far as they are known */
export function beginsIn(format: LineFormat, line: string, next: readonly string[]): boolean {
  const { entry } = format;
  if (entry.test(line)) return true;
  const rest = next.slice(0, MAX_OF_BEGINNING).map(withoutQuotation);
  const isBefore = isPrefix(line) && !isOfEntry(format, line);
  return rest.some((_, i) =>
    ['', ' '].some(between => {
      const text = [line, ...rest.slice(0, i + 1)].join(between);
      const at = text.search(entry);
      // Digits alone end a value.
      if (at < 0 || !/[^\d\s]/.test(text.slice(at))) return false;
      return at < line.length ? /[^\d\s]/.test(line.slice(at)) : isBefore && !isOfEntry(format, text.slice(0, at));
    }),
  );
}

/** Whether words of an entry are in a text. */
const isOfEntry = ({ continued }: LineFormat, text: string): boolean =>
  continued === undefined || hasWord(text, continued);

/** Whether what precedes an entry in a line has words of another one. */
export const endsEntry = ({ entry, continued, filled }: LineFormat, line: string): boolean => {
  const before = line.slice(0, Math.max(line.search(entry), 0));
  return (continued !== undefined && hasWord(before, continued)) || filled?.rest.test(before.trim()) === true;
};

/** What the lines of an entry are together. */
export type Joined =
  | { readonly kind: 'entry'; readonly text: string }
  /** The first line is an entry, and those after it do not belong to it. */
  | { readonly kind: 'first' }
  /** They can be read in several ways, or in none. */
  | { readonly kind: 'unclear' };

/** Finds how lines were broken, by reading them in each way. */
export class WrappedLines {
  readonly #format: LineFormat;
  readonly #report = new UnknownWords();
  readonly #entries: Entries;
  #reader: LineReader | undefined;
  /** That of the file, or of its lines that were joined so far. */
  #width: number;
  readonly #isAtWidth: boolean | undefined;

  /** @param wrapping of the file, if it was found by its first lines */
  constructor(format: LineFormat, { surroundings }: Entries, wrapping?: Wrapping) {
    this.#width = wrapping?.width ?? NARROWEST;
    this.#isAtWidth = wrapping?.isAtWidth;
    this.#format = format;
    this.#entries = new Entries({ ...surroundings, mostShapes: 0 }, this.#report);
  }

  /** @param held a character a byte; an entry begins in the first one */
  join(held: readonly string[]): Joined {
    const [first, ...rest] = held;
    const lines = [first, ...rest.map(withoutQuotation)];
    const sizes = [withoutQuotation(first), ...lines.slice(1)].map(columnsOf);
    this.#width = Math.max(this.#width, ...sizes);
    const isFull = (i: number): boolean => sizes[i] === this.#width;
    const joined = (hasBlank: (i: number) => boolean): string =>
      rest.reduce((text, _, i) => {
        const isBlank = hasBlank(i) && !isBlankAt(lines, i) && !this.#isInRemark(text);
        return text + (isBlank ? ' ' : '') + lines[i + 1];
      }, first);
    const spaced = joined(() => true);
    if (this.#format.isOneLine) return { kind: 'entry', text: spaced };
    const full = joined(i => !isFull(i));
    const likely = this.#isAtWidth ? full : spaced;
    if (this.#unknownIn(likely) === 0) return { kind: 'entry', text: likely };
    const unknown = this.#unknownIn(spaced);
    if (unknown === 0) return { kind: 'entry', text: spaced };
    const [best, other] = [joined(() => false), full]
      .map(text => ({ text, unknown: this.#unknownIn(text) }))
      .sort((a, b) => a.unknown - b.unknown);
    if (best.unknown === 0) return { kind: 'entry', text: best.text };
    const flush = [first, ...withoutIndent(lines.slice(1))].join('');
    if (flush !== best.text && this.#unknownIn(flush) === 0) return { kind: 'entry', text: flush };
    if (this.#format.isExact) return this.#alone(first, lines.slice(1));
    const alone = this.#unknownIn(first);
    const fewest = Math.min(unknown, best.unknown);
    const isBroken =
      this.#isAtWidth !== undefined &&
      sizes.slice(0, -1).every((size, i) => hasNoRoom(size, lines[i + 1], this.#width));
    // Words that have no meaning in the whole entry either.
    // A number without a word is a part of another one, which would be read shorter than it was.
    if (isBroken && fewest !== UNREADABLE && this.#unknownIn(likely) === fewest && !this.#report.hasNumber) {
      const { continued } = this.#format;
      const isOfEntry = continued !== undefined && lines.slice(1).some(line => hasWord(line, continued));
      if (alone === UNREADABLE || isOfEntry) return { kind: 'entry', text: likely };
    }
    if (alone <= fewest && alone !== UNREADABLE) return { kind: isFull(0) || isBroken ? 'unclear' : 'first' };
    if (unknown < best.unknown) return { kind: 'entry', text: spaced };
    const isClear = best.unknown < unknown && (best.unknown < other.unknown || best.text === other.text);
    return isClear ? { kind: 'entry', text: best.text } : { kind: 'unclear' };
  }

  /** Of a format of which every word has a meaning: the first line is an entry only if nothing else can belong to it. */
  #alone(first: string, rest: readonly string[]): Joined {
    const isOpen =
      this.#isAtWidth !== undefined ||
      continuesRemark(this.#format, first, rest[0]) ||
      rest.some(line => isContinuation(this.#format, line));
    return { kind: isOpen || this.#unknownIn(first) === UNREADABLE ? 'unclear' : 'first' };
  }

  /** An object in a remark has no blanks between its parts. */
  #isInRemark(text: string): boolean {
    return this.#format.remark?.exec(text)?.[0].includes('{') === true;
  }

  /** How many words of an entry have no meaning; `UNREADABLE` if it cannot be read. */
  #unknownIn(text: string): number {
    const decoration = decorationOf(text, this.#format.entry, this.#entries.surroundings.taken);
    if (decoration !== undefined && (isBrokenOff(decoration.text) || endsEntry(this.#format, text))) return UNREADABLE;
    const bytes = Buffer.from(text.slice(decoration?.text.length ?? 0), 'latin1');
    this.#reader ??= this.#format.make(this.#entries);
    this.#report.begin();
    try {
      this.#reader.read(bytes, 0, bytes.length, decoration);
      return this.#report.count;
    } catch (error) {
      if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
      return UNREADABLE;
    } finally {
      this.#entries.take(true);
    }
  }
}

/** Whether a blank is where a text was broken. */
const isBlankAt = (lines: readonly string[], i: number): boolean => /\s$/.test(lines[i]) || /^\s/.test(lines[i + 1]);

/** Lines without the blanks that all begin with: what was broken at a width was indented afterwards. */
function withoutIndent(lines: readonly string[]): readonly string[] {
  const indent = Math.min(...lines.map(line => /^\s*/.exec(line)![0].length));
  return lines.map(line => line.slice(indent));
}

const UNREADABLE = Number.POSITIVE_INFINITY;

class UnknownWords implements Report {
  count = 0;
  hasNumber = false;
  begin(): void {
    this.count = 0;
    this.hasNumber = false;
  }
  unknown(word: string): void {
    this.count++;
    this.hasNumber ||= /^\d+$/.test(word);
  }
  skip(): void {}
  note(): void {
    this.count++;
  }
  accept(): void {}
  discard(): void {}
  prefix(): void {}
}
