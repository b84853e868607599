import type { IToken } from 'chevrotain';
import { endOf } from '../../../grammar/lexer.js';
import { LeftParen, RightParen } from '../../../grammar/tokens.js';
import type { Span } from '../diagnostics/span.js';
import { MAX_PARENTHESES } from './operators.js';

/** The first parenthesis beyond the limit, found before parsing, as the parser recurses at each. */
export function tooDeep(tokens: readonly IToken[]): Span | undefined {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === LeftParen && ++depth > MAX_PARENTHESES)
      return { start: token.startOffset, end: endOf(token) };
    if (token.tokenType === RightParen && depth > 0) depth--;
  }
  return undefined;
}
