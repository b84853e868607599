/** What cannot be written as a message, or what the kernel would take for something else than is meant. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
}
