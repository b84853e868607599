import type { CstNode, IRecognitionException, IToken, TokenType } from 'chevrotain';
import { endOf, retype } from '../../../grammar/lexer.js';
import { type CtqParser, number, parser, recoveringParser } from '../../../grammar/parser.js';
import { PLACE } from '../../../grammar/rules/clauses.js';
import { Identifier, keywordOf, OpenText } from '../../../grammar/tokens.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { distance, nearestAll } from '../diagnostics/did-you-mean.js';
import { shorten } from '../diagnostics/shorten.js';
import { PLACES_EXPECTED, QUOTED_PLACES } from '../schema/places.js';
import { followers, keywordsAmong } from '../services/follow-set.js';
import { describeFollowers, hintFor, isReservedName, misplacedClause } from './expected-message.js';
import { foreignHint, newNameHint } from './foreign-words.js';
import { type Entry, spanAt } from './split-statements.js';

/** More than that of one statement tell nothing new. */
const MOST = 10;
/** Longer statements are not searched for misspelt keywords: each guess parses them again. */
const REPAIRABLE = 2000;
/** Shorter words are names. */
const SHORTEST = 2;

export interface Attempt {
  /** Undefined only with errors. */
  readonly cst: CstNode | undefined;
  readonly errors: IRecognitionException[];
}

/** Parses tokens that make one statement, or one expression, up to the first mistake. */
export function attempt(entry: Entry, tokens: IToken[], by: CtqParser = parser()): Attempt {
  number(tokens);
  by.input = tokens;
  const cst: CstNode | undefined = by[entry]();
  const { errors } = by;
  by.input = [];
  return { cst, errors };
}

/**
 * Parses tokens with all their mistakes, going on behind each. Undefined where the stack does not suffice: going on takes
 * more of it than parsing does.
 */
