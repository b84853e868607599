import { type Parsed, type ParsedExpression, readExpression, readStatementSteps } from './split-statements.js';

/** Thrown at a syntax error. */
class SyntaxFailure extends Error {}

/**
 * Parses a text of any number of statements in short steps, like `parseSteps`. Undefined if it has syntax errors: `parseSteps`
 * describes them, after an analysis of the grammar that takes longer than most statements.
 */
export function* parseFastSteps(text: string): Generator<void, Parsed | undefined> {
  try {
    return yield* readStatementSteps(text, fail);
  } catch (error) {
    if (error instanceof SyntaxFailure) return undefined;
    throw error;
  }
}

/** Parses a text that is one expression; undefined if it has syntax errors. */
export function parseExpressionFast(text: string): ParsedExpression | undefined {
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
