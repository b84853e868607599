/** Reads a format. Text comes in pieces cut anywhere, a character a byte. */
export interface Reader {
  read(text: string): void;
  /** The same for bytes, for those that need no text of them. */
  readBytes?(bytes: Uint8Array): void;
  /** Nothing follows. */
  end(): void;
}
