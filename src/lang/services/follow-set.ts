import type { IToken, TokenType } from 'chevrotain';
import { parser, setTokenTypeIndexes } from '../../../grammar/parser.js';
import { keywordOf } from '../../../grammar/tokens.js';

/** A token type that the grammar allows next, and the rule that it is in. */
export interface Follower {
  readonly type: TokenType;
  /** The rules that are open there, the innermost last. */
  readonly rules: readonly string[];
}

/** Computing followers walks the grammar along all tokens: longer texts get none. */
const MAX_TOKENS = 500;

export function followers(entry: 'statement' | 'expression', tokens: readonly IToken[]): Follower[] {
  if (tokens.length > MAX_TOKENS) return [];
  const analysing = parser();
  setTokenTypeIndexes(tokens);
  const paths = analysing.computeContentAssist(entry, [...tokens]);
  return paths.map(({ nextTokenType, ruleStack }) => ({ type: nextTokenType, rules: ruleStack }));
}

/** The keyword of a token type; undefined for other types. */
export function keywordOfType(type: TokenType): string | undefined {
  const word = type.name.toLowerCase();
  return keywordOf(word) === type ? word : undefined;
}

export const keywordsAmong = (follow: readonly Follower[]): string[] => [
  ...new Set(follow.flatMap(({ type }) => keywordOfType(type) ?? [])),
];
