import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ReadStream } from 'node:tty';
import { replaceUnprintable } from '../../../../lang/diagnostics/printable.js';
import { type Key, nameOf } from './key-names.js';

const PASTE = '\x1b[200~';
const PASTED = '\x1b[201~';
const INTERRUPT = '\x03';

/** Milliseconds after which an escape character is the Escape key: the rest of a sequence comes sooner, also over ssh. */
const ESCAPE_DELAY = 60;
/** Milliseconds to wait for the rest of a terminal's answer. */
const ANSWER_DELAY = 500;

export interface KeyListener {
  /** Ctrl-C while nothing is read. */
  interrupted(): void;
  key(key: Key): void;
  /** A whole paste: lines end with `\n`. */
  pasted(text: string): void;
  /** The terminal answered a request: an escape sequence. */
  answered(sequence: string): void;
  /** All keys that have come were delivered. */
  idle(): void;
  /** The terminal was closed. */
  ended(): void;
}

const CHARACTERS = /^[^\x00-\x1f\x7f]+/;
const CHARACTER = /^[^\x00-\x1f\x7f]/u;

/** A complete escape sequence (ECMA-48): CSI, SS3, OSC, DCS, or Alt with a character. */
const SEQUENCE =
  /^\x1b(?:\[[0-?]*[ -/]*[@-~]|\[\[[A-E]|O[ -~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[^[O\]P\x1b])/;
/** Answers: OSC, DCS, the device attributes (DA1), `CSI ? … c`, and the place of the cursor (CPR), `CSI … ; … R`. */
const ANSWER = /^\x1b(?:\]|P|\[(?:\?[\d;]*c|\d+;\d+R)$)/;

const ANSWERS = /\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|\[(?:\?[\d;]*c|\d+;\d+R))/g;

/** What a paste may contain: line ends and printable characters. */
const printablePaste = (text: string): string =>
  replaceUnprintable(text.replace(/\r\n?/g, '\n').replaceAll('\t', '  '), character =>
    character === '\n' ? '\n' : '',
  );

/**
 * Reads the keys of a terminal. They are delivered while the editor reads, and kept while a statement runs: so a pasted script
 * runs statement by statement, and Ctrl-C is noticed at all times.
 */
export class Keys {
  /** As vi reads keys: an escape character is the Escape key, never Alt, and each character is a command. */
  isVi = false;
  readonly #terminal: ReadStream;
  readonly #listener: KeyListener;
  #waiting = '';
  /** What came before a question, while that is open. */
  #aside: string | undefined;
  #diverted: ((keys: string) => void) | undefined;
  #isReading = false;
  #isHeld = false;
  #isFeeding = false;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Readable, listener: KeyListener) {
    this.#terminal = terminal as ReadStream;
    this.#listener = listener;
    this.#terminal.setEncoding('utf8');
    this.#terminal.on('data', this.#arrived);
    this.#terminal.on('end', this.#ended);
    this.#terminal.on('error', this.#ended);
    this.setRawMode(true);
    this.#terminal.resume();
  }

  setRawMode(raw: boolean): void {
    this.#terminal.setRawMode?.(raw);
  }

  /** Delivers keys from now on. */
  start(): void {
    this.#isReading = true;
    this.#feed();
  }

  /** Keeps what comes. Takes effect at once, also in the middle of what came together. */
  stop(): void {
    this.#isReading = false;
  }

  /** Keeps what is typed until the line is ready for it. @returns what delivers it */
  hold(): () => void {
    this.#isHeld = true;
    return () => {
      this.#isHeld = false;
      this.#feed();
    };
  }

  /** Waits until what has been typed so far has come. */
  async settled(): Promise<void> {
    for (let before = -1; before !== this.#waiting.length; ) {
      before = this.#waiting.length;
      // The terminal may not be read between this and the first turn.
      await turn();
      await turn();
    }
  }

  /** Keeps what has come, so that only later keys are delivered. @returns what puts it back before those, or drops it */
  setAside(): (isDropped: boolean) => void {
    this.#aside = this.#waiting;
    this.#waiting = '';
    return isDropped => {
      if (!isDropped) this.#waiting = (this.#aside ?? '') + this.#waiting;
      this.#aside = undefined;
    };
  }

  /** The rest of a paste that had begun to come belongs to what is set aside. */
  #keepPaste(): void {
    const begin = this.#aside?.lastIndexOf(PASTE) ?? -1;
    if (this.#aside === undefined || begin < 0 || this.#aside.includes(PASTED, begin)) return;
    const all = this.#aside + this.#waiting;
    const mark = all.indexOf(PASTED, begin);
    const end = mark < 0 ? all.length : mark + PASTED.length;
    this.#aside = all.slice(0, end);
    this.#waiting = all.slice(end);
  }

  /** Delivers a paste later: after what was set aside, or before what has come since. */
  pasteLater(text: string): void {
    const paste = PASTE + text + PASTED;
    if (this.#aside === undefined) this.#waiting = paste + this.#waiting;
    else this.#aside += paste;
  }

  /** Passes keys to another listener while something runs, apart from Ctrl-C. @returns what ends that */
  divert(pressed: (keys: string) => void): () => void {
    this.#diverted = pressed;
    return () => {
      this.#diverted = undefined;
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
    clearTimeout(this.#timer);
    this.#terminal.off('data', this.#arrived);
    this.#terminal.off('end', this.#ended);
    this.setRawMode(false);
    this.#terminal.pause();
  }

  readonly #arrived = (chunk: string | Uint8Array): void => {
    if (this.#diverted !== undefined && !this.#isReading) {
      const keys = String(chunk);
      if (keys.includes(INTERRUPT)) {
        // What came before they were diverted was meant for what is being ended, too.
        this.#waiting += keys;
        this.#noticeInterrupt();
      } else this.#diverted(keys);
      return;
    }
    this.#waiting += String(chunk);
    this.#keepPaste();
    this.#noticeInterrupt();
    this.#takeAnswers();
    this.#feed();
  };

  /** Answers of the terminal are delivered while a statement runs, too: they must not be left to the program that reads next. */
  #takeAnswers(): void {
    if (this.#isReading || !this.#waiting.includes('\x1b')) return;
    const answers: string[] = [];
    this.#waiting = this.#waiting.replace(ANSWERS, answer => {
      answers.push(answer);
      return '';
    });
    for (const answer of answers) this.#listener.answered(answer);
  }

  /** Ctrl-C among the keys that wait while something runs. What was typed before it was meant for what is being ended. */
  #noticeInterrupt(): void {
    if (this.#isReading || !this.#waiting.includes(INTERRUPT)) return;
    this.#waiting = this.#waiting.slice(this.#waiting.lastIndexOf(INTERRUPT) + 1);
    this.#listener.interrupted();
  }

  readonly #ended = (): void => {
    this.#hasEnded = true;
    this.#feed();
  };

  #feed(): void {
    // A line that is delivered may make this be called again.
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    clearTimeout(this.#timer);
    let isDelivered = false;
    try {
      while (this.#isReading && !this.#isHeld && this.#waiting !== '' && this.#feedOne()) isDelivered = true;
    } finally {
      this.#isFeeding = false;
    }
    if (isDelivered) this.#listener.idle();
    // It came together with the end of the line that it is to interrupt, which has not begun to run yet.
    if (!this.#isReading && this.#waiting.includes(INTERRUPT)) setImmediate(() => this.#noticeInterrupt());
    if (this.#hasEnded && this.#isReading && !this.#isHeld && this.#waiting === '') this.#listener.ended();
  }

  /** Delivers the next key. @returns false if the rest of it has not come yet */
  #feedOne(): boolean {
    const text = this.#waiting;
    if (text.startsWith(PASTE)) return this.#feedPaste();
    if (text[0] !== '\x1b') {
      const typed = (this.isVi ? CHARACTER : CHARACTERS).exec(text)?.[0] ?? text[0];
      this.#waiting = text.slice(typed.length);
      this.#listener.key({ text: typed, name: nameOf(typed) });
      return true;
    }
    if (/^\x1b\x1b/.test(text) || (this.isVi && /^\x1b[^[O\]P]/.test(text))) return this.#escape(1);
    const sequence = SEQUENCE.exec(text)?.[0];
    if (sequence !== undefined) {
      this.#waiting = text.slice(sequence.length);
      if (ANSWER.test(sequence)) this.#listener.answered(sequence);
      else this.#listener.key({ text: sequence, name: nameOf(sequence) });
      return true;
    }
    if (this.#hasEnded) return this.#escape(text.length);
    this.#timer = setTimeout(() => this.#expired(text), /^\x1b[\]P]/.test(text) ? ANSWER_DELAY : ESCAPE_DELAY);
    return false;
  }

  #escape(length: number): boolean {
    this.#waiting = this.#waiting.slice(length);
    this.#listener.key({ text: '\x1b', name: 'escape' });
    return true;
  }

  /** The rest of a sequence did not come: it was the Escape key, or is dropped. */
  #expired(text: string): void {
    if (this.#waiting !== text || !this.#isReading || this.#isHeld) return;
    if (text === '\x1b') this.#escape(1);
    else this.#waiting = '';
    this.#listener.idle();
  }

  #feedPaste(): boolean {
    const end = this.#waiting.indexOf(PASTED);
    if (end < 0 && !this.#hasEnded) return false;
    const text = end < 0 ? this.#waiting : this.#waiting.slice(0, end);
    this.#waiting = end < 0 ? '' : this.#waiting.slice(end + PASTED.length);
    this.#listener.pasted(printablePaste(text.slice(PASTE.length)));
    return true;
  }
}
