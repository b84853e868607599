/** Up to four ASCII characters as one number, the first in its lowest byte. */
export const word = (text: string): number =>
  [...text].reduceRight((sum, character) => (sum << 8) | character.charCodeAt(0), 0);

/**
 * A text of ASCII characters, ready to be written four bytes at a time. What its last four hold beyond its end is written
 * over by what follows.
 */
export class Piece {
  readonly length: number;
  readonly words: Int32Array;

  constructor(text: string) {
    this.length = text.length;
    this.words = Int32Array.from({ length: Math.ceil(text.length / 4) }, (_, i) => word(text.slice(4 * i, 4 * i + 4)));
  }
}

/** Texts of ASCII characters as pieces, by name. */
export const pieces = <K extends string>(texts: Readonly<Record<K, string>>): Readonly<Record<K, Piece>> =>
  Object.fromEntries(Object.entries<string>(texts).map(([name, text]) => [name, new Piece(text)])) as Record<K, Piece>;
