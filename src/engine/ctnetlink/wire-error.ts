/** Bytes that are no message. Whoever reads them tells the user where they came from. */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(
    message: string,
    /** Where in the bytes. */
    readonly offset: number,
  ) {
    super(message);
  }
}
