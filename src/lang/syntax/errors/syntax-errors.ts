import type { CstNode, IRecognitionException, IToken, TokenType } from 'chevrotain';
import { endOf, retype } from '../../../../grammar/lexer.js';
import { type CtqParser, parser, recoveringParser, setTokenTypeIndexes } from '../../../../grammar/parser.js';
import { PLACE } from '../../../../grammar/rules/clauses.js';
import { Identifier, keywordOf, OpenText } from '../../../../grammar/tokens.js';
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { distance, nearestAll } from '../../diagnostics/did-you-mean.js';
import { shorten } from '../../diagnostics/shorten.js';
import { PLACES_EXPECTED, QUOTED_PLACES } from '../../schema/places.js';
import { followers, keywordsAmong } from '../follow-set.js';
import { type Entry, spanAt } from '../split-statements.js';
import { commonMistake, describeFollowers, isClause, isReservedName, misplacedClause } from './expected-message.js';
import { foreignHint, missingAsHint, unquotedFile } from './foreign/foreign-hints.js';
import { EXAMPLES } from './foreign/foreign-words.js';
import { missingSemicolon } from './missing-semicolon.js';

/** Errors reported per statement. */
const MAX_ERRORS = 10;
/** Longer statements (tokens) are not searched for misspelt keywords: each guess parses them again. */
const MAX_REPAIRED = 2000;
/** Shorter words are names. */
const MIN_LENGTH = 2;

export interface ParseAttempt {
  /** Undefined only with errors. */
  readonly cst: CstNode | undefined;
  readonly errors: IRecognitionException[];
}

/** Parses the tokens of one statement or expression, up to the first error. */
export function tryParse(entry: Entry, tokens: IToken[], by: CtqParser = parser()): ParseAttempt {
  setTokenTypeIndexes(tokens);
  by.input = tokens;
  const cst: CstNode | undefined = by[entry]();
  const { errors } = by;
  by.input = [];
  return { cst, errors };
}

/**
 * Parses tokens with recovery after each error. Undefined if the stack is too small: recovery takes more than parsing.
 */
