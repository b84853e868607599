import type { CstNode, IToken } from 'chevrotain';
import { parseTokens } from '../../../grammar/fast-parser.js';
import type { ExpressionCstNode, StatementCstNode } from '../../../grammar/generated/cst.js';
import { endOf, lex, lexSteps } from '../../../grammar/lexer.js';
import { type LexError, runSteps } from '../../../grammar/scan.js';
import { Address, NumberLiteral, OpenText, Semicolon } from '../../../grammar/tokens.js';
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js';
import type { Span } from '../diagnostics/span.js';
import type { Expr } from './ast.js';
import { TooDeep, type TreeContext } from './ast-builder/context.js';
import { expression, literal } from './ast-builder/expressions.js';
import { query } from './ast-builder/queries.js';
import { statement } from './ast-builder/statements.js';
import { reportLexErrors } from './errors/lex-errors.js';
import { tooDeep } from './nesting.js';
import { MAX_DEPTH, MAX_PARENTHESES } from './operators.js';
import type { Statement } from './statements.js';

export type Entry = 'statement' | 'expression';

/**
 * Finds the errors in the tokens of a statement or expression that could not be parsed. Undefined if the stack is too small.
 */
export type FindErrors = (entry: Entry, tokens: IToken[]) => readonly Diagnostic[] | undefined;

export interface Parsed {
  /** The statements without an error, in order. */
  readonly statements: Statement[];
  /**
   * Statements whose only error is an invalid literal, which has the value null in the AST: checking them can find further
   * errors.
   */
  readonly damaged: Statement[];
  /** All errors, in text order. */
  readonly diagnostics: Diagnostic[];
}

/** A text with more errors is probably not ctq: the rest is not read. */
const MAX_DIAGNOSTICS = 100;

/** Maximum size of a text: enough for a list of a million addresses. */
export const MAX_CHARACTERS = 16 << 20;
const MAX_STATEMENTS = 100_000;

export interface ParsedExpression {
  readonly value?: Expr;
  readonly diagnostics: Diagnostic[];
}

/** Parses a text of any number of statements. Errors are in the diagnostics. */
export const readStatements = (text: string, explain: FindErrors): Parsed =>
  runSteps(readStatementSteps(text, explain));

/** `readStatements` in short steps, so that a caller can yield in between. */
export function* readStatementSteps(text: string, explain: FindErrors): Generator<void, Parsed> {
  if (text.length > MAX_CHARACTERS) return tooLarge(`text too large: the limit is ${MAX_CHARACTERS >> 20} MiB`);
  const { tokens, errors } = yield* lexSteps(text, MAX_STATEMENTS);
  if (tokens.length > MAX_STATEMENTS) {
    let semicolons = 0;
    for (const { tokenType } of tokens) if (tokenType === Semicolon) semicolons++;
    if (semicolons > MAX_STATEMENTS) return tooLarge(`too many statements: the limit is ${MAX_STATEMENTS}`);
  }
  const diagnostics = new Diagnostics();
  reportLexErrors(text, errors.slice(0, MAX_DIAGNOSTICS), diagnostics);
  const statements: Statement[] = [];
  const damaged: Statement[] = [];
  let nextError = 0;
  for (const slice of statementSlices(tokens, text.length)) {
    const before = diagnostics.list.length;
    if (before >= MAX_DIAGNOSTICS) break;
    yield;
    while (nextError < errors.length && errors[nextError].start < slice.start) nextError++;
    const own: LexError[] = [];
    while (nextError < errors.length && errors[nextError].start < slice.end) own.push(errors[nextError++]);
    const built = read('statement', slice.tokens, own, diagnostics, explain, (context, cst) =>
      statement(context, cst as StatementCstNode),
    );
    if (!built) continue;
    (diagnostics.list.length === before && own.length === 0 ? statements : damaged).push(built);
  }
  return { statements, damaged, diagnostics: inOrder(diagnostics.list) };
}

const tooLarge = (message: string): Parsed => ({
  statements: [],
  damaged: [],
  diagnostics: [
    {
      code: 'syntax.size',
      severity: 'error',
      span: { start: 0, end: 0 },
      message,
      hint: "put a long list in a file and join it: join 'hosts.csv' on src = hosts.ip",
    },
  ],
});

/** Parses a text that is one expression. */
export function readExpression(text: string, explain: FindErrors): ParsedExpression {
  const { tokens, errors } = lex(text);
  const diagnostics = new Diagnostics();
  reportLexErrors(text, errors.slice(0, MAX_DIAGNOSTICS), diagnostics);
  const value = read('expression', tokens, errors, diagnostics, explain, (context, cst) =>
    expression(context, cst as ExpressionCstNode),
  );
  if (diagnostics.hasErrors || !value) return { diagnostics: inOrder(diagnostics.list) };
  return { value, diagnostics: [] };
}

