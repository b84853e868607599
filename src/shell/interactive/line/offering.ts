import type { Completion } from '../../../lang/services/completion/candidate.js';
import type { Key } from './input/key-names.js';
import type { NodeLine } from './node-line.js';
import { Menu } from './screen/menu.js';
import type { Edited } from './undo.js';

/** What offering candidates needs of the editor. */
export interface OfferingOptions {
  readonly line: NodeLine;
  readonly hasMenu: () => boolean;
  readonly candidates: (text: string, cursor: number) => Promise<Completion>;
  /** Keeps keys until the candidates are there. @returns what delivers them */
  readonly hold: () => () => void;
  /** The line was changed outside of a key. */
  readonly changed: (before: Edited) => void;
  readonly draw: () => void;
}

/** Keys after which candidates are offered: those that change a word. */
const OPENS_MENU = new Set(['text', 'backspace', 'ctrl-h', 'ctrl-w', 'alt-backspace', 'delete']);

/** Looks for candidates while the user types, and lets one be chosen. */
export class Offering {
  readonly menu = new Menu();
  readonly #options: OfferingOptions;
  /** The word at which Escape closed the menu. */
  #closedAt = -1;
  /** Candidates are to be looked for once all keys have been delivered. */
  #isWanted = false;
  /** Counts the changes of the line. */
  #version = 0;
  /** The version for which the menu was opened. */
  #menuVersion = -1;

  constructor(options: OfferingOptions) {
    this.#options = options;
  }

  /** A new line, or another text. What is being looked for is of no use. */
  forget(): void {
    this.menu.close();
    this.#closedAt = -1;
    this.#isWanted = false;
    this.#version++;
  }

  /** A key changed the line, or moved the cursor. */
  changed(name: string): void {
    this.#version++;
    if (this.menu.isChosen) this.#menuVersion = this.#version;
    else if (name !== 'enter') this.#offer(name);
  }

  /** Whether candidates are offered after a key: where a word is being typed, or may begin. */
  #offer(name: string): void {
    const { line, hasMenu } = this.#options;
    const typed = line.text.slice(0, line.cursor);
    const isWord = /[\w.$'"]$|[\s(,=<>]$/.test(typed) && !/;\s*$/.test(typed) && typed.trim() !== '';
    this.#isWanted = hasMenu() && OPENS_MENU.has(name) && isWord;
    if (!this.#isWanted) this.menu.close();
  }

  /** All keys have been delivered, and the line is drawn. */
  idle(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    const version = this.#version;
    setImmediate(() => {
      // Keys that have come since are followed by a call of their own.
      if (version === this.#version) void this.#look(false).then(this.#options.draw);
    });
  }

  /** A key that chooses, accepts or closes. @returns whether it was one */
  press({ name, text }: Key): boolean {
    const { line, hasMenu } = this.#options;
    const { menu } = this;
    const isCurrent = menu.isOpen && this.#menuVersion === this.#version;
    switch (name) {
      case 'tab':
        if (menu.isChosen) menu.choose(line, 1);
        else this.#tab(isCurrent);
        return true;
      case 'shift-tab':
        if (isCurrent) menu.choose(line, -1);
        return true;
      case 'down':
      case 'up':
        // In a line that is not the last, Down goes to the next one.
        if (!menu.isChosen && !(isCurrent && name === 'down' && !line.text.includes('\n', line.cursor))) return false;
        menu.choose(line, name === 'down' ? 1 : -1);
        return true;
      case 'enter':
        if (!menu.isChosen) return false;
        menu.accept(line);
        this.#isWanted = hasMenu();
        return true;
      case 'escape':
      case 'ctrl-g':
        if (!menu.isOpen) return false;
        this.#closedAt = menu.start;
        menu.cancel(line);
        return true;
      default:
        if (menu.isChosen) menu.keepBefore(line, name === 'text' ? text : '');
        return false;
    }
  }

  /** Tab with nothing chosen: waits for the candidates of this very text, and keeps what is typed meanwhile. */
  #tab(wasOpen: boolean): void {
    const { line, hasMenu, hold, changed, draw } = this.#options;
    const deliver = hold();
    this.#closedAt = -1;
    void this.#look(true)
      .then(() => {
        const before: Edited = { text: line.text, cursor: line.cursor };
        const isExtended = this.menu.extend(line);
        if (!isExtended && (wasOpen || !hasMenu())) this.menu.choose(line, 1);
        if (line.text === before.text) return undefined;
        changed(before);
        this.#version++;
        if (this.menu.isChosen) this.#menuVersion = this.#version;
        return isExtended ? this.#look(this.menu.isOpen) : undefined;
      })
      .finally(() => {
        draw();
        deliver();
      });
  }

  /** Looks for candidates. What was typed since makes them useless. */
  async #look(isAsked: boolean): Promise<void> {
    const version = this.#version;
    const { text, cursor } = this.#options.line;
    this.#isWanted = false;
    const found = await this.#options.candidates(text, cursor).catch(() => undefined);
    if (version !== this.#version || found === undefined) return;
    const isHidden = !isAsked && found.start === this.#closedAt;
    if (!isHidden) this.#closedAt = -1;
    if (isHidden || (!isAsked && isFinished(text.slice(found.start, found.end), found))) this.menu.close();
    else {
      this.menu.open(found);
      this.#menuVersion = version;
    }
  }
}

/** Whether nothing needs to be offered: the word is complete, or only operators could follow. */
function isFinished(word: string, { candidates }: Completion): boolean {
  if (word === '') return candidates.every(({ kind, doc }) => kind === 'keyword' && doc === undefined);
  return candidates.length === 1 && candidates[0].text === word;
}
