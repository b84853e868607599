import type { TopRow } from './columns.js';

/** The row under the cursor, and the rows that are on the screen. */
export class RowCursor {
  /** The row that the cursor stays on; undefined: the first one, whichever it is. */
  #key: string | undefined;
  /** The row under the cursor. */
  index = 0;
  /** The first row on the screen. */
  first = 0;

  home(): void {
    this.#key = undefined;
    this.index = 0;
    this.first = 0;
  }

  /** @param height rows on the screen */
  move(to: number, rows: readonly TopRow[], height: number): void {
    if (rows.length === 0) return;
    this.index = Math.max(0, Math.min(rows.length - 1, to));
    this.#key = rows[this.index].key;
    this.scroll(rows, height);
  }

  /** Finds the row in the rows of a new refresh. If it is gone, the cursor is on what took its place. */
  place(rows: readonly TopRow[], height: number): void {
    const at = this.#key === undefined ? 0 : rows.findIndex(({ key }) => key === this.#key);
    this.index = at >= 0 ? at : Math.max(0, Math.min(this.index, rows.length - 1));
    if (this.#key !== undefined) this.#key = rows[this.index]?.key;
    this.scroll(rows, height);
  }

  /** Moves the rows on the screen so that the cursor is among them. */
  scroll(rows: readonly TopRow[], height: number): void {
    const last = Math.max(0, rows.length - height);
    this.first = Math.min(Math.max(this.first, this.index - height + 1), this.index, last);
  }
}
