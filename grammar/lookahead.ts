import { type TokenType, tokenMatcher } from 'chevrotain';

/**
 * What decides at one place of the grammar: behind which tokens each alternative is taken. A part that may be left out, or repeated, is a
 * single alternative. Token types are told by their place in the vocabulary.
 */
export interface Decision {
  readonly kind: 'alternatives' | 'optional';
  /** Whether alternatives have conditions of their own besides. */
  readonly isGated: boolean;
  /** Of each alternative its paths, of each path its tokens. */
  readonly paths: readonly (readonly (readonly number[])[])[];
}

/** chevrotain's key of a place, made of rule, method and occurrence, with what decides there. */
export type Decisions = readonly (readonly [key: number, decision: Decision])[];

interface Alternative {
  GATE?(): boolean;
}

/** The part of a parser that looks ahead. */
interface Reader {
  LA(howMuch: number): Parameters<typeof tokenMatcher>[0];
}

/** Called as a method of the parser: the number of the alternative to take, or whether to go in. */
export type Lookahead = (this: Reader, alternatives?: readonly Alternative[]) => number | boolean | undefined;

/** What chevrotain would make of the grammar's analysis, made of its kept result. */
export function lookaheads(decisions: Decisions, vocabulary: readonly TokenType[]): Map<number, Lookahead> {
  return new Map(decisions.map(([key, decision]) => [key, lookahead(decision, vocabulary)]));
}

function lookahead({ kind, isGated, paths }: Decision, vocabulary: readonly TokenType[]): Lookahead {
  const isShort = paths.every(alternative => alternative.every(path => path.length === 1));
  const choose = isShort && !isGated ? byOneToken(paths, vocabulary) : byPaths(paths, vocabulary);
  if (kind === 'alternatives') return choose;
  return function (this: Reader) {
    return choose.call(this) === 0;
  };
}

function byOneToken(paths: Decision['paths'], vocabulary: readonly TokenType[]): Lookahead {
  const choice: (number | undefined)[] = [];
  for (const [alternative, firsts] of paths.entries()) {
    for (const [place] of firsts) {
      const type = vocabulary[place];
      for (const id of [type.tokenTypeIdx!, ...type.categoryMatches!]) choice[id] ??= alternative;
    }
  }
  return function (this: Reader) {
    return choice[this.LA(1).tokenTypeIdx];
  };
}

function byPaths(paths: Decision['paths'], vocabulary: readonly TokenType[]): Lookahead {
  const types = paths.map(alternative => alternative.map(path => path.map(place => vocabulary[place])));
  return function (this: Reader, alternatives) {
    for (const [number, alternative] of types.entries()) {
      if (alternatives?.[number]?.GATE?.call(this) === false) continue;
      const fits = alternative.some(path => path.every((type, at) => tokenMatcher(this.LA(at + 1), type)));
      if (fits) return number;
    }
    return undefined;
  };
}
