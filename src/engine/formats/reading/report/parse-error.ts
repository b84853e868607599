/** Why a line (an element, an object) is not an entry. Never leaves the formats: such lines are counted and skipped. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

/** The value, or undefined if it is invalid. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
