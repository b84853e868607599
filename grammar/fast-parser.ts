import type { CstNode, IToken, TokenType } from 'chevrotain';
import { DECISIONS } from './generated/decisions.js';
import { Choice, type ChoiceKind, choiceName } from './lookahead.js';
import { ExpressionRules } from './rules/expressions.js';
import type { Alternative, Alternatives, Engine, Rule, Separated } from './rules/notation.js';
import { isA, VOCABULARY } from './tokens.js';

interface FastRule extends Rule {
  body(): unknown;
  /** The choices evaluated so far, by name. */
  readonly choices: Map<string, Choice>;
}

/** Thrown at a syntax error, which chevrotain's parser then describes. */
const MISMATCH = new Error('syntax error');

/** Follows the last token. */
const END: IToken = {
  image: '',
  startOffset: Number.NaN,
  endOffset: Number.NaN,
  tokenTypeIdx: 0,
  tokenType: { name: 'end' },
};

/**
 * Parses correct texts by the same rules as chevrotain's parser, to the same tree (tests compare them), with the decisions that
 * chevrotain's analysis of the rules wrote to `generated/decisions.ts`. It loads in a fraction of the time. It reports only
 * that there is a syntax error, not which.
 */
class FastParser implements Engine {
  readonly #rules = new Map<string, FastRule>();
  #tokens: readonly IToken[] = [];
  #at = 0;
  /** The rule in progress, and the children of its node. */
  #rule!: FastRule;
  #children: CstNode['children'] = {};

  constructor() {
    new Rules(this);
  }

  /** The tree of the tokens of one statement or expression; undefined at a syntax error. */
  parse(entry: 'statement' | 'expression', tokens: readonly IToken[]): CstNode | undefined {
    this.#tokens = tokens;
    this.#at = 0;
    try {
      const node = this.#follow(this.#rules.get(entry)!);
      return this.#at === tokens.length ? node : undefined;
    } catch (error) {
      if (error === MISMATCH) return undefined;
      throw error;
    } finally {
      this.#tokens = [];
    }
  }

  rule(name: string, body: () => unknown): Rule {
    const rule: FastRule = { ruleName: name, body, choices: new Map() };
    this.#rules.set(name, rule);
    return rule;
  }

  LA(howMuch: number): IToken {
    return this.#tokens[this.#at + howMuch - 1] ?? END;
  }

  consume(_occurrence: number, type: TokenType): IToken {
    const token = this.LA(1);
    if (!isA(token.tokenType, type)) throw MISMATCH;
    this.#at++;
    this.#add(type.name, token);
    return token;
  }

  subrule(_occurrence: number, rule: Rule): CstNode {
    const outer = this.#rule;
    const children = this.#children;
    const node = this.#follow(rule as FastRule);
    this.#rule = outer;
    this.#children = children;
    this.#add(rule.ruleName, node);
    return node;
  }

  option(occurrence: number, action: () => unknown): void {
    if (this.#choice('OPTION', occurrence).of(this) === 0) action();
  }

  or(occurrence: number, given: Alternatives | Alternative[]): void {
    const alternatives = Array.isArray(given) ? given : given.DEF;
    const number = this.#choice('OR', occurrence).of(this, alternatives);
    if (number === undefined) throw MISMATCH;
    alternatives[number].ALT();
  }

  many(occurrence: number, action: () => unknown): void {
    const choice = this.#choice('MANY', occurrence);
    while (choice.of(this) === 0) action();
  }

  atLeastOneSep({ SEP, DEF }: Separated): void {
    if (this.#choice('AT_LEAST_ONE_SEP', 0).of(this) !== 0) throw MISMATCH;
    DEF();
    while (isA(this.LA(1).tokenType, SEP)) {
      this.consume(0, SEP);
      DEF();
    }
  }

  #follow(rule: FastRule): CstNode {
    const first = this.LA(1);
    const children: CstNode['children'] = Object.create(null);
    this.#rule = rule;
    this.#children = children;
    rule.body();
    const last = this.#tokens[this.#at - 1];
    // A rule may match no token.
    const isEmpty = !(first.startOffset <= last?.startOffset);
    const location = {
      startOffset: isEmpty ? Number.NaN : first.startOffset,
      endOffset: isEmpty ? Number.NaN : last.endOffset,
    };
    return { name: rule.ruleName, children, location };
  }

  #add(name: string, element: CstNode | IToken): void {
    const elements = this.#children[name];
    if (elements === undefined) this.#children[name] = [element];
    else elements.push(element);
  }

  #choice(kind: ChoiceKind, occurrence: number): Choice {
    const { choices, ruleName } = this.#rule;
    const name = choiceName(kind, occurrence);
    let choice = choices.get(name);
    if (choice === undefined) {
      choice = new Choice(DECISIONS[ruleName][name], VOCABULARY);
      choices.set(name, choice);
    }
    return choice;
  }
}

class Rules extends ExpressionRules {}

let made: FastParser | undefined;

/**
 * Parses the tokens of one statement or expression.
 * @returns undefined at a syntax error, which chevrotain's parser can describe
 * @throws RangeError if they are nested more deeply than the stack allows
 */
export function parseTokens(entry: 'statement' | 'expression', tokens: readonly IToken[]): CstNode | undefined {
  made ??= new FastParser();
  return made.parse(entry, tokens);
}
