import { getLookaheadPaths, type ILookaheadStrategy, LLkLookaheadStrategy, type TokenType } from 'chevrotain';
import type { Decision, Decisions } from '../../grammar/lookahead.js';
import { CtqParser } from '../../grammar/parser.js';
import { VOCABULARY } from '../../grammar/tokens.js';

type Strategy = Required<ILookaheadStrategy>;
type Paths = readonly (readonly (readonly TokenType[])[])[];

/** Decides as chevrotain does, and notes of what. */
class NotingStrategy extends LLkLookaheadStrategy {
  readonly noted = new Map<unknown, Decision>();

  override buildLookaheadForAlternation(
    options: Parameters<Strategy['buildLookaheadForAlternation']>[0],
  ): ReturnType<Strategy['buildLookaheadForAlternation']> {
    const built = super.buildLookaheadForAlternation(options);
    const paths = getLookaheadPaths({ ...options, occurrence: options.prodOccurrence, prodType: 'Alternation' });
    this.note(built, { isGated: options.hasPredicates === true, paths: places(paths) });
    return built;
  }

  override buildLookaheadForOptional(
    options: Parameters<Strategy['buildLookaheadForOptional']>[0],
  ): ReturnType<Strategy['buildLookaheadForOptional']> {
    const built = super.buildLookaheadForOptional(options);
    const [inside] = getLookaheadPaths({ ...options, occurrence: options.prodOccurrence });
    this.note(built, { isGated: false, paths: places([inside]) });
    return built;
  }

  private note(built: unknown, decision: Decision): void {
    this.noted.set(built, decision);
  }
}

const places = (paths: Paths): number[][][] =>
  paths.map(alternative => alternative.map(path => path.map(type => VOCABULARY.indexOf(type))));

/** Analyses the grammar. @returns what decides at each of its places, for `generated/decisions.ts` */
export function decisions(): Decisions {
  const strategy = new NotingStrategy({ maxLookahead: 1 });
  const parser = new CtqParser({ validate: true, strategy });
  return [...parser.lookaheadFunctions].map(([key, built]) => {
    const decision = strategy.noted.get(built);
    if (decision === undefined) throw new Error(`nothing is known of the place ${key} of the grammar`);
    return [key, decision];
  });
}
