/**
 * Entries that were filled as a paragraph, as fmt(1) and editors do: lines are broken between words, and an entry begins in the middle of
 * the line in which the one before it ends. All lines are one text then, which is cut where entries begin.
 */
import { isIdle, withoutCount } from '../decoration.js';
import type { LineFormat } from '../reader.js';
import { ParseError } from '../report/parse-error.js';

/** Characters of the longest entry. */
const LONGEST = 16 * 1024;

interface Line {
  readonly number: number;
  readonly text: string;
}

/** How an entry begins among words. */
const amongWords = (begin: RegExp): RegExp => new RegExp(`(?<!\\S)(?:${begin.source})`, 'g');

/** Whether entries of a text begin in the middle of lines, after words of the one before. @param begin of a file, a character a byte */
export function isReflowed(begin: string, { glued, continued }: LineFormat): boolean {
  if (glued === undefined || continued === undefined) return false;
  const atBegin = new RegExp(glued, 'y');
  const entries = amongWords(glued);
  let before = '';
  for (const line of begin.split('\n')) {
    const text = line.trim();
    atBegin.lastIndex = 0;
    if (atBegin.test(text)) {
      before = text;
      continue;
    }
    // The name of a protocol may end a line, and its number begin the next.
    const joined = `${before} ${text}`;
    for (const { index } of joined.matchAll(entries)) {
      if (index > before.length + 1 && areWords(joined.slice(before.length, index), continued) && before !== '')
        return true;
      const isSplit = index > 0 && index <= before.length;
      if (isSplit && glued.exec(before.slice(index)) === null && areWords(lastWord(before, index), continued))
        return true;
    }
    before = isIdle(text) ? '' : text;
  }
  return false;
}

const areWords = (text: string, word: RegExp): boolean => {
  const words = text.trim().split(/\s+/);
  return words[0] !== '' && words.every(each => word.test(each));
};

const lastWord = (text: string, end: number): string => /\S*\s*$/.exec(text.slice(0, end))![0];

/** What can be read of such lines. */
export interface Reading {
  /** @throws ParseError */
  read(entry: string): void;
  skip(number: number, text: string, reason: string): void;
}

export class ReflowedLines {
  readonly #begin: RegExp;
  readonly #reading: Reading;
  /** Lines that have not ended an entry. */
  #lines: Line[] = [];

  constructor(begin: RegExp, reading: Reading) {
    this.#begin = amongWords(begin);
    this.#reading = reading;
  }

  take(line: Line): void {
    const text = line.text.trim();
    if (isIdle(text)) this.flush();
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
      if (hasWordTwice(text)) throw new ParseError(UNCLEAR);
      this.#reading.read(text);
    } catch (error) {
      this.#reading.skip(number, text, (error as Error).message);
    }
  }
}

const UNCLEAR = 'words of several entries';

/** Words of an entry that occur once; others occur in both directions. */
const ONCE = /(?<!\S)(?:mark|use|secctx|zone|delta-time)=/g;
const EITHER = /(?<!\S)(?:src|dst|sport|dport|packets|bytes)=/g;

/** Whether words are those of more than one entry. */
function hasWordTwice(text: string): boolean {
  const count = (words: RegExp): Map<string, number> => {
    const found = new Map<string, number>();
    for (const [word] of text.matchAll(words)) found.set(word, (found.get(word) ?? 0) + 1);
    return found;
  };
  return [...count(ONCE).values()].some(n => n > 1) || [...count(EITHER).values()].some(n => n > 2);
}
