import type { IToken, TokenType } from 'chevrotain';
import type { Alternative } from './rules/notation.js';
import { isA } from './tokens.js';

/**
 * What decides at one place of the grammar: behind which tokens each alternative is taken. A part that may be left out, or repeated, is a
 * single alternative. Token types are told by their place in the vocabulary.
 */
export interface Decision {
  /** Whether alternatives have conditions of their own besides. */
  readonly isGated: boolean;
  /** Of each alternative its paths, of each path its tokens. */
  readonly paths: readonly (readonly (readonly number[])[])[];
}

/** The key of a place, with what decides there. */
export type Decisions = readonly (readonly [key: number, decision: Decision])[];

/** chevrotain's keys of places: the number of the rule, the kind of part, and which of that kind it is. */
export const PLACE = { or: 1 << 8, option: 2 << 8, many: 3 << 8, atLeastOneSep: 6 << 8 } as const;
/** The key of the rule that was made as the n-th, from 0. */
export const ruleKey = (n: number): number => (256 + n) << 12;

/** Where a choice reads what follows. */
export interface Ahead {
  LA(howMuch: number): IToken;
}

/** The choice at one place. */
export class Choice {
  readonly #paths: readonly (readonly (readonly TokenType[])[])[];
  readonly #isGated: boolean;
  /** The alternatives that may begin with a token of a type: worked out when the first of them comes. */
  readonly #candidates = new Map<TokenType, readonly number[]>();
  /** Whether one token tells all. */
  readonly #isShort: boolean;

  constructor({ isGated, paths }: Decision, vocabulary: readonly TokenType[]) {
    this.#paths = paths.map(alternative => alternative.map(path => path.map(place => vocabulary[place])));
    this.#isGated = isGated;
    this.#isShort = !isGated && paths.every(alternative => alternative.every(path => path.length === 1));
  }

  /** @returns the number of the alternative to take, from 0; undefined where none fits */
  of(ahead: Ahead, alternatives?: readonly Alternative[]): number | undefined {
    const first = ahead.LA(1).tokenType;
    let candidates = this.#candidates.get(first);
    if (candidates === undefined) {
      candidates = this.#beginningWith(first);
      this.#candidates.set(first, candidates);
    }
    if (this.#isShort) return candidates[0];
    return candidates.find(
      number => !(this.#isGated && alternatives?.[number].GATE?.() === false) && this.#fits(number, ahead),
    );
  }

  #beginningWith(first: TokenType): number[] {
    return this.#paths.flatMap((paths, number) => (paths.some(([type]) => isA(first, type)) ? [number] : []));
  }

  #fits(number: number, ahead: Ahead): boolean {
    return this.#paths[number].some(path => path.every((type, at) => isA(ahead.LA(at + 1).tokenType, type)));
  }
}
