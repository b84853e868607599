import type { ILookaheadStrategy, OptionalProductionType, Rule } from 'chevrotain';
import { DECISIONS } from './generated/decisions.js';
import { Choice, type ChoiceKind, choiceName, type TokenSource } from './lookahead.js';
import type { Alternative } from './rules/notation.js';
import { VOCABULARY } from './tokens.js';

const KINDS: Partial<Record<OptionalProductionType, ChoiceKind>> = {
  Option: 'OPTION',
  Repetition: 'MANY',
  RepetitionMandatoryWithSeparator: 'AT_LEAST_ONE_SEP',
};

/** What our notation calls an optional or repeated part. */
export function kindOf(type: OptionalProductionType, rule: Rule): ChoiceKind {
  const kind = KINDS[type];
  if (kind === undefined) throw new Error(`${rule.name}: the notation has no ${type}`);
  return kind;
}

const choiceOf = (rule: Rule, kind: ChoiceKind, occurrence: number): Choice =>
  new Choice(DECISIONS[rule.name][choiceName(kind, occurrence)], VOCABULARY);

/** Lets chevrotain's parser decide by `generated/decisions.ts`: to analyse the rules anew takes longer than to parse a statement. */
export const decidedLookahead: ILookaheadStrategy = {
  validate: () => [],
  buildLookaheadForAlternation({ rule, prodOccurrence }) {
    let choice: Choice | undefined;
    return function (this: TokenSource, alternatives) {
      choice ??= choiceOf(rule, 'OR', prodOccurrence);
      return choice.of(this, alternatives as readonly Alternative[] | undefined);
    };
  },
  buildLookaheadForOptional({ rule, prodType, prodOccurrence }) {
    let choice: Choice | undefined;
    return function (this: TokenSource) {
      choice ??= choiceOf(rule, kindOf(prodType, rule), prodOccurrence);
      return choice.of(this) === 0;
    };
  },
};
