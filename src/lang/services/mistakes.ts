import { endOf, lex } from '../../../grammar/lexer.js';
import { Reserved, Text } from '../../../grammar/tokens.js';
import { check, type Variables } from '../check/check.js';
import type { Diagnostic, DiagnosticCode } from '../diagnostics/diagnostic.js';
import type { Environment } from '../schema/environment.js';
import type { Place } from '../schema/places.js';
import { parse } from '../syntax/parse.js';
import { parsedWithinStack, statementSlices } from '../syntax/split-statements.js';

/** A part of a text that cannot be right, whatever follows. */
export interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** Errors that the rest of the statement may correct. */
const CORRECTED_LATER: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'aggregate',
  'clause',
  'missing',
  'lex.string',
  'lex.comment',
]);

/** Errors of a word itself: a space after it, and it stays as it is. */
const OF_WORD = /^(?:name\.(?:field|value)|range|literal\..*)$/;

/** What may follow an expression, and is not a part of it. */
const AFTER_EXPRESSION = /^\s*(?:,|\)|(?:and|or|group|having|order|limit|output|until|every|for)\b)/i;

/** Longer texts are checked when they run. */
const MAX_CHARACTERS = 10_000;
/** Tokens at the end of an incomplete statement that are left out to check the rest. */
const MAX_LEFT_OUT = 12;

/** What the language knows besides the text. */
export interface Knowledge {
  readonly environment: Environment;
  readonly variables: Variables;
  readonly place: Place;
}

/** The mistakes in a text that is being typed. The word at the cursor may still change, and is not one. */
export function mistakesIn(text: string, cursor: number, known: Knowledge): readonly Mistake[] {
  if (text.length > MAX_CHARACTERS) return [];
  const variables = new Map(known.variables);
  const end = text.trimEnd().length;
  const found: Diagnostic[] = [];
  for (const { start, stop } of statementsOf(text)) {
    const statement = text.slice(0, stop).slice(start);
    const whole = wholePart(statement);
    const { diagnostics } = parse(statement);
    const isWhole = whole.length === statement.trimEnd().length;
    found.push(...diagnostics.map(each => moved(each, start)));
    // The columns of a file are known when it is read.
    if (whole === '' || (diagnostics.length > 0 && isWhole) || namesFile(whole)) continue;
    for (const each of parse(whole).statements) {
      const checked = check(each, known.environment, variables, known.place);
      // What was left out may belong to the last expression, unless it begins what follows one.
      const isClosed = isWhole || AFTER_EXPRESSION.test(statement.slice(whole.length));
      const certain = checked.diagnostics.filter(
        ({ span, code }) => isClosed || span.end < whole.length || code === 'name.table',
      );
      found.push(...certain.map(diagnostic => moved(diagnostic, start)));
    }
  }
  const isOver = /;\s*$/.test(text);
  return found
    .filter(({ severity, code }) => severity === 'error' && (isOver || !CORRECTED_LATER.has(code)))
    .filter(
      ({ span, code }) =>
        span.end > span.start &&
        (isOver || span.end < end || (span.end === end && end < text.length && OF_WORD.test(code))),
    )
    .filter(({ span }) => cursor < span.start || cursor > span.end)
    .map(({ span, message, hint }) => ({
      start: span.start,
      end: span.end,
      message: hint === undefined ? message : `${message}: ${hint}`,
    }));
}

/** Words before the name of a table. */
const BEFORE_TABLE = /\b(?:from|join|into|update|count|flush|describe)\s+$/i;

/** Whether a complete text has an error that no further clause corrects: an unknown table, or any in or before a `where`, which ends the list of tables. */
export function hasFinalError(text: string, { environment, variables, place }: Knowledge): boolean {
  if (text.length > MAX_CHARACTERS || namesFile(text)) return false;
  const defined = new Map(variables);
  const hasWhere = lex(text).tokens.some(({ tokenType }) => tokenType === Reserved.where);
  const isFinal = ({ code, severity, span }: Diagnostic): boolean =>
    severity === 'error' &&
    ((code === 'name.table' && BEFORE_TABLE.test(text.slice(0, span.start))) ||
      (hasWhere && !CORRECTED_LATER.has(code)));
  return parse(text).statements.some(statement =>
    check(statement, environment, defined, place).diagnostics.some(isFinal),
  );
}

/** What a complete text still lacks to be right, such as the `where` of a delete. */
export function missingIn(text: string, { environment, variables, place }: Knowledge): Diagnostic | undefined {
  if (text.length > MAX_CHARACTERS || namesFile(text)) return undefined;
  const defined = new Map(variables);
  return parse(text)
    .statements.flatMap(statement => check(statement, environment, defined, place).diagnostics)
    .find(({ severity, code }) => severity === 'error' && CORRECTED_LATER.has(code));
}

const moved = (diagnostic: Diagnostic, by: number): Diagnostic => ({
  ...diagnostic,
  span: { start: diagnostic.span.start + by, end: diagnostic.span.end + by },
});

function statementsOf(text: string): { start: number; stop: number }[] {
  const { tokens } = lex(text);
  return [...statementSlices(tokens, text.length)].flatMap(({ tokens: [...inside] }) => {
    const [first] = inside;
    const last = inside.at(-1);
    return first === undefined || last === undefined ? [] : [{ start: first.startOffset, stop: endOf(last) }];
  });
}

/** The longest beginning of a statement that could run. */
function wholePart(statement: string): string {
  const { tokens } = lex(statement);
  for (let count = tokens.length; count > Math.max(0, tokens.length - MAX_LEFT_OUT); count--) {
    const part = tokens.slice(0, count);
    if (parsedWithinStack('statement', part) !== undefined) return statement.slice(0, endOf(part[count - 1]));
  }
  return '';
}

const namesFile = (statement: string): boolean => {
  const { tokens } = lex(statement);
  return tokens.some(
    (token, i) => token.tokenType === Text && i > 0 && /^(from|join|in|file|\(|,)$/i.test(tokens[i - 1].image),
  );
};
