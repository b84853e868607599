import type { Edited } from '../undo.js';

/**
 * ↑ and ↓ through the history: the entries that begin with what was before the cursor at the first ↑.
 * What was typed is kept, and comes back after the newest entry. An entry that is changed is a draft of its own.
 */
export class Recall {
  #entries: readonly string[] = [];
  /** Of the entry in the line; -1 for the draft. */
  #index = -1;
  #draft: Edited = { text: '', cursor: 0 };
  #prefix = '';

  /** Starts again. @param entries newest first */
  begin(entries: readonly string[]): void {
    this.#entries = entries;
    this.#index = -1;
  }

  /** The next older entry; undefined if there is none. */
  older(line: Edited, isAny: boolean): Edited | undefined {
    if (!this.#isRecalled(line)) {
      this.#index = -1;
      this.#draft = { text: line.text, cursor: line.cursor };
      this.#prefix = isAny ? '' : line.text.slice(0, line.cursor);
    }
    const index = this.#entries.findIndex((entry, i) => i > this.#index && this.#fits(entry));
    return index < 0 ? undefined : this.#at(index);
  }

  /** The next newer entry, or the draft; undefined if the line is not a recalled entry. */
  newer(line: Edited): Edited | undefined {
    if (!this.#isRecalled(line)) return undefined;
    return this.#at(this.#entries.findLastIndex((entry, i) => i < this.#index && this.#fits(entry)));
  }

  #isRecalled(line: Edited): boolean {
    return this.#index >= 0 && line.text === this.#entries[this.#index];
  }

  #fits(entry: string): boolean {
    return entry.startsWith(this.#prefix) && entry !== this.#draft.text;
  }

  #at(index: number): Edited {
    this.#index = index;
    if (index < 0) return this.#draft;
    const text = this.#entries[index];
    return { text, cursor: text.length };
  }
}
