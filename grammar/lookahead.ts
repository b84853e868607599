import type { IToken, TokenType } from 'chevrotain';
import type { Alternative } from './rules/notation.js';
import { isA } from './tokens.js';

/**
 * The decision of a choice in the grammar: the tokens at which each alternative is taken. An optional or repeated part is a single
 * alternative. A token type is given by its index in the vocabulary.
 */
export interface Decision {
  /** Whether alternatives also have conditions (GATE). */
  readonly isGated: boolean;
  /** For each alternative its paths, for each path its tokens. */
  readonly paths: readonly (readonly (readonly number[])[])[];
}

/** The kinds of choices, as the notation calls them. */
export type ChoiceKind = 'OR' | 'OPTION' | 'MANY' | 'AT_LEAST_ONE_SEP';

/** Names a choice within its rule: its kind, and its occurrence where the rule has several of the kind: `OPTION2`. */
export const choiceName = (kind: ChoiceKind, occurrence: number): string =>
  occurrence === 0 ? kind : `${kind}${occurrence}`;

/** The decision of each choice, by the names of its rule and of the choice. */
export type Decisions = Readonly<Record<string, Readonly<Record<string, Decision>>>>;

/** Where a choice reads the next tokens. */
export interface TokenSource {
  LA(howMuch: number): IToken;
}

/** One choice of the grammar, decided by the tokens ahead. */
export class Choice {
  readonly #paths: readonly (readonly (readonly TokenType[])[])[];
  readonly #isGated: boolean;
  /** The alternatives that may begin with a token of a type, computed at the first such token. */
  readonly #candidates = new Map<TokenType, readonly number[]>();
  /** Whether one token decides. */
  readonly #isShort: boolean;

  constructor({ isGated, paths }: Decision, vocabulary: readonly TokenType[]) {
    this.#paths = paths.map(alternative => alternative.map(path => path.map(index => vocabulary[index])));
    this.#isGated = isGated;
    this.#isShort = !isGated && paths.every(alternative => alternative.every(path => path.length === 1));
  }

  /** @returns the number of the alternative to take, from 0; undefined if none fits */
  of(ahead: TokenSource, alternatives?: readonly Alternative[]): number | undefined {
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

  #fits(number: number, ahead: TokenSource): boolean {
    return this.#paths[number].some(path => path.every((type, at) => isA(ahead.LA(at + 1).tokenType, type)));
  }
}
