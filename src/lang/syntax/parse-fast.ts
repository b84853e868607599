import { type Parsed, type ParsedExpression, readExpression, readingStatements } from './split-statements.js';

/** Thrown at a syntax error. */
class SyntaxFailure extends Error {}

/**
 * Reads a text of any number of statements in short steps, as `parsing` does. Undefined where it has mistakes of syntax: what they
 * are, `parsing` can tell, which knows the grammar by an analysis that takes longer than most statements do.
 */
export function* quickParsing(text: string): Generator<void, Parsed | undefined> {
  try {
    return yield* readingStatements(text, fail);
  } catch (error) {
    if (error instanceof SyntaxFailure) return undefined;
    throw error;
  }
}

/** Reads a text that is one expression, likewise. */
export function quickParseExpression(text: string): ParsedExpression | undefined {
  try {
    return readExpression(text, fail);
  } catch (error) {
    if (error instanceof SyntaxFailure) return undefined;
    throw error;
  }
}

const fail = (): never => {
  throw new SyntaxFailure();
};
