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
  readStatementSteps,
  readStatements,
  statementSlices,
} from './split-statements.js';
import { type ParseAttempt, syntaxErrors, tokenIndex, tryParse } from './syntax-errors.js';

/** Reads a text of any number of statements. Never throws: what is wrong is in the diagnostics. */
export const parse = (text: string): Parsed => readStatements(text, findErrors);

/** The same in short steps, between which a caller may do something else. */
export const parseSteps = (text: string): Generator<void, Parsed> => readStatementSteps(text, findErrors);

/** Reads a text that is one expression. */
export const parseExpression = (text: string): ParsedExpression => readExpression(text, findErrors);

/**
 * Whether a text that is being typed may be run, or wants another line: it does while a text in quotes or a comment is
 * open, or a statement breaks off. A text with a mistake is complete: more would not mend it.
 */
export function isComplete(text: string): boolean {
  const { tokens, errors } = lex(text);
  if (errors.some(({ kind }) => kind === 'text' || kind === 'comment')) return false;
  const last = [...statementSlices(tokens, text.length)].at(-1);
  if (!last || last.isClosed || tooDeep(last.tokens)) return true;
  if (parsedWithinStack('statement', last.tokens) !== undefined) return true;
  const error = parseWithinStack('statement', last.tokens)?.errors[0];
  return !error || tokenIndex(last.tokens, error.token) < last.tokens.length;
}

function findErrors(entry: Entry, tokens: IToken[]): readonly Diagnostic[] | undefined {
  const attempted = parseWithinStack(entry, tokens);
  if (!attempted) return undefined;
  const [first] = attempted.errors;
  if (!first) throw new Error('the parsers disagree about a statement');
  return syntaxErrors(entry, tokens, first);
}

/** Telling what is wrong takes more of the stack than parsing does. */
function parseWithinStack(entry: Entry, tokens: IToken[]): ParseAttempt | undefined {
  try {
    return tryParse(entry, tokens);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
