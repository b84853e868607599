import { CstParser, type ILookaheadStrategy, type IToken, type ParserMethod } from 'chevrotain';
import { decidedLookahead } from './decided-lookahead.js';
import { errorMessages } from './expected.js';
import { ExpressionRules } from './rules/expressions.js';
import type { Engine, Rule } from './rules/notation.js';
import { VOCABULARY } from './tokens.js';

export interface ParserOptions {
  /** Continue after a syntax error with the next clause. Set up only after the first error, as it takes time. */
  readonly recovery?: boolean;
  /** Check the grammar itself. */
  readonly validate?: boolean;
  /** How it decides; chevrotain analyses the rules for it where left out. */
  readonly strategy?: ILookaheadStrategy;
}

type Method = ParserMethod<[], ReturnType<CstParser['subrule']>>;

class Rules extends ExpressionRules {}

// A parser numbers the token types, but only after it has checked whether they have categories: this one numbers them.
new (class extends CstParser {
  constructor() {
    super(VOCABULARY);
  }
})();

/** chevrotain's parser, which reports what was expected at a syntax error and what may follow. */
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
        // chevrotain's analysis looks the method up here.
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

  // Inserting or deleting tokens to recover would give a tree, and messages, that do not match the text.
  override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }
}

const made: { analysing?: CtqParser; recovering?: CtqParser } = {};

/** The parser for the first error and for what may follow, made when first needed. */
export const parser = (): CtqParser => {
  made.analysing ??= new CtqParser({ strategy: decidedLookahead });
  return made.analysing;
};

/** The parser that recovers from syntax errors. */
export const recoveringParser = (): CtqParser => {
  made.recovering ??= new CtqParser({ recovery: true, strategy: decidedLookahead });
  return made.recovering;
};

/** Sets the type indexes that chevrotain assigned when its first parser was made. */
export function setTokenTypeIndexes(tokens: readonly IToken[]): void {
  for (const token of tokens) token.tokenTypeIdx = token.tokenType.tokenTypeIdx!;
}
