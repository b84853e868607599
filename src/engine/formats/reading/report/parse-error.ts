/** Why a line (an element, an object) is not an entry. Never leaves the formats: such lines are counted and skipped. */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  constructor(message: string) {
    // No one reads where it was thrown, and to collect that takes longer than to read the line.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
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
