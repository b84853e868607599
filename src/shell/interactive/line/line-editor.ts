import type { Io, Terminal } from '../../io.js';
import type { Editor } from '../editor.js';
import type { EditorLanguage, EditorOptions } from './editor-language.js';
import { HistorySearch } from './history/history-search.js';
import type { Key } from './input/key-names.js';
import { Keys } from './input/keys.js';
import { PASTE_MARKS, pasteAtEnd } from './input/paste.js';
import { suspend } from './input/suspend.js';
import { pressWithinLines } from './movement.js';
import { NodeLine } from './node-line.js';
import { Offering } from './offering.js';
import { Question } from './question.js';
import { LineView } from './screen/line-view.js';
import { type Edited, Undo } from './undo.js';
import type { ViStep } from './vi/vi.js';
import { ViMode } from './vi/vi-mode.js';

/** Milliseconds without a key after which mistakes are looked for. */
const PAUSE = 250;

/** Reads statements on a terminal. */
export class LineEditor implements Editor {
  readonly #options: EditorOptions;
  readonly #output: Terminal;
  readonly #keys: Keys;
  readonly #line: NodeLine;
  readonly #view: LineView;
  readonly #question: Question;
  readonly #offering: Offering;
  readonly #undo = new Undo();
  readonly #vi: ViMode;
  #reading: EditorLanguage | undefined;
  #isAfterCtrlX = false;
  #pause: NodeJS.Timeout | undefined;
  #isClosed = false;
  #filled = '';
  #resolve: ((text: string | undefined) => void) | undefined;

