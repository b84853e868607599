/** What the columns of a file are called in a statement. */
import { wordsOf } from '../../../lang/schema/column-words.js';

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
