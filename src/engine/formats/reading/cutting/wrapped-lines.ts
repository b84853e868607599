/**
 * Entries that were broken into lines: between words, as mail programs do, or at a width, in the middle of a word, as fold(1) does and what is
 * copied from a terminal. Which of the two it was is decided by what can be read: a word that was broken leaves a part that has no meaning.
 */
import { EncodeError } from '../../../ctnetlink/codec/encode-error.js';
import { decorationOf, isIdle, withoutColors } from '../decoration.js';
import { Entries } from '../entries.js';
import type { LineFormat, LineReader } from '../reader.js';
import { ParseError } from '../report/parse-error.js';
import type { Report } from '../report/parse-report.js';

/** Characters of the shortest line at which text is taken to be broken. */
const NARROWEST = 40;

/** What a mail program writes before each line of a quotation. */
const QUOTATION = /^[\s>|]+/;

/** Lines broken at the same width that make a wrapped text. */
const FEWEST = 2;

/**
 * The width at which entries of a text are broken: the length of its longest lines, if these continue in the next ones. Then a line that can
 * be read may be the beginning of an entry nevertheless.
 * @param begin of a file, a character a byte
 */
export function wrappedAt(begin: string, { entry, isOneLine }: LineFormat): number | undefined {
  if (isOneLine) return undefined;
  const lines = begin.split('\n').slice(0, -1).map(plainOf);
  const width = lines.reduce((most, line) => Math.max(most, line.length), NARROWEST);
  let count = 0;
  let isInEntry = false;
  for (const [i, line] of lines.entries()) {
    isInEntry = line.length === width && (isInEntry || entry.test(line));
    if (isInEntry && i + 1 < lines.length && !entry.test(lines[i + 1]) && !isIdle(lines[i + 1])) count++;
    else isInEntry = false;
  }
  return count >= FEWEST ? width : undefined;
}

const plainOf = (line: string): string => withoutColors(line).replace(/\r$/, '');

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

  constructor(format: LineFormat, { surroundings }: Entries, width = NARROWEST) {
    this.#width = width;
    this.#format = format;
    this.#entries = new Entries({ ...surroundings, mostShapes: 0 }, this.#report);
  }

  /** @param lines a character a byte; the first one begins an entry */
  join(lines: readonly string[]): Joined {
    const [first, ...rest] = lines;
    for (const line of lines) this.#width = Math.max(this.#width, line.length);
    const spaced = [first.trimEnd(), ...rest.map(line => line.replace(QUOTATION, ''))].join(' ');
    if (this.#format.isOneLine) return { kind: 'entry', text: spaced };
    const unknown = this.#unknownIn(spaced);
    if (unknown === 0) return { kind: 'entry', text: spaced };
    const isFull = (line: string): boolean => line.length === this.#width;
    const full = lines.slice(1).reduce((text, line, i) => text + (isFull(lines[i]) ? line : ` ${line}`), first);
    const [best, other] = [lines.join(''), full]
      .map(text => ({ text, unknown: this.#unknownIn(text) }))
      .sort((a, b) => a.unknown - b.unknown);
    if (best.unknown === 0) return { kind: 'entry', text: best.text };
    const alone = this.#unknownIn(first);
    if (alone <= Math.min(unknown, best.unknown) && alone !== UNREADABLE)
      return { kind: isFull(first) ? 'unclear' : 'first' };
    if (unknown < best.unknown) return { kind: 'entry', text: spaced };
    const isClear = best.unknown < unknown && (best.unknown < other.unknown || best.text === other.text);
    return isClear ? { kind: 'entry', text: best.text } : { kind: 'unclear' };
  }

  /** How many words of an entry have no meaning; `UNREADABLE` if it cannot be read. */
  #unknownIn(text: string): number {
    const decoration = decorationOf(text, this.#format.entry, this.#entries.surroundings.taken);
    const bytes = Buffer.from(text.slice(decoration?.text.length ?? 0), 'latin1');
    this.#reader ??= this.#format.make(this.#entries);
    this.#report.count = 0;
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

const UNREADABLE = Number.POSITIVE_INFINITY;

class UnknownWords implements Report {
  count = 0;
  unknown(): void {
    this.count++;
  }
  skip(): void {}
  note(): void {}
  accept(): void {}
  discard(): void {}
  prefix(): void {}
}
