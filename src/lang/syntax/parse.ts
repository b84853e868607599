import type { IToken } from 'chevrotain';
import { lex } from '../../../grammar/lexer.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { type ParseAttempt, syntaxErrors, tokenIndex, tryParse } from './errors/syntax-errors.js';
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

/** Parses a text of any number of statements. Never throws: errors are in the diagnostics. */
export const parse = (text: string): Parsed => readStatements(text, findErrors);

/** `parse` in short steps, so that a caller can yield in between. */
export const parseSteps = (text: string): Generator<void, Parsed> => readStatementSteps(text, findErrors);

/** Parses a text that is one expression. */
export const parseExpression = (text: string): ParsedExpression => readExpression(text, findErrors);

/**
 * Whether a text that is being typed can be run, or needs another line: it does while a quoted text, a comment or a statement
 * is incomplete. A text with another error is complete: more input would not correct it.
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

/** Describing errors takes more stack than parsing. */
function parseWithinStack(entry: Entry, tokens: IToken[]): ParseAttempt | undefined {
  try {
    return tryParse(entry, tokens);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
