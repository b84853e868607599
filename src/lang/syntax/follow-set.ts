import type { IToken, TokenType } from 'chevrotain';
import { type Follower, followersOf } from '../../../grammar/followers.js';
import { keywordOf } from '../../../grammar/tokens.js';

export type { Follower } from '../../../grammar/followers.js';

/** Longer texts get no candidates. */
const MAX_TOKENS = 500;

export const followers = (entry: 'statement' | 'expression', tokens: readonly IToken[]): readonly Follower[] =>
  tokens.length > MAX_TOKENS ? [] : followersOf(entry, tokens);

/** The keyword of a token type; undefined for other types. */
export function keywordOfType(type: TokenType): string | undefined {
  const word = type.name.toLowerCase();
  return keywordOf(word) === type ? word : undefined;
}

export const keywordsAmong = (follow: readonly Follower[]): string[] => [
  ...new Set(follow.flatMap(({ type }) => keywordOfType(type) ?? [])),
];
