/** A text that is edited, with the place of the cursor in it. */
export interface Edited {
  readonly text: string;
  readonly cursor: number;
}

const MAX = 500;

/** What the text was before each change. Characters that are typed one after another are one change, up to the end of a word. */
export class Undo {
  #before: Edited[] = [];
  #after: Edited[] = [];
  #isTyping = false;

  /** Notes a change. @param before what the text was before a key was pressed */
  note(before: Edited, now: Edited): void {
    if (before.text === now.text) {
      if (before.cursor !== now.cursor) this.#isTyping = false;
      return;
    }
    const typed = now.text.length - before.text.length === 1 ? now.text[before.cursor] : undefined;
    if (!(this.#isTyping && typed !== undefined)) this.#before = [...this.#before.slice(1 - MAX), before];
    this.#isTyping = typed !== undefined && /\S/.test(typed);
    this.#after = [];
  }

  undo(now: Edited): Edited | undefined {
    const [edited] = this.#before.splice(-1);
    if (edited === undefined) return undefined;
    this.#after.push(now);
    this.#isTyping = false;
    return edited;
  }

  redo(now: Edited): Edited | undefined {
    const edited = this.#after.pop();
    if (edited === undefined) return undefined;
    this.#before.push(now);
    return edited;
  }

  clear(): void {
    this.#before = [];
    this.#after = [];
    this.#isTyping = false;
  }
}