export function attemptAll(entry: Entry, tokens: IToken[]): Attempt | undefined {
  try {
    return attempt(entry, tokens, recoveringParser());
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * All mistakes of a statement that has some. Misspelt keywords are read as what was meant; behind every other mistake the
 * parser goes on with what may follow.
 */
export function mistakes(entry: Entry, original: readonly IToken[], first: IRecognitionException): Diagnostic[] {
  const tokens = [...original];
  const found: Diagnostic[] = [];
  let error: IRecognitionException | undefined = first;
  while (error && found.length < MOST && tokens.length <= REPAIRABLE) {
    const at: number = indexOf(tokens, error.token);
    const foreign = entry === 'statement' && tokens.length > 0 ? foreignHint(tokens, at) : undefined;
    // What follows belongs to the other language.
    if (foreign) {
      found.push({ ...diagnose(entry, tokens, at, error, true), ...foreign });
      return found;
    }
    const repair: Repair | undefined = asName(entry, tokens, at, error) ?? findRepair(entry, tokens, at);
    const named = repair || entry !== 'statement' ? undefined : newNameHint(tokens, at);
    if (named) {
      found.push({ ...diagnose(entry, tokens, at, error, true), ...named });
      return found;
    }
    if (!repair) break;
    found.push(repair.mistake);
    tokens[repair.at] = repair.token;
    error = repair.next;
  }
  if (error) found.push(...allErrors(entry, tokens, error));
  return found.sort((a, b) => a.span.start - b.span.start).slice(0, MOST);
}

function misspelt(token: IToken, keyword: string): Diagnostic {
  return {
    code: 'syntax',
    severity: 'error',
    span: { start: token.startOffset, end: endOf(token) },
    message: `expected '${keyword}', found '${shorten(token.image, 20)}'`,
    hint: `did you mean \`${keyword}\`?`,
  };
}

/** The position of a token; of the end of the input, the number of tokens. */
export function indexOf(tokens: readonly IToken[], token: IToken): number {
  const at = tokens.indexOf(token);
  return at < 0 ? tokens.length : at;
}

// ---------------------------------------------------------------- misspelt keywords

interface Repair {
  readonly at: number;
  readonly token: IToken;
  readonly mistake: Diagnostic;
  /** What is wrong then. */
  readonly next?: IRecognitionException;
}

/** Keywords are few and short: only words that nearly are one are taken for it, or its beginning. */
function isSlip(word: string, keyword: string, isName: boolean): boolean {
  const slips = distance(word, keyword);
  if (slips <= 1) return true;
  return !isName && ((slips === 2 && word.length >= 6) || (word.length >= 3 && keyword.startsWith(word)));
}

/** A word, here or just before, that with a keyword in its place lets the parser get farther: the one that helps most. */
function findRepair(entry: Entry, tokens: readonly IToken[], failed: number): Repair | undefined {
  let best: Repair | undefined;
  let farthest = failed;
  for (const at of [failed, failed - 1]) {
    const token = tokens[at];
    if (token?.tokenType !== Identifier || token.image.length < SHORTEST) continue;
    const allowed = keywordsAmong(followers(entry, tokens.slice(0, at)));
    for (const keyword of nearestAll(token.image, allowed)) {
      // Before the place a name is right by itself: only a plain slip counts.
      if (!isSlip(token.image.toLowerCase(), keyword, at < failed)) continue;
      const patched = { ...token };
      retype(patched, keywordOf(keyword)!);
      const guess = tokens.with(at, patched);
      const [next] = attempt(entry, guess).errors;
      const reached = next ? indexOf(guess, next.token) : Number.POSITIVE_INFINITY;
      if (reached <= farthest) continue;
      farthest = reached;
      best = { at, token: patched, mistake: misspelt(token, keyword), next };
    }
  }
  return best;
}

/** A reserved word that is meant as a name is read as one, where that helps. */
function asName(entry: Entry, tokens: readonly IToken[], at: number, error: IRecognitionException): Repair | undefined {
  const token = tokens[at];
  if (!isReservedName(token, error.message)) return undefined;
  const patched = { ...token };
  retype(patched, Identifier);
  const guess = tokens.with(at, patched);
  const [next] = attempt(entry, guess).errors;
  if (next && indexOf(guess, next.token) <= at + 1) return undefined;
  const hint = `'${token.image}' is a reserved word`;
  return { at, token: patched, mistake: { ...diagnose(entry, tokens, at, error, true), hint }, next };
}

// ---------------------------------------------------------------- everything else

function allErrors(entry: Entry, tokens: IToken[], first: IRecognitionException): Diagnostic[] {
  const errors = attemptAll(entry, tokens)?.errors ?? [first];
  const places = errors.map(error => ({ error, at: indexOf(tokens, error.token) })).sort((a, b) => a.at - b.at);
  const found: Diagnostic[] = [];
  let last = -1;
  for (const { error, at } of places) {
    if (at <= last) continue;
    last = at;
    found.push(diagnose(entry, tokens, at, error, found.length === 0));
    if (found.length === MOST) break;
  }
  return found;
}

function diagnose(
  entry: Entry,
  tokens: readonly IToken[],
  failed: number,
  error: IRecognitionException,
  isFirst: boolean,
): Diagnostic {
  // Such a place is not recognised without its text, which is what is missing.
  const quoted = error.message === PLACE ? QUOTED_PLACES.get(tokens[failed]?.image.toLowerCase()) : undefined;
  const at = quoted ? failed + 1 : failed;
  const token: IToken | undefined = tokens[at];
  const before: IToken | undefined = tokens[at - 1];
  // What may follow is known as long as everything before is right.
  const follow: readonly TokenType[] =
    isFirst && error.message === '' ? followers(entry, tokens.slice(0, at)).map(each => each.type) : [];
  const expected = quoted?.expected ?? expectedText(error.message, follow);
  const after =
    before === undefined || before.tokenType === OpenText
      ? ''
      : ` after '${shorten(before.image.replaceAll(/\s+/g, ' '), 24)}'`;
  const special =
    token && (hintFor(tokens, at, expected) ?? (error.message === '' ? misplacedClause(tokens, at) : undefined));
  const message =
    special?.message ??
    (expected === '' ? `unexpected '${shorten(token?.image ?? '', 24)}'` : `expected ${expected}${after}`);
  return {
    code: 'syntax',
    severity: 'error',
    span: spanAt(tokens, at),
    message,
    ...(special?.hint === undefined ? {} : { hint: special.hint }),
    ...(token ? {} : { label: 'the statement ends here' }),
  };
}

function expectedText(message: string, follow: readonly TokenType[]): string {
  if (message === PLACE) return PLACES_EXPECTED;
  return message === '' ? describeFollowers(follow) : message;
}
