import { CstParser, type ILookaheadStrategy, type IToken, type ParserMethod } from 'chevrotain';
import { errorMessages } from './expected.js';
import { ExpressionRules } from './rules/expressions.js';
import type { Engine, Rule } from './rules/notation.js';
import { VOCABULARY } from './tokens.js';

export interface ParserOptions {
  /** Go on behind a mistake with the next clause. Costs time to set up, so it is done only once there is a mistake. */
  readonly recovery?: boolean;
  /** Check the grammar itself. */
  readonly validate?: boolean;
  readonly strategy?: ILookaheadStrategy;
}

type Method = ParserMethod<[], ReturnType<CstParser['subrule']>>;

class Rules extends ExpressionRules {}

// A parser gives numbers to the types of tokens, but after it has looked whether these have categories.
new (class extends CstParser {
  constructor() {
    super(VOCABULARY);
  }
})();

/** chevrotain's parser: it knows what may follow, and what was expected at a mistake. */
export class CtqParser extends CstParser {
  declare readonly statement: Method;
  declare readonly expression: Method;

  constructor({ recovery = false, validate = false, strategy }: ParserOptions = {}) {
    super(VOCABULARY, {
      maxLookahead: 1,
      recoveryEnabled: recovery,
      nodeLocationTracking: 'onlyOffset',
      skipValidations: !validate,
      errorMessageProvider: errorMessages,
      ...(strategy && { lookaheadStrategy: strategy }),
    });
    new Rules(this.#engine());
    this.performSelfAnalysis();
  }

  #engine(): Engine {
    return {
      rule: (name, body) => {
        const method = this.RULE(name, body);
        // Where chevrotain's analysis looks for it.
        Object.assign(this, { [name]: method });
        return method as unknown as Rule;
      },
      consume: (occurrence, type, options) => this.consume(occurrence, type, options),
      subrule: (occurrence, rule) => this.subrule(occurrence, rule as unknown as Method),
      option: (occurrence, action) => this.option(occurrence, action),
      or: (occurrence, alternatives) => this.or(occurrence, alternatives),
      many: (occurrence, action) => this.many(occurrence, action),
      atLeastOneSep: separated => this.AT_LEAST_ONE_SEP(separated),
      LA: howMuch => this.LA(howMuch),
    };
  }

  // A token made up, or left out, to go on would give a tree that nobody wrote, and messages about it.
  override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }
}

const made: { analysing?: CtqParser; recovering?: CtqParser } = {};

/** The parser that tells what is wrong, and what may follow, made when it is first needed. */
export const parser = (): CtqParser => {
  made.analysing ??= new CtqParser();
  return made.analysing;
};

/** The parser that goes on behind mistakes. */
export const recoveringParser = (): CtqParser => {
  made.recovering ??= new CtqParser({ recovery: true });
  return made.recovering;
};

/** Gives tokens the numbers that chevrotain gave to their types when its first parser was made. */
export function setTokenTypeIndexes(tokens: readonly IToken[]): void {
  for (const token of tokens) token.tokenTypeIdx = token.tokenType.tokenTypeIdx!;
}
