/** What readers have to say of a file besides its entries. */
export interface Report {
  /** A line that cannot be read. @param text the line, byte for byte */
  skip(line: number, text: string, reason: string): void;
  /**
   * A word that has no meaning here: the entry is read without it.
   * @param word a character a byte: `mac=`, `[FASTNAT]`, `[active since 5s]`
   */
  unknown(word: string): void;
  /** The line was an entry. */
  accept(): void;
  /** The line was no entry as it was read. */
  discard(): void;
  /**
   * What precedes the entries of lines; reported once of each kind.
   * @param prefix of the first line
   */
  prefix(kind: string, prefix: string, hasTime: boolean): void;
  /** Something that is reported once. */
  note(message: string, hint?: string): void;
}

/** What a reader has said of a piece of a file, as data. */
export type Said =
  | { readonly kind: 'note'; readonly message: string; readonly hint?: string }
  | { readonly kind: 'prefix'; readonly prefixKind: string; readonly prefix: string; readonly hasTime: boolean }
  | { readonly kind: 'unknown'; readonly word: string };
