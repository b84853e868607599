/** What the columns of a file are called in a statement. */
import { columnName } from '../../../lang/schema/column-name.js';

/** How columns are spelled in the files of a pattern: the first one decides between `IP` and `ip`. By their names in lower case. */
export type Spelling = Map<string, string>;

/** The names of a file's columns, in which a statement can be written. Those that would be called alike get a number. */
export class ColumnNames {
  readonly #taken = new Set<string>();
  /** Columns so far. */
  #count = 0;
  /** Those that are not called as in the file. */
  readonly changed = new Map<string, string>();
  readonly #spelling: Spelling;

  constructor(spelling: Spelling = new Map()) {
    this.#spelling = spelling;
  }

  /** The name of the next column. @param written in the file */
  next(written: string): string {
    this.#count++;
    const word = columnName(written) || `column_${this.#count}`;
    let name = word;
    for (let n = 2; this.#taken.has(name.toLowerCase()); n++) name = `${word}_${n}`;
    const lower = name.toLowerCase();
    this.#taken.add(lower);
    if (name !== written) this.changed.set(name, written);
    const known = this.#spelling.get(lower);
    if (known === undefined) this.#spelling.set(lower, name);
    return known ?? name;
  }
}

/** The names of all columns of a header. */
export function namesOf(header: readonly string[]): string[] {
  const names = new ColumnNames();
  return header.map(written => names.next(written));
}
