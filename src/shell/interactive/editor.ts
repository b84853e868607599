import { type REPLServer, start } from 'node:repl';
import type { Io, Terminal } from '../cli/io.js';
import { type Painter, painter } from '../display/style.js';
import { textWidth } from '../display/width.js';
import type { History } from './history.js';
import { Keys } from './keys.js';
import { suggestion } from './suggestion.js';

/** What lines mean. */
export interface Reading {
  isComplete(text: string): boolean;
  /** Whether a text is no statement, but a command or a word of the shell, which ends with its line. */
  isCommand(text: string): boolean;
  /** The part of a text from an offset on, in colours. */
  paint(text: string, from: number, paint: Painter): string;
  /** What may follow at the end of a text. @returns the candidates, and the part of the text that each replaces */
  complete(text: string): Promise<[string[], string]>;
}

export interface EditorOptions {
  readonly history: History;
  /** Whether lines are coloured and suggestions shown. */
  readonly color: () => boolean;
  readonly prompt: () => string;
  /** Called after the first prompt; keys typed meanwhile are kept. */
  readonly load: () => Promise<Reading>;
  /** Ctrl-C while something runs. */
  readonly interrupted: () => void;
}

const PASTE_MARKS = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;
const TAKES = new Set(['\x1b[C', '\x1bOC', '\x05', '\x1b[F', '\x1bOF']);
const LEAVES_SEARCH = new Set(['return', 'enter', 'escape', 'tab', 'up', 'down', 'left', 'right', 'home', 'end']);

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Reads statements on a terminal: node's repl edits the lines, searches the history, and lists the candidates of Tab. */
export class Editor {
  readonly #options: EditorOptions;
  readonly #output: Terminal;
  readonly #isTerminal: boolean;
  readonly #keys: Keys;
  readonly #repl: REPLServer;
  #reading: Reading | undefined;
  #lines: string[] = [];
  #prompt = '';
  #ghost = '';
  #isSearching = false;
  #isAsking = false;
  #isClosed = false;
  #resolve: ((text: string | undefined) => void) | undefined;

