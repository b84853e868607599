/** Why a line (or an element, an object) is no entry. Never leaves this folder: such lines are counted and passed over. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

/** What is read; undefined for what is unreadable. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
