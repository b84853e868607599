/**
 * Entries that were filled as a paragraph, as fmt(1) and editors do: lines are broken between words, and an entry begins in the middle of
 * the line in which the one before it ends. All lines are one text then, which is cut where entries begin.
 */
import { isIdle, isRemark, TIMED, withoutCount, withoutQuotation } from '../decoration.js';
import type { FilledEntries, LineFormat } from '../reader.js';
import { ParseError } from '../report/parse-error.js';

/** Characters of the longest entry. */
const LONGEST = 16 * 1024;

interface Line {
  readonly number: number;
  readonly text: string;
}

/** How an entry begins among words, with the mark of a quotation, the time of its line, and that of a daemon. */
const amongWords = (begin: RegExp): RegExp =>
  new RegExp(`(?<!\\S)(?:[>|]\\s+)*(?:${TIMED.source}){0,2}(?:${begin.source})`, 'g');

/** Whether entries of a text begin in the middle of lines, after words of the one before. @param begin of a file, a character a byte */
export function isReflowed(begin: string, { filled, isExact }: LineFormat): boolean {
  if (filled === undefined) return false;
  const entries = amongWords(filled.begin);
  let paragraph: string[] = [];
  for (const line of [...begin.split('\n'), '']) {
    const text = withoutQuotation(line).trim();
    if (!isNone(text)) paragraph.push(text);
    else if (isFilled(paragraph, entries, filled.rest, isExact)) return true;
    else paragraph = [];
  }
  return false;
}

/** Whether entries begin in the middle of lines that follow each other. An entry may begin at the end of a line, and be recognised with the next one. */
function isFilled(lines: readonly string[], entries: RegExp, rest: RegExp, isExact: true | undefined): boolean {
  const text = lines.join(' ');
  const begins: number[] = [];
  let at = 0;
  for (const line of lines) {
    begins.push(at);
    at += line.length + 1;
  }
  let line = 0;
  for (const { index, 0: found } of text.matchAll(entries)) {
    while (line + 1 < begins.length && begins[line + 1] <= index) line++;
    if (index === begins[line]) continue;
    const isSplit = index + found.length > begins[line] + lines[line].length;
    const before = text.slice(0, index);
    if (line > 0 && isRest(before, begins[line], rest)) return true;
    // After a whole one in its line, an entry may be that of another program.
    if ((isExact || isSplit) && isRest(before, index - 1, rest)) return true;
  }
  return false;
}

/** Whether a line ends the entry of the line before, and another one begins in it. */
export function continuesWithin(before: string, line: string, { begin, rest }: FilledEntries): boolean {
  const text = ` ${withoutQuotation(line)}`;
  const at = text.search(amongWords(begin));
  const words = text.slice(0, Math.max(at, 0));
  return words.trim() !== '' && isRest(`${before}${words}`, before.length, rest);
}

/** Where a text ends: at empty lines, prompts, comments that are not the remark of an entry. */
const isNone = (text: string): boolean => isIdle(text) && !isRemark(text);

/** Whether the end of a text is that of an entry: from a place on, or from one or two words before it. */
function isRest(text: string, from: number, rest: RegExp): boolean {
  const before = /(?:(\S+\s+)?(\S+\s*))?$/.exec(text.slice(0, from))!;
  const words = text.slice(from);
  return [words.trimStart(), `${before[2] ?? ''}${words}`, `${before[0]}${words}`].some(each => rest.test(each));
}

/** What can be read of such lines. */
export interface Reading {
  /** @throws ParseError */
  read(entry: string): void;
  skip(number: number, text: string, reason: string): void;
}

export class ReflowedLines {
  readonly #format: FilledEntries;
  readonly #begin: RegExp;
  readonly #reading: Reading;
  /** Lines that have not ended an entry. */
  #lines: Line[] = [];

  constructor(format: FilledEntries, reading: Reading) {
    this.#format = format;
    this.#begin = amongWords(format.begin);
    this.#reading = reading;
  }

  take(line: Line): void {
    const text = withoutQuotation(line.text).trim();
    if (isNone(text)) this.flush();
    else {
      this.#lines.push({ number: line.number, text });
      this.#cut(false);
    }
  }

  /** Nothing continues the last entry. */
  flush(): void {
    this.#cut(true);
  }

  #cut(isAll: boolean): void {
    if (this.#lines.length === 0) return;
    const text = this.#lines.map(each => each.text).join(' ');
    const begins = [...text.matchAll(this.#begin)].map(({ index }) => index);
    const isLast = isAll || text.length > LONGEST;
    const ends = isLast ? [...begins, text.length] : begins;
    let from = 0;
    for (const end of ends) {
      const part = text.slice(from, end);
      if (part.trim() !== '') this.#entry(part, this.#lineAt(from));
      from = end;
    }
    this.#keep(text.slice(from), from);
  }

  /** Keeps what may continue. */
  #keep(rest: string, from: number): void {
    const kept: Line[] = [];
    let at = 0;
    for (const { number, text } of this.#lines) {
      const begin = Math.max(from - at, 0);
      if (begin < text.length) kept.push({ number, text: text.slice(begin) });
      at += text.length + 1;
    }
    this.#lines = rest === '' ? [] : kept;
  }

  #lineAt(offset: number): number {
    let at = 0;
    for (const { number, text } of this.#lines) {
      at += text.length + 1;
      if (offset < at) return number;
    }
    return this.#lines.at(-1)!.number;
  }

  #entry(part: string, number: number): void {
    const text = withoutCount(part).trim();
    try {
      if (this.#isOfSeveral(text)) throw new ParseError(UNCLEAR);
      this.#reading.read(text);
    } catch (error) {
      this.#reading.skip(number, text, (error as Error).message);
    }
  }

  /** Whether words are those of more than one entry. */
  #isOfSeveral(text: string): boolean {
    const { once, twice } = this.#format;
    return mostOf(text, once) > 1 || (twice !== undefined && mostOf(text, twice) > 2);
  }
}

const UNCLEAR = 'words of several entries';

/** How often the most frequent of some words occurs. */
function mostOf(text: string, words: RegExp): number {
  const found = new Map<string, number>();
  for (const [word] of text.matchAll(words)) found.set(word, (found.get(word) ?? 0) + 1);
  return Math.max(0, ...found.values());
}
