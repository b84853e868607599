/** The whole terminal: its alternate screen, on which lines are drawn, and from which it is always restored. */

import { terminalSize } from '../display/terminal-size.js';
import type { Terminal } from '../io.js';
import { cut, type Line } from './table/table.js';

/** xterm's alternate screen; no wrapping at the last column; pastes are marked; no cursor. */
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';

/** Notifies of the program's exit: `process`. */
export interface Exits {
  on(event: 'exit', listener: () => void): unknown;
  off(event: 'exit', listener: () => void): unknown;
}

/** The smallest screen that is drawn on. */
export const SMALLEST = { columns: 40, rows: 10 } as const;

export interface Frame {
  readonly lines: readonly Line[];
  /** Where the terminal's cursor is shown, counted from 0; left out: nowhere. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

export class FullScreen {
  readonly #output: Terminal;
  readonly #exits: Exits;
  readonly #hasColor: boolean;
  /** What is on each row. */
  #shown: string[] = [];
  #cursor = '';
  #isOpen = false;
  /** The terminal has not taken the last frame; what is drawn meanwhile waits. */
  #waiting: Frame | undefined;
  #isCongested = false;

  constructor(output: Terminal, hasColor: boolean, exits: Exits = process) {
    this.#output = output;
    this.#hasColor = hasColor;
    this.#exits = exits;
  }

  get columns(): number {
    return Math.max(1, terminalSize(this.#output).columns);
  }

  get rows(): number {
    return Math.max(1, terminalSize(this.#output).rows);
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#exits.on('exit', this.#restore);
    this.#output.write(ENTER);
    this.forget();
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.#exits.off('exit', this.#restore);
    this.#restore();
  }

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(LEAVE);
  };

  /** All rows are drawn again next time: something else may have written to the terminal, or its size has changed. */
  forget(): void {
    this.#shown = [];
    this.#cursor = '';
    if (this.#isOpen) this.#output.write('\x1b[0m\x1b[2J');
  }

  /** Draws a frame: the rows that differ from what is shown. */
  draw(frame: Frame): void {
    if (!this.#isOpen) return;
    if (this.#isCongested) {
      this.#waiting = frame;
      return;
    }
    const { columns, rows } = this;
    let text = '';
    for (let i = 0; i < rows; i++) {
      const line = this.#textOf(cut(frame.lines[i] ?? [], columns));
      if (line === this.#shown[i]) continue;
      this.#shown[i] = line;
      // Erased first: after a character in the last column, the terminal would erase that.
      text += `\x1b[${i + 1};1H\x1b[2K${line}`;
    }
    this.#shown.length = rows;
    const { cursor } = frame;
    const place = cursor ? `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h` : '\x1b[?25l';
    if (text === '' && place === this.#cursor) return;
    this.#cursor = place;
    if (!this.#output.write((text === '' ? '' : '\x1b[?25l') + text + place)) this.#wait();
  }

  #wait(): void {
    this.#isCongested = true;
    this.#output.once('drain', () => {
      this.#isCongested = false;
      const frame = this.#waiting;
      this.#waiting = undefined;
      if (frame) this.draw(frame);
    });
  }

  #textOf(line: Line): string {
    let text = '';
    let last = '';
    for (const piece of line) {
      const codes = this.#hasColor ? piece.codes : withoutColor(piece.codes);
      if (codes !== last) text += codes === '' ? '\x1b[0m' : `\x1b[0;${codes}m`;
      last = codes;
      text += piece.text;
    }
    return last === '' ? text : `${text}\x1b[0m`;
  }
}

/** Bold, underlined and reverse are not colours. */
const withoutColor = (codes: string): string =>
  codes
    .split(';')
    .filter(code => code === '1' || code === '4' || code === '7')
    .join(';');
