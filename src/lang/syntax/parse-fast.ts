import { type Parsed, type ParsedExpression, readExpression, readStatements } from './split-statements.js';

/** Thrown at a mistake. */
class Mistaken extends Error {}

/**
 * Reads a text of any number of statements, as `parse` does. Undefined where it has mistakes of syntax: what they are, `parse` can tell,
 * which knows the grammar by an analysis that takes longer than most statements do.
 */
export const quickParse = (text: string): Parsed | undefined => unlessMistaken(() => readStatements(text, mistaken));

/** Reads a text that is one expression, likewise. */
export const quickParseExpression = (text: string): ParsedExpression | undefined =>
  unlessMistaken(() => readExpression(text, mistaken));

const mistaken = (): never => {
  throw new Mistaken();
};

function unlessMistaken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Mistaken) return undefined;
    throw error;
  }
}