  constructor({ stdin, stdout, stderr }: Io, options: EditorOptions) {
    this.#options = options;
    this.#output = stdout.isTTY === true ? stdout : stderr;
    this.#vi = new ViMode(this.#output);
    this.#line = new NodeLine({
      entered: line => this.#question.answer(line),
      interrupted: () => this.#cancelled(),
      ended: () => this.#ended(),
    });
    this.#view = new LineView(this.#output, options, this.#line, () => this.#offering.menu);
    this.#keys = new Keys(stdin, {
      interrupted: options.interrupted,
      key: key => this.#pressed(key),
      pasted: text => this.#pasted(text),
      answered: sequence => {
        if (!this.#view.answered(sequence)) options.answered?.(sequence);
      },
      idle: () => this.#idle(),
      ended: () => this.#ended(),
    });
    this.#question = new Question(this.#keys, this.#line, this.#view);
    this.#offering = new Offering({
      line: this.#line,
      hasMenu: options.hasMenu,
      candidates: (text, cursor) => this.#reading!.candidates(text, cursor),
      hold: () => this.#keys.hold(),
      changed: before => {
        this.#view.mistakes = [];
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
    this.#view.reading = this.#reading;
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

  async ask(question: string, signal?: AbortSignal): Promise<string> {
    await this.#keys.settled();
    if (this.#isClosed || signal?.aborted) return '';
    this.#output.write(PASTE_MARKS.on);
    const answer = await this.#question.ask(question, signal);
    this.#output.write(PASTE_MARKS.off);
    return answer;
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
    this.#view.close();
    this.#line.close();
    this.#keys.release();
  }

  // -------------------------------------------------------------- lines

  #beginLine(): void {
    this.#view.prompt = this.#options.prompt();
    this.#vi.begin(this.#options.isVi());
    this.#keys.isVi = this.#vi.isOn;
    this.#line.set(this.#filled);
    this.#filled = '';
    this.#line.setHistory(this.#options.history.entries);
    this.#undo.clear();
    this.#forget();
    this.#view.begin();
  }

  /** Closes what is shown for the present text. */
  #forget(): void {
    this.#offering.forget();
    this.#view.forget();
    clearTimeout(this.#pause);
  }

  #finish(text: string | undefined): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#keys.stop();
    this.#forget();
    this.#view.end(this.#line.text);
    this.#output.write(PASTE_MARKS.off);
    this.#line.set('');
    if (text !== undefined) this.#options.history.add(text);
    resolve(text);
  }

  #ended(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#question.answer('');
    this.#finish(undefined);
  }

  #cancelled(): void {
    if (this.#question.isOpen) {
      this.#question.answer('');
      return;
    }
    this.#forget();
    this.#view.end(this.#line.text, '^C');
    this.#beginLine();
  }

  // -------------------------------------------------------------- keys

  #pressed(key: Key): void {
    if (this.#question.isOpen) {
      if (key.name === 'ctrl-z') this.#suspend();
      else this.#question.press(key);
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
    this.#view.mistakes = [];
    if (key.name !== 'enter') this.#view.note = '';
    this.#offering.changed(this.#vi.isCommand ? 'vi' : key.name);
  }

  /** What vi's commands do with a key; undefined if it is not one of them. */
  #stepOfVi(key: Key): ViStep | undefined {
    const isMenus = key.name === 'escape' && this.#offering.menu.isChosen;
    if (!this.#vi.isOn || this.#view.search || isMenus) return undefined;
    const step = this.#vi.press(key, this.#line);
    if (step !== undefined) this.#offering.menu.close();
    return step;
  }

  #press(key: Key, step: ViStep | undefined): void {
    if (this.#view.search) this.#pressInSearch(this.#view.search, key);
    else if (step === 'older') this.#line.press({ text: '\x1b[A', name: 'up' });
    else if (step === 'newer') this.#line.press({ text: '\x1b[B', name: 'down' });
    else if (step === 'search') this.#searchHistory('');
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
      this.#view.search = undefined;
      return;
    }
    const step = search.press(key);
    if (step === 'open') return;
    this.#view.search = undefined;
    if (step !== 'closed') this.#line.set(step.taken);
  }

  /** → and End at the end of the line take what the history suggests; Alt-F and Ctrl-→ a word of it. */
  #pressForGhost({ name }: Key): boolean {
    const isWord = name === 'alt-f' || name === 'ctrl-right' || name === 'alt-right';
    if (this.#isAfterCtrlX) return false;
    if (!isWord && name !== 'right' && name !== 'end' && name !== 'ctrl-e' && name !== 'ctrl-f') return false;
    const suggested = this.#view.suggested(isWord);
    if (suggested === '') return false;
    this.#line.set(this.#line.text + suggested);
    return true;
  }

  #pressOwn(key: Key): boolean {
    const isAfterCtrlX = this.#isAfterCtrlX;
    this.#isAfterCtrlX = key.name === 'ctrl-x';
    if (isAfterCtrlX && key.name === 'ctrl-e') this.#editElsewhere();
    else if (key.name === 'enter') this.#enter();
    else if (key.name === 'ctrl-r') this.#searchHistory(this.#line.text);
    else if (key.name === 'ctrl-l') this.#view.clearScreen();
    else if (key.name === 'ctrl-z') this.#suspend();
    else return pressWithinLines(key, this.#line);
    return true;
  }

  /** @param query with which it begins */
  #searchHistory(query: string): void {
    this.#offering.menu.close();
    this.#view.search = new HistorySearch(this.#options.history.entries, query);
  }

  #enter(): void {
    const line = this.#line;
    const { text } = line;
    if (text.trim() === '') {
      this.#forget();
      this.#view.end('');
      this.#beginLine();
    } else if (this.#reading!.isWhole(text, false, line.cursor)) this.#finish(text.trimEnd());
    else {
      line.replace(line.cursor, line.cursor, '\n');
      this.#offering.menu.close();
      this.#view.note = this.#reading!.howToRun(text);
    }
  }

  #pasted(text: string): void {
    const line = this.#line;
    if (this.#question.isOpen) {
      this.#keys.pasteLater(text);
      return;
    }
    if (this.#view.search) {
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
    this.#view.end(text);
    void this.#reading!.edit(text)
      .then(
        edited => {
          const before: Edited = { text, cursor: this.#line.cursor };
          if (edited !== undefined) this.#line.set(edited);
          this.#undo.note(before, this.#line);
        },
        (error: Error) => {
          this.#view.note = error.message;
        },
      )
      .finally(() => {
        this.#view.begin();
        this.#draw();
        deliver();
      });
  }

  #suspend(): void {
    this.#view.end(this.#line.text);
    suspend(this.#keys, this.#output, () => {
      this.#view.begin();
      this.#draw();
    });
  }

  // -------------------------------------------------------------- candidates

  /** After all keys have been delivered: draws the line, then looks what could follow. */
  #idle(): void {
    if (this.#resolve === undefined && !this.#question.isOpen) return;
    this.#draw();
    this.#offering.idle();
    clearTimeout(this.#pause);
    if (this.#resolve !== undefined) this.#pause = setTimeout(() => this.#findMistakes(), PAUSE);
  }

  #findMistakes(): void {
    if (this.#resolve === undefined || this.#view.search || this.#offering.menu.isChosen) return;
    const { text, cursor } = this.#line;
    this.#view.mistakes = this.#reading!.mistakes(text, cursor);
    this.#draw();
  }

  #draw(): void {
    if (!this.#isClosed) this.#view.draw();
  }

  readonly #resized = (): void => {
    if (!this.#isClosed && (this.#resolve !== undefined || this.#question.isOpen)) this.#view.resized();
  };
}
