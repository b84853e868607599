import type { CustomPatternMatcherFunc, IToken, TokenType } from 'chevrotain';
import { LEXED, SKIPPED } from './tokens.js';

/** Something in a text that is no token: where, and what it looks like. */
export interface Stray {
  readonly kind: 'character' | 'foreign' | 'text' | 'comment' | 'dashes';
  readonly start: number;
  readonly end: number;
}

/** A token type that is told by an expression or a text, and its expression. */
interface Simple {
  readonly type: TokenType;
  readonly source: string;
}

const simple: Simple[] = LEXED.flatMap(type =>
  type.PATTERN instanceof RegExp ? { type, source: type.PATTERN.source } : [],
);
const symbols = new Map(LEXED.flatMap(type => (typeof type.PATTERN === 'string' ? [[type.PATTERN, type]] : [])));
const escaped = (text: string): string => text.replace(/[^\w\s]/g, '\\$&');

/** All of them at once, each in a group of its own, in the order of their types; the last group is the symbols'. */
const PATTERN = new RegExp(
  [...simple.map(({ source }) => source), [...symbols.keys()].map(escaped).join('|')]
    .map(source => `(${source})`)
    .join('|'),
  'y',
);

/** What code tells, by the first character. */
const custom = new Map<string, TokenType[]>();
for (const type of LEXED) {
  if (typeof type.PATTERN !== 'function') continue;
  for (const first of type.START_CHARS_HINT ?? []) {
    const character = String(first);
    custom.set(character, [...(custom.get(character) ?? []), type]);
  }
}

interface Scanned {
  readonly tokens: IToken[];
  readonly comments: IToken[];
  readonly strays: Stray[];
}

/** Characters of a step. */
const STEP = 64 * 1024;

/**
 * Takes a text apart by the token types' patterns. chevrotain's own lexer does the same (the tests compare them), but first
 * analyses the patterns for longer than most statements take altogether. In short steps, between which a caller may do something else.
 */
export function* scanning(text: string): Generator<void, Scanned> {
  let pause = STEP;
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const strays: Stray[] = [];
  for (let start = 0; start < text.length; ) {
    if (start >= pause) {
      pause = start + STEP;
      yield;
    }
    const token = customAt(text, start, tokens) ?? simpleAt(text, start);
    if (token === undefined) {
      const last = strays.at(-1);
      if (last?.end === start) strays[strays.length - 1] = { ...last, end: start + 1 };
      else strays.push({ kind: 'character', start, end: start + 1 });
      start++;
      continue;
    }
    const { GROUP } = token.tokenType;
    if (GROUP === undefined) tokens.push(token);
    else if (GROUP !== SKIPPED) comments.push(token);
    start += token.image.length;
  }
  return { tokens, comments, strays };
}

function customAt(text: string, start: number, tokens: IToken[]): IToken | undefined {
  const types = custom.get(text[start]);
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
  for (let group = 0; group < simple.length; group++) {
    if (match[group + 1] !== undefined) return tokenOf(simple[group].type, image, start);
  }
  return tokenOf(symbols.get(image)!, image, start);
}

/** With both offsets, as the tree's nodes want them. The type's number is chevrotain's, who gives it: see `number` in parser.ts. */
const tokenOf = (type: TokenType, image: string, start: number): IToken => ({
  image,
  startOffset: start,
  endOffset: start + image.length - 1,
  tokenTypeIdx: 0,
  tokenType: type,
});

/** What work in steps comes to, done at once. */
export function allOf<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
