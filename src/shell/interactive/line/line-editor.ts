import type { Mistake } from '../../../lang/services/mistakes.js';
import type { Io, Terminal } from '../../cli/io.js';
import type { Editor } from '../editor.js';
import { HistorySearch } from './history/history-search.js';
import { firstWord, suggestion } from './history/suggestion.js';
import type { Key } from './key-names.js';
import { Keys } from './keys.js';
import { lineEnd, lineStart, lineUpOrDown } from './lines.js';
import { NodeLine } from './node-line.js';
import { Offering } from './offering.js';
import { pasteAtEnd } from './paste.js';
import type { EditorOptions, Reading } from './reading.js';
import { Canvas } from './screen/canvas.js';
import { frameOf, type View } from './screen/drawing.js';
import type { Frame } from './screen/frame.js';
import { type Edited, Undo } from './undo.js';
import type { ViStep } from './vi/vi.js';
import { ViMode } from './vi/vi-mode.js';

const PASTE_MARKS = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

/** Milliseconds without a key after which mistakes are looked for. */
const PAUSE = 250;

/** Reads statements on a terminal. */
export class LineEditor implements Editor {
  readonly #options: EditorOptions;
  readonly #output: Terminal;
  readonly #keys: Keys;
  readonly #line: NodeLine;
  readonly #canvas: Canvas;
  readonly #offering: Offering;
  readonly #undo = new Undo();
  readonly #vi: ViMode;
  #reading: Reading | undefined;
  #prompt = '';
  /** The rest of an entry of the history, shown after the line. */
  #ghost = '';
  #search: HistorySearch | undefined;
  #mistakes: readonly Mistake[] = [];
  #note = '';
  #isAfterCtrlX = false;
  #pause: NodeJS.Timeout | undefined;
  #isClosed = false;
  #filled = '';
  #resolve: ((text: string | undefined) => void) | undefined;
  #answer: ((answer: string) => void) | undefined;

