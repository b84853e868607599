import type { IToken, TokenType } from 'chevrotain';
import { parser, setTokenTypeIndexes } from '../../../grammar/parser.js';
import { keywordOf } from '../../../grammar/tokens.js';

/** What the grammar allows next, and in which rule. */
export interface Follower {
  readonly type: TokenType;
  /** The rules that are open there, the innermost last. */
  readonly rules: readonly string[];
}

/** Finding out walks the grammar along all tokens; behind longer texts nothing is known. */
const MAX_TOKENS = 500;

export function followers(entry: 'statement' | 'expression', tokens: readonly IToken[]): Follower[] {
  if (tokens.length > MAX_TOKENS) return [];
  const analysing = parser();
  setTokenTypeIndexes(tokens);
  const paths = analysing.computeContentAssist(entry, [...tokens]);
  return paths.map(({ nextTokenType, ruleStack }) => ({ type: nextTokenType, rules: ruleStack }));
}

/** The keyword that a token type stands for; undefined for other types. */
export function keywordOfType(type: TokenType): string | undefined {
  const word = type.name.toLowerCase();
  return keywordOf(word) === type ? word : undefined;
}

export const keywordsAmong = (follow: readonly Follower[]): string[] => [
  ...new Set(follow.flatMap(({ type }) => keywordOfType(type) ?? [])),
];
