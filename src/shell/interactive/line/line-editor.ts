import type { Completion } from '../../../lang/services/candidate.js';
import type { Mistake } from '../../../lang/services/mistakes.js';
import type { Io, Terminal } from '../../cli/io.js';
import { sgrCodes } from '../../display/style.js';
import { textWidth } from '../../display/width.js';
import type { Editor } from '../editor.js';
import { Canvas } from './canvas.js';
import { type Frame, type LineText, layOut, type Piece, type Row } from './frame.js';
import type { History } from './history.js';
import { HistorySearch } from './history-search.js';
import type { Key } from './key-names.js';
import { Keys } from './keys.js';
import { lineEnd, lineStart, lineUpOrDown } from './lines.js';
import { Menu } from './menu.js';
import { NodeLine } from './node-line.js';
import { firstWord, suggestion } from './suggestion.js';
import { type Edited, Undo } from './undo.js';

/** What a text means: the language, as the editor uses it. */
export interface Reading {
  /** Whether Enter after this text runs it; else it begins a new line. A paste ends with a semicolon only. */
  isWhole(text: string, isPasted: boolean): boolean;
  /** Whether the text could run as it is. */
  isComplete(text: string): boolean;
  /** How to run a complete text that Enter does not run; empty for an incomplete one. */
  howToRun(text: string): string;
  /** The text in colours. Together the pieces have the same text. */
  paint(text: string): readonly Piece[];
  candidates(text: string, cursor: number): Promise<Completion>;
  /** Parts that cannot be right, whatever is typed at the cursor. */
  mistakes(text: string, cursor: number): readonly Mistake[];
  /** Lets the user edit a text in another program. @returns what was saved there; undefined if nothing was */
  edit(text: string): Promise<string | undefined>;
}

export interface EditorOptions {
  readonly history: History;
  /** Whether lines are coloured and suggestions shown. */
  readonly color: () => boolean;
  readonly prompt: () => string;
  readonly hasMenu: () => boolean;
  /** Called after the first prompt; what is typed meanwhile is kept. */
  readonly load: () => Promise<Reading>;
  /** Ctrl-C while something runs. */
  readonly interrupted: () => void;
  /** The terminal answered a request. */
  readonly answered?: (sequence: string) => void;
}

const PASTE_MARKS = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

/** Milliseconds without a key after which mistakes are looked for. */
const PAUSE = 250;

const CONTINUATION = '...> ';

/** Keys after which candidates are offered: those that change a word. */
const OPENS_MENU = new Set(['text', 'backspace', 'ctrl-h', 'ctrl-w', 'alt-backspace', 'delete']);

/** Reads statements on a terminal. */
export class LineEditor implements Editor {
  readonly #options: EditorOptions;
  readonly #output: Terminal;
  readonly #keys: Keys;
  readonly #line: NodeLine;
  readonly #canvas: Canvas;
  readonly #menu = new Menu();
  readonly #undo = new Undo();
  #reading: Reading | undefined;
  #prompt = '';
  /** The rest of an entry of the history, shown after the line. */
  #ghost = '';
  #search: HistorySearch | undefined;
  #mistakes: readonly Mistake[] = [];
  #note = '';
  #isAfterCtrlX = false;
  /** The word at which Escape closed the menu. */
  #closedAt = -1;
  #isWaitingForCandidates = false;
  /** Counts the changes of the line. */
  #version = 0;
  /** The version for which the menu was opened. */
  #menuVersion = -1;
  #pause: NodeJS.Timeout | undefined;
  #isClosed = false;
  #filled = '';
  #resolve: ((text: string | undefined) => void) | undefined;
  #answer: ((answer: string) => void) | undefined;

