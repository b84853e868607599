import type { IToken } from 'chevrotain';
import { type LexError, runSteps, scanSteps } from './scan.js';

import { DashedWord, Foreign, Identifier, keywordOf, OpenComment, OpenText, Reserved } from './tokens.js';

export interface Lexed {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  /** In text order. */
  readonly errors: readonly LexError[];
}

const FOREIGN = { '&&': Reserved.and, '!': Reserved.not };

/** The tokens of a text, with keywords recognized. Never throws: characters that form no token are in `errors`. */
export const lex = (text: string): Lexed => runSteps(lexSteps(text));

/**
 * `lex` in short steps, so that a caller can yield in between.
 * @param mostStatements after one more the rest is not read
 */
export function* lexSteps(text: string, mostStatements?: number): Generator<void, Lexed> {
  const { tokens, comments, errors } = yield* scanSteps(text, mostStatements);
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === Identifier) {
      const keyword = keywordOf(token.image);
      if (keyword) retype(token, keyword);
    } else if (type === Foreign) {
      errors.push({ kind: 'foreign', start: token.startOffset, end: endOf(token) });
      retype(token, FOREIGN[token.image as keyof typeof FOREIGN]);
    } else if (type === OpenText) {
      errors.push({ kind: 'text', start: token.startOffset, end: endOf(token) });
    }
  }
  for (const { tokenType, startOffset, image } of comments) {
    if (tokenType !== DashedWord) continue;
    errors.push({ kind: 'dashes', start: startOffset, end: startOffset + /^[^\s;]*/.exec(image)![0].length });
  }
  const last = comments.at(-1);
  if (last?.tokenType === OpenComment) errors.push({ kind: 'comment', start: last.startOffset, end: text.length });
  errors.sort((a, b) => a.start - b.start);
  return { tokens, comments, errors };
}

/** Changes the type of a token, as if it had been lexed as such. */
export function retype(token: IToken, type: IToken['tokenType']): void {
  token.tokenType = type;
}

/** The offset after a token. */
export const endOf = (token: IToken): number => token.startOffset + token.image.length;