export function parseWithRecovery(entry: Entry, tokens: IToken[]): ParseAttempt | undefined {
  try {
    return tryParse(entry, tokens, recoveringParser());
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * All errors of a statement. Misspelt keywords are corrected; after every other error the parser recovers with what may
 * follow.
 */
export function syntaxErrors(entry: Entry, original: readonly IToken[], first: IRecognitionException): Diagnostic[] {
  const tokens = [...original];
  const found: Diagnostic[] = [];
  let error: IRecognitionException | undefined = first;
  while (error && found.length < MAX_ERRORS && tokens.length <= MAX_REPAIRED) {
    const at: number = tokenIndex(tokens, error.token);
    const file = entry === 'statement' ? unquotedFile(tokens, at) : undefined;
    const joined = entry === 'statement' && !file ? missingSemicolon(tokens, at) : undefined;
    // The rest is another statement.
    if (joined) {
      found.push({ ...diagnose(entry, tokens, joined.at, error, false), ...joined.detail });
      return found;
    }
    const foreign = file ?? (entry === 'statement' && tokens.length > 0 ? foreignHint(tokens, at) : undefined);
    // The rest is a path, or in the other language.
    if (foreign) {
      found.push({ ...diagnose(entry, tokens, at, error, true), ...foreign });
      return found;
    }
    const repair: Repair | undefined = asName(entry, tokens, at, error) ?? findRepair(entry, tokens, at);
    const named = repair || entry !== 'statement' ? undefined : missingAsHint(tokens, at);
    if (named) {
      found.push({ ...diagnose(entry, tokens, at, error, true), ...named });
      return found;
    }
    if (!repair) break;
    found.push(repair.error);
    tokens[repair.at] = repair.token;
    // Of a word alone nothing more is known.
    error = tokens.length === 1 ? undefined : repair.next;
  }
  if (error) found.push(...allErrors(entry, tokens, error));
  return found.sort((a, b) => a.span.start - b.span.start).slice(0, MAX_ERRORS);
}

function misspelling(token: IToken, keyword: string): Diagnostic {
  return {
    code: 'syntax',
    severity: 'error',
    span: { start: token.startOffset, end: endOf(token) },
    message: `expected '${keyword}', got '${shorten(token.image, 20)}'`,
    hint: `did you mean \`${keyword}\`?`,
  };
}

/** The index of a token; for the end of the input, the number of tokens. */
export function tokenIndex(tokens: readonly IToken[], token: IToken): number {
  const at = tokens.indexOf(token);
  return at < 0 ? tokens.length : at;
}

// ---------------------------------------------------------------- misspelt keywords

interface Repair {
  readonly at: number;
  readonly token: IToken;
  readonly error: Diagnostic;
  /** The next error after the repair. */
  readonly next?: IRecognitionException;
}

/** Whether a word is a misspelt keyword: keywords are short, so that it must be close, or its beginning. */
function isTypo(word: string, keyword: string, isName: boolean): boolean {
  const slips = distance(word, keyword);
  if (slips <= 1) return true;
  return !isName && ((slips === 2 && word.length >= 6) || (word.length >= 3 && keyword.startsWith(word)));
}

/** Replaces a word, here or just before, with the keyword that lets the parser get farthest. */
function findRepair(entry: Entry, tokens: readonly IToken[], failed: number): Repair | undefined {
  let best: Repair | undefined;
  let farthest = failed;
  for (const at of [failed, failed - 1, failed - 2]) {
    const token = tokens[at];
    if (token?.tokenType !== Identifier || token.image.length < MIN_LENGTH) continue;
    const allowed = keywordsAmong(followers(entry, tokens.slice(0, at)));
    for (const keyword of nearestAll(token.image, allowed)) {
      // Before the error a name is valid: only a single typo counts.
      if (!isTypo(token.image.toLowerCase(), keyword, at < failed)) continue;
      const patched = { ...token };
      retype(patched, keywordOf(keyword)!);
      const guess = tokens.with(at, patched);
      const [next] = tryParse(entry, guess).errors;
      const reached = next ? tokenIndex(guess, next.token) : Number.POSITIVE_INFINITY;
      if (reached <= farthest) continue;
      farthest = reached;
      best = { at, token: patched, error: misspelling(token, keyword), next };
    }
  }
  return best;
}

/** Reads a reserved word as a name, if that lets the parser get farther. */
function asName(entry: Entry, tokens: readonly IToken[], at: number, error: IRecognitionException): Repair | undefined {
  const token = tokens[at];
  if (!isReservedName(token, error.message)) return undefined;
  const patched = { ...token };
  retype(patched, Identifier);
  const guess = tokens.with(at, patched);
  const [next] = tryParse(entry, guess).errors;
  // The word after a table can be an alias.
  if (next && tokenIndex(guess, next.token) <= at + 2) return undefined;
  const hint = `'${token.image}' is a reserved word`;
  return { at, token: patched, error: { ...diagnose(entry, tokens, at, error, true), hint }, next };
}

// ---------------------------------------------------------------- everything else

function allErrors(entry: Entry, tokens: IToken[], first: IRecognitionException): Diagnostic[] {
  const errors = parseWithRecovery(entry, tokens)?.errors ?? [first];
  const places = errors.map(error => ({ error, at: tokenIndex(tokens, error.token) })).sort((a, b) => a.at - b.at);
  const found: Diagnostic[] = [];
  let last = -1;
  for (const { error, at } of places) {
    if (at <= last || (last >= 0 && !isInLaterClause(tokens, last, at))) continue;
    last = at;
    found.push(diagnose(entry, tokens, at, error, found.length === 0));
    if (found.length === MAX_ERRORS) break;
  }
  return found;
}

/** Whether a clause begins between two errors: else the second one follows from the first. */
const isInLaterClause = (tokens: readonly IToken[], first: number, second: number): boolean =>
  tokens.slice(first + 1, second).some(({ tokenType }) => isClause(tokenType));

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
  // Followers are known only while everything before is correct.
  const follow: readonly TokenType[] =
    isFirst && error.message === '' ? followers(entry, tokens.slice(0, at)).map(each => each.type) : [];
  const expected = quoted?.expected ?? expectedText(error.message, follow);
  const after =
    before === undefined || before.tokenType === OpenText
      ? ''
      : ` after '${shorten(before.image.replaceAll(/\s+/g, ' '), 24)}'`;
  const special =
    token && (commonMistake(tokens, at, expected) ?? (error.message === '' ? misplacedClause(tokens, at) : undefined));
  const message =
    special?.message ??
    (expected === '' ? `unexpected '${shorten(token?.image ?? '', 24)}'` : `expected ${expected}${after}`);
  const hint = special?.hint ?? (entry === 'statement' && at === 0 ? EXAMPLES : undefined);
  return {
    code: 'syntax',
    severity: 'error',
    span: spanAt(tokens, at),
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(token ? {} : { label: 'the statement ends here' }),
  };
}

function expectedText(message: string, follow: readonly TokenType[]): string {
  if (message === PLACE) return PLACES_EXPECTED;
  return message === '' ? describeFollowers(follow) : message;
}
