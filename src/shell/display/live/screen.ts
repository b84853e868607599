/** A part of the terminal that is drawn again and again in its place: below what is there, which it leaves alone. */
import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from '../../cli/io.js';
import { type Destination, StreamDestination } from '../../output/destination.js';
import { textWidth } from '../width.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Long lines are cut at the edge while a frame is drawn: wrapped ones would be more lines than were counted. */
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const up = (lines: number): string => (lines === 0 ? '\r' : `\r\u001b[${lines}A`);

/** Where exits are told; `process`. */
export interface Exits {
  on(event: 'exit', listener: () => void): unknown;
  off(event: 'exit', listener: () => void): unknown;
}

/** Gathers the text of a result, and shows it when it is complete, in one write, in the place of the one before. */
export class Screen implements Destination {
  readonly #terminal: Terminal;
  readonly #stream: StreamDestination;
  readonly #exits: Exits;
  #text: Buffer[] = [];
  /** The lines on the screen, which the cursor stands below. */
  #shown: readonly string[] = [];
  /** Columns that the terminal had when they were drawn: what was beyond is not there. */
  #drawnWidth = Number.POSITIVE_INFINITY;
  #hidden = false;
  #onResize: (() => void) | undefined;

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

  /** Shows what was gathered instead of what is shown. */
  draw(): void {
    const lines = Buffer.concat(this.#text).toString('utf8').replace(/\n$/, '').split('\n');
    this.#text = [];
    const height = Math.max(2, (this.#terminal.rows ?? 24) - 1);
    const fitting = lines.length <= height ? lines : lines.slice(0, height - 1);
    if (fitting.length < lines.length) {
      const left = lines.length - fitting.length;
      fitting.push(`… ${left} more line${left === 1 ? '' : 's'}: limit shows fewer`);
    }
    this.#replace(fitting);
  }

  /** Calls back when the terminal has got another size, until the screen is closed. */
  onResize(listener: () => void): void {
    this.#onResize = listener;
    this.#terminal.on('resize', listener);
  }

  /** Draws what is shown once more. */
  redraw(): void {
    if (this.#shown.length > 0) this.#replace(this.#shown);
  }

  /** Forgets what was gathered. */
  discard(): void {
    this.#text = [];
  }

  /** Lets something else be written, above what is shown. */
  beside(work: () => void): void {
    if (this.#shown.length === 0) {
      work();
      return;
    }
    this.#put(`${up(this.#height())}${ERASE_BELOW}`);
    work();
    this.#put(this.#frame());
  }

  async close(): Promise<void> {
    this.#restore();
    await this.#stream.close();
  }

  abort(): void {
    this.#restore();
    this.#stream.abort();
  }

  #replace(lines: readonly string[]): void {
    const back = up(this.#height());
    this.#shown = lines;
    this.#put(`${this.#hide()}${back}${this.#frame()}`);
  }

  #frame(): string {
    this.#drawnWidth = this.#terminal.columns ?? Number.POSITIVE_INFINITY;
    const lines = this.#shown.map(line => `${line}${ERASE_LINE}\r\n`).join('');
    return `${WRAP_OFF}${lines}${ERASE_BELOW}${WRAP_ON}`;
  }

  /** Lines that the frame takes now: a terminal that became narrower has broken them. */
  #height(): number {
    const { columns = Number.POSITIVE_INFINITY } = this.#terminal;
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

  /** However the program ends: a terminal without a cursor is no good to anybody. */
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
