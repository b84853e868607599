import { type Parsed, type ParsedExpression, readExpression, readStatements } from './split-statements.js';

/** Thrown at a syntax error. */
class SyntaxFailure extends Error {}

/**
 * Reads a text of any number of statements, as `parse` does. Undefined where it has mistakes of syntax: what they are, `parse` can tell,
 * which knows the grammar by an analysis that takes longer than most statements do.
 */
export const quickParse = (text: string): Parsed | undefined => withoutFailure(() => readStatements(text, fail));

/** Reads a text that is one expression, likewise. */
export const quickParseExpression = (text: string): ParsedExpression | undefined =>
  withoutFailure(() => readExpression(text, fail));

const fail = (): never => {
  throw new SyntaxFailure();
};

function withoutFailure<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxFailure) return undefined;
    throw error;
  }
}
