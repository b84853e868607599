import type { IToken } from 'chevrotain';
import { allOf, type Stray, scanning } from './scan.js';

import { DashedWord, Foreign, Identifier, keywordOf, OpenComment, OpenText, Reserved } from './tokens.js';

export interface Lexed {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  /** In the order of the text. */
  readonly strays: readonly Stray[];
}

const FOREIGN = { '&&': Reserved.and, '||': Reserved.or, '!': Reserved.not };

/** The tokens of a text, keywords told from names. Never fails: what is no token is listed apart. */
export const lex = (text: string): Lexed => allOf(lexing(text));

/** The same in short steps, between which a caller may do something else. */
export function* lexing(text: string): Generator<void, Lexed> {
  const { tokens, comments, strays } = yield* scanning(text);
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === Identifier) {
      const keyword = keywordOf(token.image);
      if (keyword) retype(token, keyword);
    } else if (type === Foreign) {
      strays.push({ kind: 'foreign', start: token.startOffset, end: endOf(token) });
      retype(token, FOREIGN[token.image as keyof typeof FOREIGN]);
    } else if (type === OpenText) {
      strays.push({ kind: 'text', start: token.startOffset, end: endOf(token) });
    }
  }
  for (const { tokenType, startOffset, image } of comments) {
    if (tokenType !== DashedWord) continue;
    strays.push({ kind: 'dashes', start: startOffset, end: startOffset + /^[^\s;]*/.exec(image)![0].length });
  }
  const last = comments.at(-1);
  if (last?.tokenType === OpenComment) strays.push({ kind: 'comment', start: last.startOffset, end: text.length });
  strays.sort((a, b) => a.start - b.start);
  return { tokens, comments, strays };
}

/** Makes a token one of another type, as if it had been lexed so. */
export function retype(token: IToken, type: IToken['tokenType']): void {
  token.tokenType = type;
}

/** The offset behind a token. */
export const endOf = (token: IToken): number => token.startOffset + token.image.length;
