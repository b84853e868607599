import type { ILookaheadStrategy, Rule } from 'chevrotain';
import { expectedWords } from './expected.js';
import { DECISIONS } from './generated/decisions.js';
import { type Lookahead, lookaheads } from './lookahead.js';
import { ExpressionRules } from './rules/expressions.js';
import { VOCABULARY } from './tokens.js';

export interface ParserOptions {
  /** Go on behind a mistake with the next clause. Costs time to set up, so it is done only once there is a mistake. */
  readonly recovery?: boolean;
  /** Check the grammar itself. */
  readonly validate?: boolean;
  readonly strategy?: ILookaheadStrategy;
}

/** What of chevrotain's parser its declarations leave out. */
interface Internals {
  lookAheadFuncsCache: Map<number, Lookahead>;
  selfAnalysisDone: boolean;
}

/** A parser that has analysed its grammar: it knows what may follow, and what was expected at a mistake. */
export class CtqParser extends ExpressionRules {
  constructor({ recovery = false, validate = false, strategy }: ParserOptions = {}) {
    super(VOCABULARY, {
      maxLookahead: 1,
      recoveryEnabled: recovery,
      nodeLocationTracking: 'onlyOffset',
      skipValidations: !validate,
      errorMessageProvider: expectedWords,
      ...(strategy && { lookaheadStrategy: strategy }),
    });
    this.performSelfAnalysis();
  }

  /** What decides at each place of the grammar, by chevrotain's keys. */
  get lookaheadFunctions(): ReadonlyMap<number, Lookahead> {
    return (this as unknown as Internals).lookAheadFuncsCache;
  }

  // A token made up, or left out, to go on would give a tree that nobody wrote, and messages about it.
  override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }
}

/**
 * Parses as a CtqParser does, by what was found out about the grammar when it was written: a one-liner need not wait for the
 * analysis (tens of milliseconds). What only the analysis knows is asked of a parser that made it.
 */
class PreparedParser extends CtqParser {
  override performSelfAnalysis(): void {
    const internals = this as unknown as Internals;
    internals.lookAheadFuncsCache = lookaheads(DECISIONS, VOCABULARY);
    internals.selfAnalysisDone = true;
  }

  /** Asked for by errors, which say what was expected. */
  override getGAstProductions(): Record<string, Rule> {
    return analysingParser().getGAstProductions();
  }
}

const made: { prepared?: CtqParser; analysing?: CtqParser; recovering?: CtqParser } = {};

/** The parser, made when it is first needed. It knows too little to tell what may follow. */
export const parser = (): CtqParser => {
  made.prepared ??= new PreparedParser();
  return made.prepared;
};

/** The parser that can tell what may follow. */
export const analysingParser = (): CtqParser => {
  made.analysing ??= new CtqParser();
  return made.analysing;
};

/** The parser that goes on behind mistakes. */
export const recoveringParser = (): CtqParser => {
  made.recovering ??= new CtqParser({ recovery: true });
  return made.recovering;
};
