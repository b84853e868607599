import type { Terminal } from '../io.js';
import { terminalSize } from './terminal-size.js';
import { fit } from './text/width.js';

/** A line on a terminal that is written over itself, and erased at the end. Nothing without a terminal. */
export class TransientLine {
  readonly #terminal: Terminal;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  show(text: string): void {
    if (this.#terminal.isTTY !== true) return;
    this.#isShown = true;
    this.#terminal.write(`\r${fit(text, terminalSize(this.#terminal).columns - 1, '')}\x1b[K`);
  }

  clear(): void {
    if (this.#isShown) this.#terminal.write('\r\x1b[K');
    this.#isShown = false;
  }
}