  constructor({ stdin, stdout, stderr }: Io, options: EditorOptions) {
    this.#options = options;
    this.#output = stdout.isTTY === true ? stdout : stderr;
    this.#canvas = new Canvas(this.#output);
    this.#vi = new ViMode(this.#output);
    this.#line = new NodeLine({
      entered: line => this.#answer?.(line),
      interrupted: () => this.#cancelled(),
      ended: () => this.#ended(),
    });
    this.#keys = new Keys(stdin, {
      interrupted: options.interrupted,
      key: key => this.#pressed(key),
      pasted: text => this.#pasted(text),
      answered: sequence => options.answered?.(sequence),
      idle: () => this.#idle(),
      ended: () => this.#ended(),
    });
    this.#offering = new Offering({
      line: this.#line,
      hasMenu: options.hasMenu,
      candidates: (text, cursor) => this.#reading!.candidates(text, cursor),
      hold: () => this.#keys.hold(),
      changed: before => {
        this.#mistakes = [];
        this.#undo.note(before, this.#line);
      },
      draw: () => this.#draw(),
    });
    this.#output.on('resize', this.#resized);
    this.#line.setHistory(options.history.entries);
  }

  async read(): Promise<string | undefined> {
    if (this.#isClosed) return undefined;
    this.#beginLine();
    this.#output.write(PASTE_MARKS.on);
    this.#draw();
    this.#reading ??= await this.#options.load();
    if (this.#isClosed) return undefined;
    return new Promise(resolve => {
      this.#resolve = resolve;
      this.#draw();
      this.#keys.start();
    });
  }

  fill(text: string): void {
    this.#filled = text;
  }

  ask(question: string, signal?: AbortSignal): Promise<string> {
    if (this.#isClosed || signal?.aborted) return Promise.resolve('');
    return new Promise(resolve => {
      const cancel = (): void => this.#answer?.('');
      this.#answer = answer => {
        this.#answer = undefined;
        this.#keys.stop();
        signal?.removeEventListener('abort', cancel);
        this.#canvas.end(this.#frame(answer));
        this.#line.set('');
        resolve(answer);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#prompt = question;
      this.#line.set('');
      this.#canvas.begin();
      this.#draw();
      this.#keys.start();
    });
  }

  divert(pressed: (keys: string) => void): () => void {
    return this.#keys.divert(pressed);
  }

  lend<T>(work: () => Promise<T>): Promise<T> {
    return this.#keys.lend(work);
  }

  close(): void {
    this.#vi.begin(false);
    this.#output.write(PASTE_MARKS.off);
    this.#isClosed = true;
    clearTimeout(this.#pause);
    this.#output.off('resize', this.#resized);
    this.#line.close();
    this.#keys.release();
  }

  // -------------------------------------------------------------- lines

  #beginLine(): void {
    this.#prompt = this.#options.prompt();
    this.#vi.begin(this.#options.isVi());
    this.#keys.hasAlt = !this.#vi.isOn;
    this.#line.set(this.#filled);
    this.#filled = '';
    this.#line.setHistory(this.#options.history.entries);
    this.#undo.clear();
    this.#forget();
    this.#canvas.begin();
  }

  /** Closes what is shown for the present text. */
  #forget(): void {
    this.#offering.forget();
    this.#search = undefined;
    this.#mistakes = [];
    this.#note = '';
    this.#ghost = '';
    clearTimeout(this.#pause);
  }

  #finish(text: string | undefined): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#keys.stop();
    this.#forget();
    this.#canvas.end(this.#frame(this.#line.text));
    this.#output.write(PASTE_MARKS.off);
    this.#line.set('');
    if (text !== undefined) this.#options.history.add(text);
    resolve(text);
  }

  #ended(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#answer?.('');
    this.#finish(undefined);
  }

  #cancelled(): void {
    if (this.#answer) {
      this.#answer('');
      return;
    }
    this.#forget();
    this.#canvas.end(this.#frame(this.#line.text, '^C'));
    this.#beginLine();
  }

  // -------------------------------------------------------------- keys

  #pressed(key: Key): void {
    if (this.#answer) {
      this.#pressInQuestion(key);
      return;
    }
    const before: Edited = { text: this.#line.text, cursor: this.#line.cursor };
    const step = this.#stepOfVi(key);
    if (key.name === 'ctrl-_' || step === 'undo') this.#undoOrRedo(true, before);
    else if (key.name === 'ctrl-^' || step === 'redo') this.#undoOrRedo(false, before);
    else {
      this.#press(key, step);
      const from = this.#vi.changeFrom(before);
      if (from) this.#undo.note(from, this.#line);
    }
    if (this.#resolve === undefined) return;
    if (before.text === this.#line.text && before.cursor === this.#line.cursor) return;
    this.#mistakes = [];
    if (key.name !== 'enter') this.#note = '';
    this.#offering.changed(this.#vi.isCommand ? 'vi' : key.name);
  }

  #pressInQuestion(key: Key): void {
    if (key.name === 'ctrl-d' || key.name === 'ctrl-c') this.#answer?.('');
    else if (key.name === 'text' || key.name === 'enter' || key.name === 'backspace' || key.name === 'ctrl-u')
      this.#line.press(key);
  }

  /** What vi's commands do with a key; undefined if it is not one of them. */
  #stepOfVi(key: Key): ViStep | undefined {
    const isMenus = key.name === 'escape' && this.#offering.menu.isChosen;
    if (!this.#vi.isOn || this.#search || isMenus) return undefined;
    const step = this.#vi.press(key, this.#line);
    if (step !== undefined) this.#offering.menu.close();
    return step;
  }

  #press(key: Key, step: ViStep | undefined): void {
    if (this.#search) this.#pressInSearch(this.#search, key);
    else if (step === 'older') this.#line.press({ text: '\x1b[A', name: 'up' });
    else if (step === 'newer') this.#line.press({ text: '\x1b[B', name: 'down' });
    else if (step === 'search') this.#searchHistory();
    else if (step === 'edit') this.#editElsewhere();
    else if (step === undefined) {
      this.#offering.menu.takeSpaceBack(this.#line, key.text);
      this.#pressInLine(key);
    }
  }

  #pressInLine(key: Key): void {
    if (!this.#offering.press(key) && !this.#pressForGhost(key) && !this.#pressOwn(key)) this.#line.press(key);
  }

  #undoOrRedo(isUndo: boolean, now: Edited): void {
    this.#offering.menu.close();
    const edited = isUndo ? this.#undo.undo(now) : this.#undo.redo(now);
    if (edited) this.#line.set(edited.text, edited.cursor);
  }

  #pressInSearch(search: HistorySearch, key: Key): void {
    if (key.name === 'ctrl-c') {
      this.#search = undefined;
      return;
    }
    const step = search.press(key);
    if (step === 'open') return;
    this.#search = undefined;
    if (step !== 'closed') this.#line.set(step.taken);
  }

  /** → and End at the end of the line take what the history suggests; Alt-F and Ctrl-→ a word of it. */
  #pressForGhost({ name }: Key): boolean {
    if (this.#ghost === '' || this.#line.cursor !== this.#line.text.length) return false;
    if (name === 'right' || name === 'end' || name === 'ctrl-e' || name === 'ctrl-f') this.#append(this.#ghost);
    else if (name === 'alt-f' || name === 'ctrl-right' || name === 'alt-right') this.#append(firstWord(this.#ghost));
    else return false;
    return true;
  }

  #append(text: string): void {
    this.#line.set(this.#line.text + text);
  }

  #pressOwn(key: Key): boolean {
    const line = this.#line;
    const { text, cursor } = line;
    const isAfterCtrlX = this.#isAfterCtrlX;
    this.#isAfterCtrlX = key.name === 'ctrl-x';
    switch (key.name) {
      case 'enter':
        this.#enter();
        return true;
      case 'alt-enter':
        line.replace(cursor, cursor, '\n');
        return true;
      case 'up':
      case 'down': {
        const place = lineUpOrDown(text, cursor, key.name === 'up' ? -1 : 1);
        if (place === undefined) return false;
        line.set(text, place);
        return true;
      }
      case 'home':
      case 'ctrl-a':
        line.set(text, lineStart(text, cursor));
        return true;
      case 'end':
      case 'ctrl-e':
        if (isAfterCtrlX && key.name === 'ctrl-e') this.#editElsewhere();
        else line.set(text, lineEnd(text, cursor));
        return true;
      case 'ctrl-r':
        this.#searchHistory();
        return true;
      case 'ctrl-l':
        this.#output.write('\x1b[H\x1b[2J');
        this.#canvas.begin();
        return true;
      case 'ctrl-z':
        this.#suspend();
        return true;
      case 'text':
        if (key.text.length === 1) return false;
        line.replace(cursor, cursor, key.text);
        return true;
      // Node would interpret it in its own way, or wait for more.
      case '':
      case 'escape':
      case 'ctrl-x':
      case 'ctrl-s':
        return true;
      default:
        return false;
    }
  }

  #searchHistory(): void {
    this.#offering.menu.close();
    this.#search = new HistorySearch(this.#options.history.entries, this.#line.text);
  }

  #enter(): void {
    const line = this.#line;
    const { text } = line;
    if (text.trim() === '') {
      this.#canvas.end(this.#frame(''));
      this.#beginLine();
    } else if (this.#reading!.isWhole(text, false)) this.#finish(text.trimEnd());
    else {
      line.replace(line.cursor, line.cursor, '\n');
      this.#offering.menu.close();
      this.#note = this.#reading!.howToRun(text);
    }
  }

  #pasted(text: string): void {
    const line = this.#line;
    if (this.#answer || this.#search) {
      for (const character of text.split('\n', 1)[0]) this.#pressed({ text: character, name: 'text' });
      return;
    }
    const before: Edited = { text: line.text, cursor: line.cursor };
    this.#forget();
    if (line.cursor !== line.text.length) {
      line.replace(line.cursor, line.cursor, text);
      this.#undo.note(before, line);
      return;
    }
    const later = pasteAtEnd(line, text, this.#reading!);
    if (later !== undefined) {
      if (later !== '') this.#keys.pasteLater(later);
      this.#finish(line.text.trimEnd());
      return;
    }
    this.#undo.note(before, line);
  }

  #editElsewhere(): void {
    const deliver = this.#keys.hold();
    const { text } = this.#line;
    this.#forget();
    this.#canvas.end(this.#frame(text));
    void this.#reading!.edit(text)
      .then(
        edited => {
          const before: Edited = { text, cursor: this.#line.cursor };
          if (edited !== undefined) this.#line.set(edited);
          this.#undo.note(before, this.#line);
        },
        (error: Error) => {
          this.#note = error.message;
        },
      )
      .finally(() => {
        this.#canvas.begin();
        this.#draw();
        deliver();
      });
  }

  /** Ctrl-Z: the shell that started ctq has the terminal until it continues ctq. */
  #suspend(): void {
    const shown = this.#frame(this.#line.text);
    this.#canvas.end(shown);
    this.#output.write(PASTE_MARKS.off);
    this.#keys.setRawMode(false);
    process.once('SIGCONT', () => {
      this.#keys.setRawMode(true);
      this.#output.write(PASTE_MARKS.on);
      this.#canvas.begin();
      this.#draw();
    });
    process.kill(process.pid, 'SIGTSTP');
  }

  // -------------------------------------------------------------- candidates

  /** After all keys have been delivered: draws the line, then looks what could follow. */
  #idle(): void {
    if (this.#resolve === undefined && this.#answer === undefined) return;
    this.#draw();
    this.#offering.idle();
    clearTimeout(this.#pause);
    if (this.#resolve !== undefined) this.#pause = setTimeout(() => this.#findMistakes(), PAUSE);
  }

  #findMistakes(): void {
    if (this.#resolve === undefined || this.#search || this.#offering.menu.isChosen) return;
    const { text, cursor } = this.#line;
    this.#mistakes = this.#reading!.mistakes(text, cursor);
    this.#draw();
  }

  // -------------------------------------------------------------- drawing

  #draw(): void {
    if (this.#isClosed) return;
    if (this.#resolve !== undefined) this.#suggest();
    this.#canvas.draw(this.#frame(this.#line.text));
  }

  #suggest(): void {
    const { text, cursor } = this.#line;
    const isShown = this.#options.color() && cursor === text.length && !this.#offering.menu.isChosen && !this.#search;
    this.#ghost = isShown ? suggestion(text, this.#options.history.entries) : '';
  }

  #frame(text: string, end = ''): Frame {
    const isQuestion = this.#answer !== undefined;
    const hasColor = this.#options.color() && !isQuestion;
    const pieces = hasColor && this.#reading ? this.#reading.paint(text) : [{ text, codes: '' }];
    const view: View = {
      ...{ prompt: this.#prompt, pieces, cursor: this.#line.cursor, ghost: this.#ghost, end },
      ...{ mistakes: this.#mistakes, note: this.#note, hasColor },
      menu: this.#options.hasMenu() && !isQuestion ? this.#offering.menu : undefined,
      search: this.#search,
    };
    return frameOf(view, { columns: this.#canvas.columns, rows: this.#output.rows ?? 24 });
  }

  readonly #resized = (): void => {
    if (this.#resolve === undefined && this.#answer === undefined) return;
    this.#canvas.resized(this.#frame(this.#line.text).cursor.row);
    this.#draw();
  };
}
