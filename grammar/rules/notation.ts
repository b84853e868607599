import type { CstNode, IToken, TokenType } from 'chevrotain';

/** A rule of the grammar, made by an engine. */
export interface Rule {
  readonly ruleName: string;
}

type Action = () => unknown;

export interface Alternative {
  readonly ALT: Action;
  /** Whether this alternative is considered at all. */
  GATE?(): boolean;
  readonly IGNORE_AMBIGUITIES?: boolean;
}

export interface Alternatives {
  readonly DEF: Alternative[];
  /** What was expected, as worded in messages. */
  readonly ERR_MSG?: string;
  readonly MAX_LOOKAHEAD?: number;
}

export interface Separated {
  readonly SEP: TokenType;
  readonly DEF: Action;
}

interface ConsumeOptions {
  /** What was expected, as worded in messages. */
  readonly ERR_MSG?: string;
}

/**
 * A parser that runs the rules: chevrotain's (`parser.ts`), which can also analyse them and describe syntax errors, or ours
 * (`fast-parser.ts`), which loads faster. Parts of the same kind in one rule are distinguished by their occurrence.
 */
export interface Engine {
  rule(name: string, body: Action): Rule;
  consume(occurrence: number, type: TokenType, options?: ConsumeOptions): IToken;
  subrule(occurrence: number, rule: Rule): CstNode;
  option(occurrence: number, action: Action): void;
  or(occurrence: number, alternatives: Alternatives | Alternative[]): void;
  many(occurrence: number, action: Action): void;
  atLeastOneSep(separated: Separated): void;
  /** The token that many places ahead; 1 is the next. */
  LA(howMuch: number): IToken;
}

/** The notation in which the rules are written: chevrotain's, for any engine. */
export abstract class Notation {
  constructor(private readonly engine: Engine) {}

  protected RULE(name: string, body: Action): Rule {
    return this.engine.rule(name, body);
  }

  protected LA(howMuch: number): IToken {
    return this.engine.LA(howMuch);
  }

  protected CONSUME(type: TokenType, options?: ConsumeOptions): void {
    this.engine.consume(0, type, options);
  }

  protected CONSUME2(type: TokenType, options?: ConsumeOptions): void {
    this.engine.consume(2, type, options);
  }

  protected CONSUME3(type: TokenType, options?: ConsumeOptions): void {
    this.engine.consume(3, type, options);
  }

  protected SUBRULE(rule: Rule): void {
    this.engine.subrule(0, rule);
  }

  protected SUBRULE2(rule: Rule): void {
    this.engine.subrule(2, rule);
  }

  protected SUBRULE3(rule: Rule): void {
    this.engine.subrule(3, rule);
  }

  protected SUBRULE4(rule: Rule): void {
    this.engine.subrule(4, rule);
  }

  protected SUBRULE5(rule: Rule): void {
    this.engine.subrule(5, rule);
  }

  protected OPTION(action: Action): void {
    this.engine.option(0, action);
  }

  protected OPTION2(action: Action): void {
    this.engine.option(2, action);
  }

  protected OPTION3(action: Action): void {
    this.engine.option(3, action);
  }

  protected OPTION4(action: Action): void {
    this.engine.option(4, action);
  }

  protected OPTION5(action: Action): void {
    this.engine.option(5, action);
  }

  protected OR(alternatives: Alternatives | Alternative[]): void {
    this.engine.or(0, alternatives);
  }

  protected OR2(alternatives: Alternatives | Alternative[]): void {
    this.engine.or(2, alternatives);
  }

  protected OR3(alternatives: Alternatives | Alternative[]): void {
    this.engine.or(3, alternatives);
  }

  protected OR4(alternatives: Alternatives | Alternative[]): void {
    this.engine.or(4, alternatives);
  }

  protected MANY(action: Action): void {
    this.engine.many(0, action);
  }

  protected MANY2(action: Action): void {
    this.engine.many(2, action);
  }

  protected AT_LEAST_ONE_SEP(separated: Separated): void {
    this.engine.atLeastOneSep(separated);
  }
}
