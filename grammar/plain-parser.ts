import type { CstNode, IToken, TokenType } from 'chevrotain';
import { DECISIONS } from './generated/decisions.js';
import { Choice, PLACE, ruleKey } from './lookahead.js';
import { ExpressionRules } from './rules/expressions.js';
import type { Alternative, Alternatives, Engine, Rule, Separated } from './rules/notation.js';
import { isA, VOCABULARY } from './tokens.js';

interface PlainRule extends Rule {
  readonly key: number;
  body(): unknown;
}

/** Thrown where a text is not as the rules want it. What is wrong is for chevrotain's parser to say. */
const MISMATCH = new Error('not as the grammar wants it');

/** Behind the last token. */
const END: IToken = {
  image: '',
  startOffset: Number.NaN,
  endOffset: Number.NaN,
  tokenTypeIdx: 0,
  tokenType: { name: 'end' },
};

/**
 * Parses what is right: the same rules give the same tree as with chevrotain's parser (the tests compare them), by what
 * chevrotain's analysis of them found out when the project was built. It is there in a fraction of the time, and at a
 * mistake says nothing but that there is one.
 */
class PlainParser implements Engine {
  readonly #rules = new Map<string, PlainRule>();
  readonly #decisions = new Map(DECISIONS);
  readonly #choices = new Map<number, Choice>();
  #tokens: readonly IToken[] = [];
  #at = 0;
  /** The rule that is being followed, and the node that it makes. */
  #key = 0;
  #children: CstNode['children'] = {};

  constructor() {
    new Rules(this);
  }

  /** The tree of tokens that make one statement, or one expression; undefined where they do not. */
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
    const rule: PlainRule = { ruleName: name, key: ruleKey(this.#rules.size), body };
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
    const key = this.#key;
    const children = this.#children;
    const node = this.#follow(rule as PlainRule);
    this.#key = key;
    this.#children = children;
    this.#add(rule.ruleName, node);
    return node;
  }

  option(occurrence: number, action: () => unknown): void {
    if (this.#choice(PLACE.option | occurrence).of(this) === 0) action();
  }

  or(occurrence: number, given: Alternatives | Alternative[]): void {
    const alternatives = Array.isArray(given) ? given : given.DEF;
    const number = this.#choice(PLACE.or | occurrence).of(this, alternatives);
    if (number === undefined) throw MISMATCH;
    alternatives[number].ALT();
  }

  many(occurrence: number, action: () => unknown): void {
    const choice = this.#choice(PLACE.many | occurrence);
    while (choice.of(this) === 0) action();
  }

  atLeastOneSep({ SEP, DEF }: Separated): void {
    if (this.#choice(PLACE.atLeastOneSep).of(this) !== 0) throw MISMATCH;
    DEF();
    while (isA(this.LA(1).tokenType, SEP)) {
      this.consume(0, SEP);
      DEF();
    }
  }

  #follow({ ruleName, key, body }: PlainRule): CstNode {
    const first = this.LA(1);
    const children: CstNode['children'] = Object.create(null);
    this.#key = key;
    this.#children = children;
    body();
    const last = this.#tokens[this.#at - 1];
    // A rule may match nothing at all.
    const isEmpty = !(first.startOffset <= last?.startOffset);
    const location = {
      startOffset: isEmpty ? Number.NaN : first.startOffset,
      endOffset: isEmpty ? Number.NaN : last.endOffset,
    };
    return { name: ruleName, children, location };
  }

  #add(name: string, element: CstNode | IToken): void {
    const elements = this.#children[name];
    if (elements === undefined) this.#children[name] = [element];
    else elements.push(element);
  }

  #choice(place: number): Choice {
    const key = this.#key | place;
    let choice = this.#choices.get(key);
    if (choice === undefined) {
      choice = new Choice(this.#decisions.get(key)!, VOCABULARY);
      this.#choices.set(key, choice);
    }
    return choice;
  }
}

class Rules extends ExpressionRules {}

let made: PlainParser | undefined;

/**
 * Parses tokens that make one statement, or one expression.
 * @returns undefined where they do not; why, chevrotain's parser can tell. @throws RangeError where they are nested more deeply than the stack goes
 */
export function parsePlainly(entry: 'statement' | 'expression', tokens: readonly IToken[]): CstNode | undefined {
  made ??= new PlainParser();
  return made.parse(entry, tokens);
}
