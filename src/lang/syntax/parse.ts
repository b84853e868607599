import type { IToken } from 'chevrotain';
import { lex } from '../../../grammar/lexer.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { tooDeep } from './nesting.js';
import {
  type Entry,
  type Parsed,
  type ParsedExpression,
  parsedWithinStack,
  readExpression,
  readingStatements,
  readStatements,
  slices,
} from './split-statements.js';
import { type Attempt, attempt, indexOf, mistakes } from './syntax-errors.js';

/** Reads a text of any number of statements. Never throws: what is wrong is in the diagnostics. */
export const parse = (text: string): Parsed => readStatements(text, explain);

/** The same in short steps, between which a caller may do something else. */
export const parsing = (text: string): Generator<void, Parsed> => readingStatements(text, explain);

/** Reads a text that is one expression. */
export const parseExpression = (text: string): ParsedExpression => readExpression(text, explain);

/**
 * Whether a text that is being typed may be run, or wants another line: it does while a text in quotes or a comment is
 * open, or a statement breaks off. A text with a mistake is complete: more would not mend it.
 */
export function isComplete(text: string): boolean {
  const { tokens, strays } = lex(text);
  if (strays.some(({ kind }) => kind === 'text' || kind === 'comment')) return false;
  const last = [...slices(tokens, text.length)].at(-1);
  if (!last || last.isClosed || tooDeep(last.tokens)) return true;
  if (parsedWithinStack('statement', last.tokens) !== undefined) return true;
  const error = attemptWithinStack('statement', last.tokens)?.errors[0];
  return !error || indexOf(last.tokens, error.token) < last.tokens.length;
}

function explain(entry: Entry, tokens: IToken[]): readonly Diagnostic[] | undefined {
  const attempted = attemptWithinStack(entry, tokens);
  if (!attempted) return undefined;
  const [first] = attempted.errors;
  if (!first) throw new Error('the parsers disagree about a statement');
  return mistakes(entry, tokens, first);
}

/** Telling what is wrong takes more of the stack than parsing does. */
function attemptWithinStack(entry: Entry, tokens: IToken[]): Attempt | undefined {
  try {
    return attempt(entry, tokens);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
