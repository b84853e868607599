/** The texts of tokens. */
import type { IToken } from 'chevrotain';
import { endOf } from '../../../../../grammar/lexer.js';
import { shorten } from '../../../diagnostics/shorten.js';

export const wordOf = (token: IToken | undefined): string => token?.image.toLowerCase() ?? '';

/** Tokens as they were written, with one space where there was white space. */
export const textOf = (tokens: readonly IToken[]): string =>
  tokens
    .map((token, i) => (i > 0 && token.startOffset > endOf(tokens[i - 1]) ? ` ${token.image}` : token.image))
    .join('');

/** The same, shortened for a hint. */
export const shortText = (tokens: readonly IToken[]): string => shorten(textOf(tokens), 60);

/** The text of the tokens from a place on that no space separates: `a-cl`. */
export function joinedText(tokens: readonly IToken[], at: number): string {
  let end = at + 1;
  while (end < tokens.length && tokens[end].startOffset === endOf(tokens[end - 1])) end++;
  return textOf(tokens.slice(at, end));
}
