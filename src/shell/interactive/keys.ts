import { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { replaceUnprintable } from '../../lang/diagnostics/printable.js';

const PASTE = '\x1b[200~';
const PASTED = '\x1b[201~';
const INTERRUPT = '\x03';

export interface KeyListener {
  /** Ctrl-C while no line is read. */
  interrupted(): void;
  /** The number of these characters that may be passed on together. */
  together(text: string): number;
  /** Before keys are passed on. @returns whether they have been handled */
  before(keys: string): boolean;
  /** Keys were passed on, or handled. */
  after(): void;
  /** A paste ended. */
  pasted(): void;
}

/** What a paste may put in: line ends, and characters that are shown. */
const pasted = (text: string): string =>
  replaceUnprintable(text.replaceAll('\t', '  '), character => (/[\r\n]/.test(character) ? character : ''));

/**
 * Passes keys to the line editor while it reads, and keeps them while a statement runs: a pasted script
 * runs statement by statement, and Ctrl-C works at any time.
 */
export class Keys extends Readable {
  readonly #terminal: ReadStream;
  readonly #listener: KeyListener;
  #waiting = '';
  #pressed: ((keys: string) => void) | undefined;
  #isReading = false;
  #isHeld = false;
  #isFeeding = false;
  #isPasting = false;
  #hasEnded = false;

  constructor(terminal: Readable, listener: KeyListener) {
    super({ read: () => {} });
    this.#terminal = terminal as ReadStream;
    this.#listener = listener;
    this.#terminal.setEncoding('utf8');
    this.#terminal.on('data', this.#arrived);
    this.#terminal.on('end', this.#ended);
    this.#terminal.on('error', this.#ended);
  }

  get isTTY(): boolean {
    return this.#terminal.isTTY === true;
  }

  get isPasting(): boolean {
    return this.#isPasting;
  }

  /** Asked by the line editor, for as long as it lives. */
  setRawMode(raw: boolean): this {
    this.#terminal.setRawMode?.(raw);
    return this;
  }

  /** Passes keys on from now on. */
  start(): void {
    this.#isReading = true;
    this.#feed();
  }

  /** Keeps keys. Takes effect at once, also in the middle of a paste. */
  stop(): void {
    this.#isReading = false;
  }

  /** Keeps keys until the line is ready for them. @returns a function that passes them on */
  hold(): () => void {
    this.#isHeld = true;
    return () => {
      this.#isHeld = false;
      this.#feed();
    };
  }

  /** Leaves the terminal to another program while some work is done. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#terminal.off('data', this.#arrived);
    this.#terminal.pause();
    this.setRawMode(false);
    try {
      return await work();
    } finally {
      this.setRawMode(true);
      this.#terminal.on('data', this.#arrived);
      this.#terminal.resume();
    }
  }

  release(): void {
    this.#terminal.off('data', this.#arrived);
    this.#terminal.off('end', this.#ended);
    this.#terminal.pause();
  }

  /** Passes keys to another listener while something runs, apart from Ctrl-C. @returns what ends that */
  divert(pressed: (keys: string) => void): () => void {
    this.#pressed = pressed;
    return () => {
      this.#pressed = undefined;
    };
  }

  readonly #arrived = (chunk: string | Uint8Array): void => {
    if (this.#pressed !== undefined && !this.#isReading) {
      const keys = String(chunk);
      if (keys.includes(INTERRUPT)) this.#listener.interrupted();
      else this.#pressed(keys);
      return;
    }
    this.#waiting += String(chunk);
    this.#hearInterrupt();
    this.#feed();
  };

  /** Ctrl-C among the keys that wait while something runs. What was typed before it was meant for what is being ended. */
  #hearInterrupt(): void {
    if (this.#isReading || !this.#waiting.includes(INTERRUPT)) return;
    this.#waiting = this.#waiting.slice(this.#waiting.lastIndexOf(INTERRUPT) + 1);
    this.#listener.interrupted();
  }

  readonly #ended = (): void => {
    this.#hasEnded = true;
    this.#feed();
  };

  #feed(): void {
    // A line that is handed on may make this be called again.
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    try {
      while (this.#isReading && !this.#isHeld && this.#waiting !== '' && this.#feedSome());
    } finally {
      this.#isFeeding = false;
    }
    // It came together with the end of the line that it is to interrupt, which has not begun to run yet.
    if (!this.#isReading && this.#waiting.includes(INTERRUPT)) setImmediate(() => this.#hearInterrupt());
    if (this.#hasEnded && this.#isReading && !this.#isHeld && this.#waiting === '') this.emit('end');
  }

  #feedSome(): boolean {
    const marker = this.#isPasting ? PASTED : PASTE;
    if (this.#waiting.startsWith(marker)) {
      this.#waiting = this.#waiting.slice(marker.length);
      this.#isPasting = !this.#isPasting;
      if (!this.#isPasting) this.#listener.pasted();
      return true;
    }
    const text = this.#take(marker);
    if (text === '') return false;
    const typed = this.#isPasting ? pasted(text) : text;
    const end = /^\x1b/.test(typed) ? typed.length : this.#listener.together(typed);
    const keys = typed.slice(0, end);
    this.#waiting = typed.slice(end) + this.#waiting;
    if (!this.#listener.before(keys)) this.emit('data', Buffer.from(keys));
    this.#listener.after();
    return true;
  }

  /** The next keys: one that is a sequence, or all to the end of a line, a marker, or the next sequence. */
  #take(marker: string): string {
    const text = this.#waiting;
    const sequence = this.#isPasting ? undefined : /^(?:\x1b(?:\[[\d;]*[@-~]|O.)|\t)/.exec(text)?.[0];
    if (sequence !== undefined) {
      this.#waiting = text.slice(sequence.length);
      return sequence;
    }
    const line = /\r\n?|\n/.exec(text);
    let end = line ? line.index + line[0].length : text.length;
    // A tab among other keys would be taken for pasted text.
    const at = this.#isPasting ? text.indexOf(marker, 1) : 1 + text.slice(1).search(/[\x1b\t]/);
    if (at > 0) end = Math.min(end, at);
    // A marker may come in two pieces.
    else if (!line) end -= /\x1b\[2(0[01]?)?$/.exec(text)?.[0].length ?? 0;
    this.#waiting = text.slice(end);
    return text.slice(0, end);
  }
}
