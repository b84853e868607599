import type { IToken, TokenType } from 'chevrotain';
import { type GraphRule, graphRule, type Sequence } from './graph.js';
import { isA } from './tokens.js';

/** A token type that the grammar allows next, and the rule that it is in. */
export interface Follower {
  readonly type: TokenType;
  /** The rules that are open there, the innermost last. */
  readonly rules: readonly string[];
}

/** How the grammar reads a token. */
export interface ReadAs {
  /** The type that the rule names: `Word` for a keyword that is used as a name. */
  readonly type: TokenType;
  /** The rule that the token is in. */
  readonly rule: string;
}

/** A place in the rules that are open. Equal places are one object. */
interface Place {
  readonly number: number;
  readonly sequence: Sequence;
  /** The part that comes next. */
  readonly at: number;
  readonly rule: string;
  /** Where the text continues after the sequence. */
  readonly then: Place | undefined;
  /** Whether `then` is in another rule. */
  readonly endsRule: boolean;
}

/** A way to read the first tokens. */
interface Way {
  readonly place: Place;
  /** Tokens that were read. */
  readonly count: number;
  readonly read: Read | undefined;
}

interface Read extends ReadAs {
  readonly before: Read | undefined;
}

/** Before a way that is followed only if no earlier one read all tokens. */
const OTHERWISE = Symbol('otherwise');

/**
 * Follows the rules along tokens. Alternatives are tried in their order; as in the parsers, the first that can read all
 * tokens wins, unless they part after the last token: then all count. Each place is followed once for each number of tokens that
 * were read, so that the time is proportional to the number of tokens.
 */
class Search {
  readonly followers: Follower[] = [];
  /** How the first of the ways that read most tokens read the last of them. */
  last: Read | undefined;
  #most = 0;
  /** Whether something may follow a way that read all tokens. */
  #isComplete = false;
  readonly #tokens: readonly IToken[];
  readonly #places = new Map<number, Map<Place | undefined, Place>>();
  readonly #followed = new Set<number>();
  readonly #ways: (Way | typeof OTHERWISE)[] = [];
  #count = 0;

  constructor(entry: GraphRule, tokens: readonly IToken[]) {
    this.#tokens = tokens;
    this.#add(this.#place(entry.body, 0, entry.ruleName, undefined, true), 0, undefined);
  }

  /** @param isOnce whether the first way that reads all tokens is enough */
  run(isOnce: boolean): void {
    const ways = this.#ways;
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      if (way !== OTHERWISE) this.#follow(way);
      else if (this.#isComplete && (ways.at(-1) as Way).count < this.#tokens.length) ways.pop();
      if (isOnce && this.#most === this.#tokens.length) return;
    }
  }

  #follow({ place: { sequence, at, rule, then, endsRule, number }, count, read }: Way): void {
    const key = number * (this.#tokens.length + 1) + count;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    if (at === sequence.parts.length) {
      if (then) this.#add(then, count, read);
      return;
    }
    const part = sequence.parts[at];
    const after = (): Place => this.#place(sequence, at + 1, rule, then, endsRule);
    switch (part.kind) {
      case 'token': {
        const token = this.#tokens[count];
        if (token === undefined) {
          this.#isComplete = true;
          this.followers.push({ type: part.type, rules: rulesAt(rule, then, endsRule) });
        } else if (isA(token.tokenType, part.type)) {
          const now: Read = { type: part.type, rule, before: read };
          if (count >= this.#most) {
            this.#most = count + 1;
            this.last = now;
          }
          this.#add(after(), count + 1, now);
        }
        return;
      }
      case 'rule':
        this.#add(this.#place(part.rule.body, 0, part.rule.ruleName, after(), true), count, read);
        return;
      case 'optional':
      case 'repeated': {
        this.#add(after(), count, read);
        this.#ways.push(OTHERWISE);
        const again = part.kind === 'repeated' ? this.#place(sequence, at, rule, then, endsRule) : after();
        this.#add(this.#place(part.inside, 0, rule, again, false), count, read);
        return;
      }
      case 'choice':
        for (const alternative of part.alternatives.toReversed()) {
          this.#add(this.#place(alternative, 0, rule, after(), false), count, read);
          this.#ways.push(OTHERWISE);
        }
    }
  }

  #add(place: Place, count: number, read: Read | undefined): void {
    this.#ways.push({ place, count, read });
  }

  #place(sequence: Sequence, at: number, rule: string, then: Place | undefined, endsRule: boolean): Place {
    const key = sequence.place + at;
    let places = this.#places.get(key);
    if (places === undefined) {
      places = new Map();
      this.#places.set(key, places);
    }
    let place = places.get(then);
    if (place === undefined) {
      place = { number: this.#count++, sequence, at, rule, then, endsRule };
      places.set(then, place);
    }
    return place;
  }
}

function rulesAt(rule: string, then: Place | undefined, endsRule: boolean): string[] {
  const rules = [rule];
  let isOuter = endsRule;
  for (let place = then; place; place = place.then) {
    if (isOuter) rules.push(place.rule);
    isOuter = place.endsRule;
  }
  return rules.reverse();
}

/** What may follow the first tokens of a statement or expression; nothing if no text begins with them. */
export function followersOf(entry: 'statement' | 'expression', tokens: readonly IToken[]): readonly Follower[] {
  const search = new Search(graphRule(entry), tokens);
  search.run(false);
  return search.followers;
}

/** How the grammar reads the tokens of a statement, up to the first that cannot follow. */
export function readingOf(tokens: readonly IToken[]): readonly ReadAs[] {
  const search = new Search(graphRule('statement'), tokens);
  search.run(true);
  const found: ReadAs[] = [];
  for (let read = search.last; read; read = read.before) found.push(read);
  return found.reverse();
}
