import { getLookaheadPaths, type ILookaheadStrategy, LLkLookaheadStrategy, type TokenType } from 'chevrotain';
import { kindOf } from '../../grammar/decided-lookahead.js';
import { type ChoiceKind, choiceName, type Decision, type Decisions } from '../../grammar/lookahead.js';
import { CtqParser } from '../../grammar/parser.js';
import { VOCABULARY } from '../../grammar/tokens.js';

type Strategy = Required<ILookaheadStrategy>;
type AlternationOptions = Parameters<Strategy['buildLookaheadForAlternation']>[0];
type OptionalOptions = Parameters<Strategy['buildLookaheadForOptional']>[0];
type Paths = readonly (readonly (readonly TokenType[])[])[];

/** Decides as chevrotain's own strategy does, and records each decision. */
class RecordingStrategy extends LLkLookaheadStrategy {
  readonly decisions: Record<string, Record<string, Decision>> = {};

  override buildLookaheadForAlternation(
    options: AlternationOptions,
  ): ReturnType<Strategy['buildLookaheadForAlternation']> {
    const paths = getLookaheadPaths({ ...options, occurrence: options.prodOccurrence, prodType: 'Alternation' });
    this.#record(options, 'OR', { isGated: options.hasPredicates === true, paths: indexes(paths) });
    return super.buildLookaheadForAlternation(options);
  }

  override buildLookaheadForOptional(options: OptionalOptions): ReturnType<Strategy['buildLookaheadForOptional']> {
    const kind = kindOf(options.prodType, options.rule);
    const [inside] = getLookaheadPaths({ ...options, occurrence: options.prodOccurrence });
    this.#record(options, kind, { isGated: false, paths: indexes([inside]) });
    return super.buildLookaheadForOptional(options);
  }

  #record({ rule, prodOccurrence }: AlternationOptions | OptionalOptions, kind: ChoiceKind, decision: Decision): void {
    this.decisions[rule.name] ??= {};
    this.decisions[rule.name][choiceName(kind, prodOccurrence)] = decision;
  }
}

const indexes = (paths: Paths): number[][][] =>
  paths.map(alternative => alternative.map(path => path.map(type => VOCABULARY.indexOf(type))));

/** Analyses the grammar. @returns what decides each of its choices, for `generated/decisions.ts` */
export function decisions(): Decisions {
  const strategy = new RecordingStrategy({ maxLookahead: 1 });
  new CtqParser({ validate: true, strategy });
  return strategy.decisions;
}
