/** Reads a format. Text comes in pieces cut anywhere, a character a byte. */
export interface Reader {
  read(text: string): void;
  /** Nothing follows. */
  end(): void;
}
