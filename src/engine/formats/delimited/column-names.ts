/** What the columns of a file are called in a statement. */

/** The accents of letters, once they are taken apart. */
const ACCENTS = /\p{M}+/gu;

/** A part of a name, between dots, as a word: other characters are one `_`, none at its ends. */
function wordOf(part: string): string {
  const word = part.replace(/^[^\w]+|[^\w]+$/g, '').replace(/[^\w]+/g, '_');
  return /^\d/.test(word) ? `_${word}` : word;
}

const PLAIN = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** A name of a file as words with dots between them; empty if there is no letter or digit in it. */
const wordsOf = (name: string): string =>
  PLAIN.test(name) ? name : name.normalize('NFD').replace(ACCENTS, '').split('.').map(wordOf).filter(Boolean).join('.');

/** The names of a file's columns, in which a statement can be written. Those that would be called alike get a number. */
export class ColumnNames {
  readonly #taken = new Set<string>();
  /** Columns so far. */
  #count = 0;
  /** Those that are not called as in the file. */
  readonly changed = new Map<string, string>();

  /** The name of the next column. @param written in the file */
  next(written: string): string {
    this.#count++;
    const word = wordsOf(written) || `column_${this.#count}`;
    let name = word;
    for (let n = 2; this.#taken.has(name.toLowerCase()); n++) name = `${word}_${n}`;
    this.#taken.add(name.toLowerCase());
    if (name !== written) this.changed.set(name, written);
    return name;
  }
}

/** The names of all columns of a header. */
export function namesOf(header: readonly string[]): string[] {
  const names = new ColumnNames();
  return header.map(written => names.next(written));
}
