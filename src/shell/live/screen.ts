/** A region of the terminal, below the existing output, that is redrawn in place. */

import { stripVTControlCharacters } from 'node:util';
import { terminalSize } from '../display/terminal-size.js';
import { textWidth } from '../display/text/width.js';
import type { Terminal } from '../io.js';
import { type Destination, StreamDestination } from '../output/destination.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Auto-wrap is off while a frame is drawn: wrapped lines would make it higher than counted. */
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const up = (lines: number): string => (lines === 0 ? '\r' : `\r\u001b[${lines}A`);

/** Lines of a result that are all left on the terminal when its view ends, though they exceed the screen. */
const MAX_LINES_LEFT = 200;

/** Notifies of the program's exit: `process`. */
export interface Exits {
  on(event: 'exit', listener: () => void): unknown;
  off(event: 'exit', listener: () => void): unknown;
}

/** Collects the text of a result, and draws it when complete, in one write, in the place of the previous one. */
export class Screen implements Destination {
  readonly #terminal: Terminal;
  readonly #stream: StreamDestination;
  readonly #exits: Exits;
  #text: Buffer[] = [];
  /** The lines on the screen; the cursor is below them. */
  #shown: readonly string[] = [];
  /** Columns of the terminal when they were drawn; longer lines were cut there. */
  #drawnWidth = Number.POSITIVE_INFINITY;
  #hidden = false;
  #onResize: (() => void) | undefined;
  /** A line below the text, which is erased at the end; empty: none. */
  footer: (width: number) => string = () => '';
  #hasFooter = false;
  /** The line that says which lines of a result that exceeds the screen are shown, if keys scroll. */
  position: ((first: number, last: number, total: number) => string) | undefined;
  /** Lines at the top that stay when the others are scrolled. */
  headerLines: () => number = () => 0;
  /** All lines of the result. */
  #lines: readonly string[] = [];
  /** Those above the first that is shown, apart from a header. */
  #offset = 0;

  constructor(terminal: Terminal, exits: Exits = process) {
    this.#terminal = terminal;
    this.#stream = new StreamDestination(terminal);
    this.#exits = exits;
  }

  write(chunk: Uint8Array, done: () => void): void {
    this.#text.push(Buffer.from(chunk));
    done();
  }

  ready(): Promise<void> | undefined {
    return this.#stream.ready();
  }

  get waiting(): number {
    return this.#stream.waiting;
  }

  /** Replaces the drawn text by the collected one. */
  draw(): void {
    const text = Buffer.concat(this.#text).toString('utf8');
    this.#lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    this.#text = [];
    const footer = this.footer(terminalSize(this.#terminal).columns);
    this.#hasFooter = footer !== '';
    const fitting = this.#fitting();
    this.#replace(this.#hasFooter ? [...fitting, footer] : fitting);
  }

  /** The lines for which the screen has room. */
  #fitting(): readonly string[] {
    const height = Math.max(2, terminalSize(this.#terminal).rows - (this.#hasFooter ? 2 : 1));
    const lines = this.#lines;
    if (lines.length <= height) {
      this.#offset = 0;
      return lines;
    }
    if (this.position === undefined) {
      const left = lines.length - height + 1;
      return [...lines.slice(0, height - 1), `… ${left} more line${left === 1 ? '' : 's'}: limit shows fewer`];
    }
    const header = Math.min(this.headerLines(), height - 2);
    const room = height - header - 1;
    const last = lines.length - header - room;
    this.#offset = Math.min(Math.max(this.#offset, 0), last);
    const first = header + this.#offset;
    const position = this.position(this.#offset + 1, this.#offset + room, lines.length - header);
    return [...lines.slice(0, header), ...lines.slice(first, first + room), position];
  }

  /** Shows other lines of the result; lower ones if `by` is positive. */
  scroll(by: number, unit: 'line' | 'page'): void {
    const page = Math.max(1, this.#shown.length - this.headerLines() - 2);
    this.#offset += unit === 'page' ? by * page : by;
    if (this.#shown.length === 0) return;
    const fitting = this.#fitting();
    this.#replace(this.#hasFooter ? [...fitting, this.footer(terminalSize(this.#terminal).columns)] : fitting);
  }

  /** Draws the line below the text again. */
  redrawFooter(): void {
    if (this.#hasFooter)
      this.#replace([...this.#shown.slice(0, -1), this.footer(terminalSize(this.#terminal).columns)]);
  }

  /** Sets a listener for resizes of the terminal; it is removed when the screen is closed. */
  onResize(listener: () => void): void {
    this.#onResize = listener;
    this.#terminal.on('resize', listener);
  }

  /** Draws the current text again. */
  redraw(): void {
    if (this.#shown.length > 0) this.#replace(this.#shown);
  }

  /** Drops the collected text. */
  discard(): void {
    this.#text = [];
  }

  /** Erases the region while `work` writes something, and draws it again below. */
  writeAbove(work: () => void): void {
    if (this.#shown.length === 0) {
      work();
      return;
    }
    this.#put(`${up(this.#height())}${ERASE_BELOW}`);
    work();
    this.#put(this.#frame());
  }

  async close(): Promise<void> {
    this.#eraseFooter();
    this.#restore();
    await this.#stream.close();
  }

  /** The last frame: all lines of the result, or the first ones if they are very many. */
  #eraseFooter(): void {
    if (!this.#hasFooter) return;
    this.#hasFooter = false;
    this.#offset = 0;
    this.position = undefined;
    this.#replace(this.#lines.length <= MAX_LINES_LEFT ? this.#lines : this.#fitting());
  }

  abort(): void {
    this.#eraseFooter();
    this.#restore();
    this.#stream.abort();
  }

  #replace(lines: readonly string[]): void {
    const back = up(this.#height());
    this.#shown = lines;
    this.#put(`${this.#hide()}${back}${this.#frame()}`);
  }

  #frame(): string {
    const columns = terminalSize(this.#terminal).columns;
    this.#drawnWidth = columns;
    const lines = this.#shown
      .map(line => {
        // After a character in the last column, the terminal would erase that.
        const isFull = textWidth(stripVTControlCharacters(line)) >= columns;
        return isFull ? `${ERASE_LINE}${line}\r\n` : `${line}${ERASE_LINE}\r\n`;
      })
      .join('');
    return `${WRAP_OFF}${lines}${ERASE_BELOW}${WRAP_ON}`;
  }

  /** Lines of the terminal that the frame takes now: a terminal made narrower wraps them. */
  #height(): number {
    const { columns } = terminalSize(this.#terminal);
    let height = 0;
    for (const line of this.#shown) {
      const width = Math.min(textWidth(stripVTControlCharacters(line)), this.#drawnWidth);
      height += Math.max(1, Math.ceil(width / columns));
    }
    return height;
  }

  #hide(): string {
    if (this.#hidden) return '';
    this.#hidden = true;
    this.#exits.on('exit', this.#onExit);
    return HIDE_CURSOR;
  }

  /** The cursor must be visible again, however the program ends. */
  readonly #onExit = (): void => this.#restore();

  #restore(): void {
    if (this.#onResize !== undefined) this.#terminal.off('resize', this.#onResize);
    if (!this.#hidden) return;
    this.#hidden = false;
    this.#exits.off('exit', this.#onExit);
    this.#put(SHOW_CURSOR);
  }

  #put(text: string): void {
    this.#stream.write(Buffer.from(text, 'utf8'), () => {});
  }
}
