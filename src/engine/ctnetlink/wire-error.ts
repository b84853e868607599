/** A malformed message. The caller adds its origin. */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(
    message: string,
    /** Position in the bytes. */
    readonly offset: number,
  ) {
    super(message);
  }
}