  constructor({ stdin, stdout, stderr, env }: Io, options: EditorOptions) {
    this.#options = options;
    this.#output = stdout.isTTY === true ? stdout : stderr;
    this.#isTerminal = env.TERM !== 'dumb' && this.#output.isTTY === true;
    this.#keys = new Keys(stdin, {
      interrupted: options.interrupted,
      together: text => this.#together(text),
      before: keys => this.#before(keys),
      after: () => this.#after(),
      pasted: () => this.#pasted(),
    });
    this.#repl = start({
      input: this.#keys,
      output: this.#output,
      terminal: this.#isTerminal,
      prompt: '',
      preview: false,
      useColors: false,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
        const text = [...this.#lines, line].join('\n');
        // What is typed meanwhile comes after what Tab inserts.
        const handOn = this.#keys.hold();
        void this.#reading!.complete(text)
          .then(
            found => this.#found(found, () => done(null, found)),
            () => done(null, [[], line]),
          )
          .finally(handOn);
      },
    });
    // Lines are not JavaScript, and Ctrl-C is handled here.
    this.#repl.removeAllListeners('line');
    this.#repl.removeAllListeners('SIGINT');
    this.#repl.on('line', line => this.#typed(line));
    this.#repl.on('SIGINT', () => this.#cancelled());
    this.#repl.on('history', () => this.#restoreHistory());
    this.#repl.once('close', () => {
      this.#isClosed = true;
      this.#finish(undefined);
    });
    this.#keys.on('keypress', (_text: string, key: Key) => this.#pressed(key));
    this.#restoreHistory();
  }

  /** The next statement or command that is typed; undefined at the end of the input. */
  async read(): Promise<string | undefined> {
    if (this.#isClosed) return undefined;
    this.#lines = [];
    this.#isSearching = false;
    this.#show(this.#options.prompt());
    if (this.#isTerminal) this.#output.write(PASTE_MARKS.on);
    this.#reading ??= await this.#options.load();
    return new Promise(resolve => {
      this.#resolve = resolve;
      this.#keys.start();
    });
  }

  /** Asks a question while a statement runs; '' if cancelled by a key or the signal. */
  ask(question: string, signal?: AbortSignal): Promise<string> {
    if (this.#isClosed || signal?.aborted) return Promise.resolve('');
    return new Promise(resolve => {
      const controller = new AbortController();
      const done = (answer: string): void => {
        this.#keys.stop();
        this.#isAsking = false;
        this.#repl.off('SIGINT', cancel);
        this.#repl.off('close', cancel);
        signal?.removeEventListener('abort', cancel);
        resolve(answer);
      };
      const cancel = (): void => {
        controller.abort();
        this.#output.write('\n');
        // Without a terminal there is no line to empty, and the editor takes no keys.
        if (this.#isTerminal && !this.#isClosed) this.#repl.write(null, { ctrl: true, name: 'u' });
        done('');
      };
      this.#isAsking = true;
      this.#repl.once('SIGINT', cancel);
      this.#repl.once('close', cancel);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#repl.question(question, { signal: controller.signal }, done);
      this.#keys.start();
    });
  }

  /** Passes keys to a live view. @returns what ends that */
  divert(pressed: (keys: string) => void): () => void {
    return this.#keys.divert(pressed);
  }

  /** Leaves the terminal to another program. */
  lend<T>(work: () => Promise<T>): Promise<T> {
    return this.#keys.lend(work);
  }

  close(): void {
    if (this.#isTerminal) this.#output.write(PASTE_MARKS.off);
    this.#repl.close();
    this.#keys.release();
  }

  // -------------------------------------------------------------- lines

  #show(prompt: string): void {
    this.#prompt = painter(this.#isTerminal && this.#options.color())(prompt, 'good');
    this.#repl.setPrompt(this.#prompt);
    this.#repl.prompt();
  }

  #typed(line: string): void {
    this.#ghost = '';
    this.#lines.push(line);
    const text = this.#lines.join('\n');
    if (text.trim() === '') {
      this.#lines = [];
      this.#show(this.#options.prompt());
    } else if (this.#isWhole(text, this.#keys.isPasting)) this.#finish(text);
    else this.#continue();
  }

  /** Whether a text may be run. In a paste only a semicolon ends a statement: the next line may belong to it. */
  #isWhole(text: string, isPasting: boolean): boolean {
    if (this.#reading!.isCommand(text)) return true;
    return (!isPasting || /;\s*$/.test(text)) && this.#reading!.isComplete(text);
  }

  #continue(): void {
    const width = Math.max(textWidth(this.#options.prompt()), 5);
    this.#show('...> '.padStart(width));
  }

  /** A paste ended: what is complete without a semicolon runs, if its last line was ended too. */
  #pasted(): void {
    const text = this.#lines.join('\n');
    if (text.trim() !== '' && this.#repl.line === '' && this.#isWhole(text, false)) {
      this.#output.write('\r\n');
      this.#finish(text);
    } else this.#draw();
  }

  #finish(text: string | undefined): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#keys.stop();
    if (this.#isTerminal) this.#output.write(PASTE_MARKS.off);
    this.#lines = [];
    if (text === undefined) this.#output.write('\n');
    else this.#options.history.add(text);
    this.#restoreHistory();
    resolve(text);
  }

  #cancelled(): void {
    if (this.#isAsking) return;
    this.#eraseGhost();
    this.#lines = [];
    this.#isSearching = false;
    // Below all rows of the line.
    if (this.#isTerminal) this.#repl.write(null, { ctrl: true, name: 'e' });
    this.#output.write('^C\r\n');
    // The cancelled line is emptied without being redrawn.
    Object.assign(this.#repl, { line: '', cursor: 0, prevRows: 0 });
    this.#show(this.#options.prompt());
  }

  /** The editor's own list holds lines; ours whole statements, once each. */
  #restoreHistory(): void {
    Object.assign(this.#repl, { history: [...this.#options.history.entries] });
  }

  // -------------------------------------------------------------- drawing

  get #isDrawn(): boolean {
    return this.#isTerminal && this.#options.color() && this.#resolve !== undefined && !this.#isAsking;
  }

  /** → and End at the end of the line take what is suggested. */
  #before(keys: string): boolean {
    const ghost = this.#ghost;
    this.#eraseGhost();
    if (ghost === '' || !TAKES.has(keys) || this.#repl.cursor !== this.#repl.line.length) return false;
    this.#repl.write(ghost);
    return true;
  }

  #eraseGhost(): void {
    if (this.#ghost === '') return;
    this.#ghost = '';
    this.#output.write('\x1b[K');
  }

  /**
   * What can be inserted at once. The editor loses count of its rows where characters that come together cross the end of one,
   * and puts them at the end of the line whatever follows the cursor.
   */
  #together(text: string): number {
    const { line, cursor } = this.#repl;
    let room = cursor < line.length ? 1 : (this.#output.columns ?? 80) - this.#repl.getCursorPos().cols;
    let end = 0;
    for (const character of text) {
      room -= character < ' ' ? 0 : textWidth(character);
      if (room < 0 && end > 0) break;
      end += character.length;
      if (room <= 0) break;
    }
    return end;
  }

  /** Lets the editor insert what Tab found, or list it: below the line, from where it must not go up the line's rows. */
  #found([candidates, typed]: [string[], string], show: () => void): void {
    this.#eraseGhost();
    const editor = this.#repl as REPLServer & { prevRows?: number };
    const rows = editor.prevRows ?? 0;
    const isListed = new Set(candidates.map(each => each[typed.length])).size > 1;
    if (isListed) editor.prevRows = 0;
    show();
    // The first Tab lists nothing.
    if (isListed && editor.prevRows === 0) editor.prevRows = rows;
    this.#after();
  }

  #after(): void {
    // During a paste, nothing is drawn.
    if (!this.#keys.isPasting && !this.#isSearching) this.#draw();
  }

  #pressed(key: Key = {}): void {
    if (key.ctrl && (key.name === 'r' || key.name === 's')) this.#isSearching = true;
    else if (this.#isSearching && ((key.ctrl && key.name !== 'h') || LEAVES_SEARCH.has(key.name ?? '')))
      this.#isSearching = false;
  }

  /** Draws the line again, in colours, over what the editor drew. */
  #draw(): void {
    if (!this.#isDrawn) return;
    const { line, cursor } = this.#repl;
    const { rows, cols } = this.#repl.getCursorPos();
    const paint = painter(true);
    const before = this.#lines.map(each => `${each}\n`).join('');
    const painted = this.#reading!.paint(before + line, before.length, paint);
    // Of several keys that came at once the ones before may have left a suggestion.
    const erase = this.#ghost === '' ? '' : '\x1b[K';
    this.#ghost = '';
    if (cursor === line.length && this.#lines.length === 0) {
      const room = (this.#output.columns ?? 80) - cols - 1;
      const rest = suggestion(line, this.#options.history.entries);
      this.#ghost = room > 3 && textWidth(rest) <= room ? rest : '';
    }
    const up = rows > 0 ? `\x1b[${rows}A` : '';
    this.#output.write(`${erase}\x1b7${up}\r${this.#prompt}${painted}${paint(this.#ghost, 'dim')}\x1b8`);
  }
}
