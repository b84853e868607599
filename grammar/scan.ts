import type { CustomPatternMatcherFunc, IToken, TokenType } from 'chevrotain';
import { LEXED, Semicolon, SKIPPED } from './tokens.js';

/** A part of a text that is not a valid token. */
export interface LexError {
  readonly kind: 'character' | 'foreign' | 'text' | 'comment' | 'dashes';
  readonly start: number;
  readonly end: number;
}

/** A token type that a regular expression recognizes. */
interface Simple {
  readonly type: TokenType;
  readonly source: string;
}

const patterns: Simple[] = LEXED.flatMap(type =>
  type.PATTERN instanceof RegExp ? { type, source: type.PATTERN.source } : [],
);
const symbols = new Map(LEXED.flatMap(type => (typeof type.PATTERN === 'string' ? [[type.PATTERN, type]] : [])));
const escaped = (text: string): string => text.replace(/[^\w\s]/g, '\\$&');

/** All patterns as alternatives, each in a group of its own, in the order of their types; the last group is for symbols. */
const PATTERN = new RegExp(
  [...patterns.map(({ source }) => source), [...symbols.keys()].map(escaped).join('|')]
    .map(source => `(${source})`)
    .join('|'),
  'y',
);

/** Token types that a function recognizes, by first character. */
const matchers = new Map<string, TokenType[]>();
for (const type of LEXED) {
  if (typeof type.PATTERN !== 'function') continue;
  for (const first of type.START_CHARS_HINT ?? []) {
    const character = String(first);
    matchers.set(character, [...(matchers.get(character) ?? []), type]);
  }
}

interface Scanned {
  readonly tokens: IToken[];
  readonly comments: IToken[];
  readonly errors: LexError[];
}

/** Characters per step. */
const STEP = 64 * 1024;

/**
 * Splits a text by the patterns of the token types, in short steps, so that a caller can yield in between. chevrotain's lexer
 * does the same (tests compare them), but first analyses the patterns, which takes longer than most statements.
 * @param mostStatements after one more the rest is not read
 */
export function* scanSteps(text: string, mostStatements = Number.POSITIVE_INFINITY): Generator<void, Scanned> {
  let pause = STEP;
  let statements = 0;
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const errors: LexError[] = [];
  for (let start = 0; start < text.length && statements <= mostStatements; ) {
    if (start >= pause) {
      pause = start + STEP;
      yield;
    }
    const token = customAt(text, start, tokens) ?? simpleAt(text, start);
    if (token === undefined) {
      const last = errors.at(-1);
      if (last?.end === start) errors[errors.length - 1] = { ...last, end: start + 1 };
      else errors.push({ kind: 'character', start, end: start + 1 });
      start++;
      continue;
    }
    const { GROUP } = token.tokenType;
    if (token.tokenType === Semicolon) statements++;
    if (GROUP === undefined) tokens.push(token);
    else if (GROUP !== SKIPPED) comments.push(token);
    start += token.image.length;
  }
  return { tokens, comments, errors };
}

function customAt(text: string, start: number, tokens: IToken[]): IToken | undefined {
  const types = matchers.get(text[start]);
  if (types === undefined) return undefined;
  for (const type of types) {
    const match = (type.PATTERN as CustomPatternMatcherFunc)(text, start, tokens, {});
    if (match) return tokenOf(type, match[0], start);
  }
  return undefined;
}

function simpleAt(text: string, start: number): IToken | undefined {
  PATTERN.lastIndex = start;
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const image = match[0];
  for (let group = 0; group < patterns.length; group++) {
    if (match[group + 1] !== undefined) return tokenOf(patterns[group].type, image, start);
  }
  return tokenOf(symbols.get(image)!, image, start);
}

/** The type index is set by `setTokenTypeIndexes` (parser.ts) before chevrotain's parser reads the token. */
const tokenOf = (type: TokenType, image: string, start: number): IToken => ({
  image,
  startOffset: start,
  endOffset: start + image.length - 1,
  tokenTypeIdx: 0,
  tokenType: type,
});

/** Runs all steps. @returns their result */
export function runSteps<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
