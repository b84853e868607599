/** What other programs write after an entry: the quote that closes a text, and what follows it; a comma between texts. */
import type { LineFormat } from './reader.js';

/** A quote opens a text where a word may begin. */
const OPENING = /(?<![\w\\])["'`]/;

/** The quote that is open at the end of a text. */
function openQuote(text: string): string | undefined {
  for (let rest = text; ; ) {
    const open = OPENING.exec(rest);
    if (open === null) return undefined;
    const [quote] = open;
    rest = rest.slice(open.index + 1);
    const close = closingQuote(rest, quote);
    if (close < 0) return quote;
    rest = rest.slice(close + 1);
  }
}

const closingQuote = (text: string, quote: string): number => {
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) if (text[at - 1] !== '\\') return at;
  return -1;
};

/** Where an entry ends in a text. */
export interface LineEnd {
  readonly entry: string;
  /** After it, without the closing quote. */
  readonly rest: string;
}

/**
 * The entry without the quote that ends it, if one begins it.
 * @param prefix what precedes it
 */
export function withoutQuote(text: string, prefix: string, { isExact }: Pick<LineFormat, 'isExact'>): LineEnd {
  const none = { entry: text, rest: '' };
  // Most prefixes have no quote at all.
  const quote = /["'`]/.test(prefix) ? openQuote(prefix) : undefined;
  if (quote === undefined) return none;
  // Where entries have quotes of their own, only one at the end closes the text.
  const at = isExact ? (new RegExp(`${quote}[,;]?\\s*$`).exec(text)?.index ?? -1) : closingQuote(text, quote);
  return at < 0 ? none : { entry: text.slice(0, at), rest: text.slice(at + 1).trim() };
}

const SEPARATOR = /(?<!["'`])([,;])\s*$/;

export const withoutSeparator = (text: string): string => text.replace(SEPARATOR, '');

/** Lines that show it. */
const MAX_LINES = 100;

/** The comma or semicolon that ends each line with an entry; undefined if none does. @param begin of a file, a character a byte */
export function separatorOf(begin: string, { entry, isOneLine }: LineFormat): string | undefined {
  if (isOneLine) return undefined;
  const lines = begin.split('\n', MAX_LINES);
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const ends = whole.filter(line => entry.test(line)).map(line => SEPARATOR.exec(line)?.[1]);
  return ends.every(end => end === ends[0]) ? ends[0] : undefined;
}