  constructor({ stdin, stdout, stderr }: Io, options: EditorOptions) {
    this.#options = options;
    this.#output = stdout.isTTY === true ? stdout : stderr;
    this.#canvas = new Canvas(this.#output);
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

  lend<T>(work: () => Promise<T>): Promise<T> {
    return this.#keys.lend(work);
  }

  close(): void {
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
    this.#line.set(this.#filled);
    this.#filled = '';
    this.#line.setHistory(this.#options.history.entries);
    this.#undo.clear();
    this.#forget();
    this.#canvas.begin();
  }

  /** Closes what is shown for the present text. */
  #forget(): void {
    this.#menu.close();
    this.#search = undefined;
    this.#mistakes = [];
    this.#note = '';
    this.#ghost = '';
    this.#closedAt = -1;
    this.#isWaitingForCandidates = false;
    this.#version++;
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
    const isUndo = key.name === 'ctrl-_' || key.name === 'ctrl-^';
    if (isUndo) this.#undoOrRedo(key.name === 'ctrl-_', before);
    else {
      this.#press(key);
      this.#undo.note(before, this.#line);
    }
    if (this.#resolve === undefined) return;
    if (before.text === this.#line.text && before.cursor === this.#line.cursor) return;
    this.#version++;
    if (this.#menu.isChosen) this.#menuVersion = this.#version;
    this.#mistakes = [];
    if (key.name !== 'enter') this.#note = '';
    if (key.name !== 'enter' && !this.#menu.isChosen) this.#offer(key.name);
  }

  #pressInQuestion(key: Key): void {
    if (key.name === 'ctrl-d' || key.name === 'ctrl-c') this.#answer?.('');
    else if (key.name === 'text' || key.name === 'enter' || key.name === 'backspace' || key.name === 'ctrl-u')
      this.#line.press(key);
  }

  #press(key: Key): void {
    if (this.#search) this.#pressInSearch(this.#search, key);
    else {
      this.#menu.takeSpaceBack(this.#line, key.text);
      this.#pressInLine(key);
    }
  }

  #pressInLine(key: Key): void {
    if (!this.#pressInMenu(key) && !this.#pressForGhost(key) && !this.#pressOwn(key)) this.#line.press(key);
  }

  #undoOrRedo(isUndo: boolean, now: Edited): void {
    this.#menu.close();
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

  /** Keys of the menu. @returns whether it was one */
  #pressInMenu({ name }: Key): boolean {
    const menu = this.#menu;
    const isCurrent = menu.isOpen && this.#menuVersion === this.#version;
    switch (name) {
      case 'tab':
        if (menu.isChosen) menu.choose(this.#line, 1);
        else this.#tab();
        return true;
      case 'shift-tab':
        if (isCurrent) menu.choose(this.#line, -1);
        return true;
      case 'down':
      case 'up':
        if (!menu.isChosen && !(isCurrent && name === 'down')) return false;
        menu.choose(this.#line, name === 'down' ? 1 : -1);
        return true;
      case 'enter':
        if (!menu.isChosen) return false;
        menu.accept(this.#line);
        this.#isWaitingForCandidates = this.#options.hasMenu();
        return true;
      case 'escape':
      case 'ctrl-g':
        if (!menu.isOpen) return false;
        this.#closedAt = menu.start;
        menu.cancel(this.#line);
        return true;
      default:
        // What is chosen stays; the key is for the line.
        if (menu.isChosen) menu.close();
        return false;
    }
  }

  /** Tab with nothing chosen: waits for the candidates of this very text, and keeps what is typed meanwhile. */
  #tab(): void {
    const deliver = this.#keys.hold();
    this.#closedAt = -1;
    const wasOpen = this.#menu.isOpen && this.#menuVersion === this.#version;
    void this.#look(true)
      .then(() => {
        const before: Edited = { text: this.#line.text, cursor: this.#line.cursor };
        if (this.#menu.extend(this.#line)) {
          this.#undo.note(before, this.#line);
          this.#version++;
          return this.#look(this.#menu.isOpen);
        }
        if (wasOpen || !this.#options.hasMenu()) this.#menu.choose(this.#line, 1);
        if (this.#menu.isChosen) this.#menuVersion = ++this.#version;
        this.#undo.note(before, this.#line);
        return undefined;
      })
      .finally(() => {
        this.#draw();
        deliver();
      });
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
        this.#menu.close();
        this.#search = new HistorySearch(this.#options.history.entries, text);
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

  #enter(): void {
    const line = this.#line;
    const { text } = line;
    if (text.trim() === '') {
      this.#canvas.end(this.#frame(''));
      this.#beginLine();
    } else if (this.#reading!.isWhole(text, false)) this.#finish(text.trimEnd());
    else {
      line.replace(line.cursor, line.cursor, '\n');
      this.#menu.close();
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
    const reading = this.#reading!;
    for (let rest = text; ; ) {
      const end = rest.indexOf('\n');
      if (end < 0) {
        this.#append(rest);
        break;
      }
      this.#append(rest.slice(0, end));
      rest = rest.slice(end + 1);
      // The last statement of a paste needs no semicolon.
      const isLast = rest.trim() === '';
      const isWhole = isLast ? reading.isComplete(line.text) : reading.isWhole(line.text, true);
      if (line.text.trim() !== '' && isWhole) {
        if (!isLast) this.#keys.pasteLater(rest);
        this.#finish(line.text.trimEnd());
        return;
      }
      if (line.text.trim() === '') line.set('');
      else this.#append('\n');
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
    if (this.#isWaitingForCandidates) {
      this.#isWaitingForCandidates = false;
      setImmediate(() => void this.#look(false).then(() => this.#draw()));
    }
    clearTimeout(this.#pause);
    if (this.#resolve !== undefined) this.#pause = setTimeout(() => this.#findMistakes(), PAUSE);
  }

  /** Whether candidates are to be offered after a key: where a word is being typed, or may begin. */
  #offer(name: string): void {
    const typed = this.#line.text.slice(0, this.#line.cursor);
    const isWord = /[\w.$'"]$|[\s(,=<>]$/.test(typed) && !/;\s*$/.test(typed) && typed.trim() !== '';
    if (this.#options.hasMenu() && OPENS_MENU.has(name) && isWord) this.#isWaitingForCandidates = true;
    else this.#menu.close();
  }

  /** Looks for candidates. What was typed since makes them useless. */
  async #look(isAsked: boolean): Promise<void> {
    const version = this.#version;
    const { text, cursor } = this.#line;
    this.#isWaitingForCandidates = false;
    const found = await this.#reading!.candidates(text, cursor).catch(() => undefined);
    if (version !== this.#version || this.#resolve === undefined || found === undefined) return;
    const isHidden = !isAsked && found.start === this.#closedAt;
    if (!isHidden) this.#closedAt = -1;
    if (isHidden || (!isAsked && isFinished(text.slice(found.start, found.end), found))) this.#menu.close();
    else {
      this.#menu.open(found);
      this.#menuVersion = version;
    }
  }

  #findMistakes(): void {
    if (this.#resolve === undefined || this.#search || this.#menu.isChosen) return;
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
    const isShown = this.#options.color() && cursor === text.length && !this.#menu.isChosen && !this.#search;
    this.#ghost = isShown ? suggestion(text, this.#options.history.entries) : '';
  }

  #frame(text: string, end = ''): Frame {
    const { columns } = this.#canvas;
    const isPainted = this.#options.color();
    const prompt: Piece[] = [{ text: this.#prompt, codes: isPainted && !this.#answer ? sgrCodes('prompt') : '' }];
    if (this.#search) {
      const query: Piece[] = [{ text: this.#search.query, codes: '' }];
      const label = [{ text: 'history: ', codes: isPainted ? sgrCodes('prompt') : '' }];
      const top = layOut(
        { prompt: label, continuation: [], pieces: query, cursor: this.#search.query.length },
        columns,
      );
      return this.#below(top, this.#search.rows(columns, (this.#output.rows ?? 24) - 2));
    }
    const pieces = [...this.#paint(text), ...ghostPieces(this.#ghost), { text: end, codes: '' }];
    const line: LineText = { prompt, continuation: this.#continuation(), pieces, cursor: this.#line.cursor };
    const frame = layOut(line, columns);
    return this.#below(frame, [...this.#noteRows(columns), ...this.#menuRows(line, columns)]);
  }

  #below({ rows, cursor }: Frame, more: readonly Row[]): Frame {
    if (more.length === 0) return { rows, cursor };
    return { rows: [...rows, ...(this.#options.color() ? more : more.map(uncoloured))], cursor };
  }

  #continuation(): Piece[] {
    const width = Math.max(textWidth(this.#prompt), CONTINUATION.length);
    return [{ text: CONTINUATION.padStart(width), codes: this.#options.color() ? sgrCodes('prompt') : '' }];
  }

  #paint(text: string): readonly Piece[] {
    if (!this.#options.color() || this.#answer || this.#reading === undefined) return [{ text, codes: '' }];
    return underlined(this.#reading.paint(text), this.#mistakes);
  }

  /** A mistake or a note, in two rows at most. */
  #noteRows(columns: number): readonly Row[] {
    const [mistake] = this.#mistakes;
    const text = mistake?.message ?? this.#note;
    if (text === '') return [];
    const pieces = [{ text, codes: sgrCodes(mistake ? 'bad' : 'dim') }];
    const { rows } = layOut({ prompt: [], continuation: [], pieces, cursor: 0 }, columns - 1);
    return rows.slice(0, 2).map(row => ({ ...row, isWrapped: false }));
  }

  #menuRows(line: LineText, columns: number): readonly Row[] {
    if (!this.#menu.isOpen || !this.#options.hasMenu()) return [];
    const place = layOut({ ...line, cursor: this.#menu.start }, columns).cursor;
    const room = Math.max(1, (this.#output.rows ?? 24) - 3);
    return this.#menu.rows(columns, place.column).slice(0, room);
  }

  readonly #resized = (): void => {
    if (this.#resolve === undefined && this.#answer === undefined) return;
    this.#canvas.resized(this.#frame(this.#line.text).cursor.row);
    this.#draw();
  };
}

/** Whether nothing needs to be offered: the word is complete, or only operators could follow. */
function isFinished(word: string, { candidates }: Completion): boolean {
  if (word === '') return candidates.every(({ kind, doc }) => kind === 'keyword' && doc === undefined);
  return candidates.length === 1 && candidates[0].text === word;
}

const ghostPieces = (ghost: string): Piece[] => (ghost === '' ? [] : [{ text: ghost, codes: sgrCodes('ghost') }]);

const uncoloured = (row: Row): Row => ({
  ...row,
  pieces: row.pieces.map(({ text, codes }) => ({ text, codes: codes === sgrCodes('chosen') ? '7' : '' })),
});

/** Underlines parts of a text. */
function underlined(pieces: readonly Piece[], mistakes: readonly Mistake[]): readonly Piece[] {
  if (mistakes.length === 0) return pieces;
  const marked: Piece[] = [];
  let at = 0;
  for (const { text, codes } of pieces) {
    let from = 0;
    const end = at + text.length;
    for (const mistake of mistakes) {
      const first = Math.max(mistake.start, at + from) - at;
      const last = Math.min(mistake.end, end) - at;
      if (first >= last) continue;
      marked.push({ text: text.slice(from, first), codes });
      marked.push({ text: text.slice(first, last), codes: sgrCodes('mistake') });
      from = last;
    }
    marked.push({ text: text.slice(from), codes });
    at = end;
  }
  return marked.filter(({ text }) => text !== '');
}
