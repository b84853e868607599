/** A value that cannot be encoded, or that the kernel would interpret differently than intended. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
}
