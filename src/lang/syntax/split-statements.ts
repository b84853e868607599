import type { CstNode, IToken } from 'chevrotain';
import { parseTokens } from '../../../grammar/fast-parser.js';
import type { ExpressionCstNode, StatementCstNode } from '../../../grammar/generated/cst.js';
import { endOf, lex, lexing } from '../../../grammar/lexer.js';
import { allOf, type Stray } from '../../../grammar/scan.js';
import { Address, NumberLiteral, OpenText, Semicolon } from '../../../grammar/tokens.js';
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js';
import type { Expr, Span, Statement } from './ast.js';
import { TooDeep, type TreeContext } from './ast-builder/context.js';
import { expression, literal } from './ast-builder/expressions.js';
import { query, statement } from './ast-builder/statements.js';
import { reportStrays } from './lex-errors.js';
import { tooDeep } from './nesting.js';
import { MAX_DEPTH, MAX_PARENTHESES } from './operators.js';

export type Entry = 'statement' | 'expression';

/**
 * Says what is wrong with the tokens of a statement, or of an expression, that has mistakes. Undefined where the stack does
 * not suffice to find out.
 */
export type Explain = (entry: Entry, tokens: IToken[]) => readonly Diagnostic[] | undefined;

export interface Parsed {
  /** The statements without a mistake, in order. */
  readonly statements: Statement[];
  /**
   * Statements of which only a literal is wrong, which has the value null in the tree: what else is wrong with them can be
   * found by checking them.
   */
  readonly damaged: Statement[];
  /** All that is wrong with the text, in its order. */
  readonly diagnostics: Diagnostic[];
}

/** Behind so many mistakes a text is something else than ctq; what follows is not read. */
const MOST_MISTAKES = 100;

/** Characters of a text, some 16 MB: a list of a million addresses. What is larger takes more memory than a query is worth. */
export const MOST_CHARACTERS = 16 << 20;
const MOST_STATEMENTS = 100_000;

export interface ParsedExpression {
  readonly value?: Expr;
  readonly diagnostics: Diagnostic[];
}

/** Reads a text of any number of statements. What is wrong is in the diagnostics. */
export const readStatements = (text: string, explain: Explain): Parsed => allOf(readingStatements(text, explain));

/** The same in short steps, between which a caller may do something else. */
export function* readingStatements(text: string, explain: Explain): Generator<void, Parsed> {
  if (text.length > MOST_CHARACTERS) return tooMuch(`a text may have ${MOST_CHARACTERS >> 20} MiB, and this is larger`);
  const { tokens, strays } = yield* lexing(text);
  if (tokens.length > MOST_STATEMENTS) {
    let semicolons = 0;
    for (const { tokenType } of tokens) if (tokenType === Semicolon) semicolons++;
    if (semicolons > MOST_STATEMENTS)
      return tooMuch(`a text may have ${MOST_STATEMENTS} statements, and this has more`);
  }
  const diagnostics = new Diagnostics();
  reportStrays(text, strays.slice(0, MOST_MISTAKES), diagnostics);
  const statements: Statement[] = [];
  const damaged: Statement[] = [];
  let nextStray = 0;
  for (const slice of slices(tokens, text.length)) {
    const before = diagnostics.list.length;
    if (before >= MOST_MISTAKES) break;
    yield;
    while (nextStray < strays.length && strays[nextStray].start < slice.start) nextStray++;
    const own: Stray[] = [];
    while (nextStray < strays.length && strays[nextStray].start < slice.end) own.push(strays[nextStray++]);
    const built = read('statement', slice.tokens, own, diagnostics, explain, (context, cst) =>
      statement(context, cst as StatementCstNode),
    );
    if (!built) continue;
    (diagnostics.list.length === before && own.length === 0 ? statements : damaged).push(built);
  }
  return { statements, damaged, diagnostics: inOrder(diagnostics.list) };
}

const tooMuch = (message: string): Parsed => ({
  statements: [],
  damaged: [],
  diagnostics: [
    {
      code: 'syntax.size',
      severity: 'error',
      span: { start: 0, end: 0 },
      message,
      hint: "long lists stand better in a file that is joined: join 'hosts.csv' on src = hosts.ip",
    },
  ],
});

/** Reads a text that is one expression. */
export function readExpression(text: string, explain: Explain): ParsedExpression {
  const { tokens, strays } = lex(text);
  const diagnostics = new Diagnostics();
  reportStrays(text, strays.slice(0, MOST_MISTAKES), diagnostics);
  const value = read('expression', tokens, strays, diagnostics, explain, (context, cst) =>
    expression(context, cst as ExpressionCstNode),
  );
  if (diagnostics.hasErrors || !value) return { diagnostics: inOrder(diagnostics.list) };
  return { value, diagnostics: [] };
}

// ---------------------------------------------------------------- one statement

function read<T>(
  entry: Entry,
  tokens: IToken[],
  strays: readonly Stray[],
  diagnostics: Diagnostics,
  explain: Explain,
  build: (context: TreeContext, cst: CstNode) => T,
): T | undefined {
  const depth = tooDeep(tokens);
  const cst = depth ? TOO_DEEP : parsedWithinStack(entry, tokens);
  const found = cst === undefined ? explain(entry, tokens) : undefined;
  if (cst === undefined && found) {
    for (const token of tokens) {
      if (token.tokenType === Address || token.tokenType === NumberLiteral) literal({ diagnostics }, token);
    }
    diagnostics.list.push(...found.filter(mistake => !isAftermath(mistake, tokens, strays)));
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

/** A caller deep in its own stack may leave less of it than the limit of parentheses takes. */
export function parsedWithinStack(entry: Entry, tokens: readonly IToken[]): CstNode | undefined | typeof TOO_DEEP {
  try {
    return parseTokens(entry, tokens);
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP;
    throw error;
  }
}

/** The place of a token; behind the last one where the input ended too soon. */
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

/** Whether a mistake is but the gap that an unreadable part left, which was reported itself. */
function isAftermath({ span }: Diagnostic, tokens: readonly IToken[], strays: readonly Stray[]): boolean {
  // Nobody knows where an open text should have ended, and what of it should have been read.
  if (tokens.some(token => token.tokenType === OpenText && token.startOffset < span.start)) return true;
  const before = tokens.findLast(token => endOf(token) <= span.start);
  const start = before ? endOf(before) : 0;
  const end = span.end > span.start ? span.start : Number.POSITIVE_INFINITY;
  return strays.some(stray => stray.kind === 'character' && stray.start >= start && stray.end <= end);
}

// ---------------------------------------------------------------- statements of a text

interface Slice {
  readonly tokens: IToken[];
  readonly start: number;
  /** The offset of the semicolon, or the length of the text. */
  readonly end: number;
  readonly isClosed: boolean;
}

/** The statements' tokens: a semicolon ends a statement wherever it stands, so that no mistake reaches past it. */
export function* slices(tokens: readonly IToken[], length: number): Generator<Slice> {
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