// ---------------------------------------------------------------- one statement

function read<T>(
  entry: Entry,
  tokens: IToken[],
  errors: readonly LexError[],
  diagnostics: Diagnostics,
  explain: FindErrors,
  build: (context: TreeContext, cst: CstNode) => T,
): T | undefined {
  const depth = tooDeep(tokens);
  const cst = depth ? TOO_DEEP : parsedWithinStack(entry, tokens);
  const found = cst === undefined ? explain(entry, tokens) : undefined;
  if (cst === undefined && found) {
    const before = diagnostics.list.length;
    for (const token of tokens) {
      if (token.tokenType === Address || token.tokenType === NumberLiteral) literal({ diagnostics }, token);
    }
    const invalid = diagnostics.list.slice(before).map(({ span }) => span.end);
    diagnostics.list.push(
      ...found.filter(each => !isConsequence(each, tokens, errors) && !isAfterInvalid(each, tokens, invalid)),
    );
    return undefined;
  }
  if (cst === undefined || cst === TOO_DEEP) {
    reportDepth(depth ?? spanAt(tokens, 0), MAX_PARENTHESES, diagnostics);
    return undefined;
  }
  const context: TreeContext = { diagnostics, depth: 0, query: node => query(context, node) };
  try {
    return build(context, cst);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    reportDepth(error.span, MAX_DEPTH, diagnostics);
    return undefined;
  }
}

const TOO_DEEP = Symbol('nested more deeply than the stack goes');

/** A caller deep in its own stack may leave less than nested parentheses take. */
export function parsedWithinStack(entry: Entry, tokens: readonly IToken[]): CstNode | undefined | typeof TOO_DEEP {
  try {
    return parseTokens(entry, tokens);
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP;
    throw error;
  }
}

/** The span of a token; after the last one if the input ended too soon. */
export function spanAt(tokens: readonly IToken[], at: number): Span {
  const token = tokens[at];
  if (token) return { start: token.startOffset, end: endOf(token) };
  const last = tokens.at(-1);
  const end = last ? endOf(last) : 0;
  return { start: end, end };
}

function reportDepth(span: Span, levels: number, diagnostics: Diagnostics): void {
  diagnostics.error('syntax.depth', span, `nested too deeply: more than ${levels} levels`, 'use let to name the parts');
}

/** Whether an error only follows from an unreadable part, which was reported itself. */
function isConsequence({ span }: Diagnostic, tokens: readonly IToken[], errors: readonly LexError[]): boolean {
  // Where an open text should end, and what follows it, is unknown.
  if (tokens.some(token => token.tokenType === OpenText && token.startOffset < span.start)) return true;
  // `root@gw1`: the word continues with what is unreadable.
  if (span.end > span.start && errors.some(error => error.kind === 'character' && error.start === span.end))
    return true;
  const before = tokens.findLast(token => endOf(token) <= span.start);
  const start = before ? endOf(before) : 0;
  const end = span.end > span.start ? span.start : Number.POSITIVE_INFINITY;
  return errors.some(error => error.kind === 'character' && error.start >= start && error.end <= end);
}

/** Whether an error is just after an invalid literal, which may have been meant to end elsewhere. @param ends of invalid literals */
function isAfterInvalid({ span }: Diagnostic, tokens: readonly IToken[], ends: readonly number[]): boolean {
  const before = tokens.findLast(token => endOf(token) <= span.start);
  return before !== undefined && ends.includes(endOf(before));
}

// ---------------------------------------------------------------- statements of a text

interface Slice {
  readonly tokens: IToken[];
  readonly start: number;
  /** The offset of the semicolon, or the length of the text. */
  readonly end: number;
  readonly isClosed: boolean;
}

/** The tokens of each statement. A semicolon always ends a statement, so that no error extends past it. */
export function* statementSlices(tokens: readonly IToken[], length: number): Generator<Slice> {
  let first = 0;
  let start = 0;
  for (let i = 0; i <= tokens.length; i++) {
    const token: IToken | undefined = tokens[i];
    if (token && token.tokenType !== Semicolon) continue;
    const end = token ? token.startOffset : length;
    if (i > first) yield { tokens: tokens.slice(first, i), start, end, isClosed: token !== undefined };
    first = i + 1;
    start = end + 1;
  }
}

const inOrder = (list: readonly Diagnostic[]): Diagnostic[] =>
  [...list].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
