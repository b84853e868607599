import { createInterface, type Interface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import type { Io, Terminal } from '../io.js';
import type { Editor } from './editor.js';
import type { EditorLanguage } from './line/editor-language.js';
import type { History } from './line/history/history.js';

export interface PlainOptions {
  readonly history: History;
  readonly prompt: () => string;
  readonly load: () => Promise<Pick<EditorLanguage, 'isWhole'>>;
}

/** Reads lines as they come, for terminals that cannot move their cursor: the terminal itself shows what is typed. */
export class PlainEditor implements Editor {
  readonly #options: PlainOptions;
  readonly #output: Terminal;
  readonly #input: Io['stdin'];
  readonly #lines: Interface;
  readonly #waiting: string[] = [];
  #reading: Pick<EditorLanguage, 'isWhole'> | undefined;
  #isClosed = false;
  /** The lines of the statement that is being read so far. */
  #text = '';
  #isReading = false;
  #take: ((line: string | undefined) => void) | undefined;

  constructor({ stdin, stdout, stderr }: Io, options: PlainOptions) {
    this.#options = options;
    this.#input = stdin;
    this.#output = stdout.isTTY === true ? stdout : stderr;
    this.#lines = createInterface({ input: stdin, terminal: false });
    this.#lines.on('line', line => {
      if (this.#take) this.#take(line);
      else this.#waiting.push(line);
    });
    this.#lines.once('close', () => {
      this.#isClosed = true;
      this.#take?.(undefined);
    });
  }

  async read(): Promise<string | undefined> {
    this.#begin();
    this.#reading ??= await this.#options.load();
    this.#isReading = true;
    try {
      return await this.#readWith(this.#reading);
    } finally {
      this.#isReading = false;
    }
  }

  async #readWith(language: Pick<EditorLanguage, 'isWhole'>): Promise<string | undefined> {
    for (;;) {
      const line = await this.#next();
      if (line === undefined) {
        this.#output.write('\n');
        return undefined;
      }
      this.#text += line;
      if (this.#text.trim() === '') this.#begin();
      else if (language.isWhole(this.#text, false)) {
        const text = this.#text.trimEnd();
        this.#options.history.add(text);
        return text;
      } else {
        this.#text += '\n';
        this.#output.write('...> ');
      }
    }
  }

  #begin(): void {
    this.#text = '';
    this.#output.write(this.#options.prompt());
  }

  /** The terminal itself has dropped the line that was not ended. */
  cancel(): void {
    if (!this.#isReading) return;
    this.#output.write('\n');
    this.#begin();
  }

  async ask(question: string, signal?: AbortSignal): Promise<string> {
    await this.#settled();
    if (signal?.aborted) return '';
    // Only a line that comes after the question answers it.
    const earlier = this.#waiting.splice(0);
    this.#output.write(question);
    const answer = await this.#next(signal);
    if (answer === undefined) this.#output.write('\n');
    this.#waiting.unshift(...earlier);
    return answer ?? '';
  }

  /** The line cannot be edited: it is what was typed. */
  fill(text: string): void {
    this.#waiting.unshift(...text.split('\n'));
  }

  /** Keys come with their line only. */
  divert(): () => void {
    return () => {};
  }

  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#input.pause();
    try {
      return await work();
    } finally {
      this.#input.resume();
    }
  }

  close(): void {
    this.#lines.close();
  }

  /** Waits until the lines that have been typed so far have come: a terminal gives one at a time. */
  async #settled(): Promise<void> {
    for (let before = -1; before !== this.#waiting.length; ) {
      before = this.#waiting.length;
      // The terminal may not be read between this and the first turn.
      await turn();
      await turn();
    }
  }

  /** The next line; undefined at the end of the input, or if the signal cancels it. */
  #next(signal?: AbortSignal): Promise<string | undefined> {
    const line = this.#waiting.shift();
    if (line !== undefined || this.#isClosed) return Promise.resolve(line);
    return new Promise(resolve => {
      const cancel = (): void => this.#take?.(undefined);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#take = taken => {
        this.#take = undefined;
        signal?.removeEventListener('abort', cancel);
        resolve(taken);
      };
    });
  }
}
