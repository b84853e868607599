import type { CstNode, IToken, TokenType } from 'chevrotain';
import { ExpressionRules } from './rules/expressions.js';
import type { Alternative, Alternatives, Engine, Rule, Separated } from './rules/notation.js';

/** A part of a rule. */
export type Part =
  | { readonly kind: 'token'; readonly type: TokenType }
  | { readonly kind: 'rule'; readonly rule: GraphRule }
  | { readonly kind: 'optional' | 'repeated'; readonly inside: Sequence }
  | { readonly kind: 'choice'; readonly alternatives: readonly Sequence[] };

/** Parts that follow each other. */
export interface Sequence {
  readonly parts: readonly Part[];
  /** The number of the place before the first part, among all places of the grammar; the others follow. */
  readonly place: number;
}

export interface GraphRule extends Rule {
  /** Recorded when first used: rules name rules that are defined after them. */
  readonly body: Sequence;
}

/** Never read: conditions (GATE) are not evaluated. */
const NO_TOKEN = {} as IToken;

/** The rules as data, for what follows all paths through them instead of one: followers.ts. */
class Recorder implements Engine {
  readonly rules = new Map<string, GraphRule>();
  #parts: Part[] = [];
  #places = 0;

  constructor() {
    new Rules(this);
  }

  rule(name: string, body: () => unknown): Rule {
    let recorded: Sequence | undefined;
    const record = (): Sequence => this.#sequence(body);
    const rule: GraphRule = {
      ruleName: name,
      get body() {
        recorded ??= record();
        return recorded;
      },
    };
    this.rules.set(name, rule);
    return rule;
  }

  consume(_occurrence: number, type: TokenType): IToken {
    this.#parts.push({ kind: 'token', type });
    return NO_TOKEN;
  }

  subrule(_occurrence: number, rule: Rule): CstNode {
    this.#parts.push({ kind: 'rule', rule: rule as GraphRule });
    return {} as CstNode;
  }

  option(_occurrence: number, action: () => unknown): void {
    this.#parts.push({ kind: 'optional', inside: this.#sequence(action) });
  }

  many(_occurrence: number, action: () => unknown): void {
    this.#parts.push({ kind: 'repeated', inside: this.#sequence(action) });
  }

  or(_occurrence: number, given: Alternatives | Alternative[]): void {
    const alternatives = Array.isArray(given) ? given : given.DEF;
    this.#parts.push({ kind: 'choice', alternatives: alternatives.map(({ ALT }) => this.#sequence(ALT)) });
  }

  atLeastOneSep({ SEP, DEF }: Separated): void {
    DEF();
    const more = (): void => {
      this.consume(0, SEP);
      DEF();
    };
    this.many(0, more);
  }

  LA(): IToken {
    return NO_TOKEN;
  }

  #sequence(action: () => unknown): Sequence {
    const outer = this.#parts;
    const parts: Part[] = [];
    this.#parts = parts;
    action();
    this.#parts = outer;
    const place = this.#places;
    this.#places += parts.length + 1;
    return { parts, place };
  }
}

class Rules extends ExpressionRules {}

let made: Recorder | undefined;

/** A rule of the grammar as data. */
export function graphRule(name: 'statement' | 'expression'): GraphRule {
  made ??= new Recorder();
  return made.rules.get(name)!;
}
