import type { Mistake } from '../../../../lang/services/mistakes.js';
import { terminalSize } from '../../../display/terminal-size.js';
import type { Terminal } from '../../../io.js';
import type { EditorLanguage, EditorOptions } from '../editor-language.js';
import type { Frame, Piece, Place } from '../frame.js';
import type { HistorySearch } from '../history/history-search.js';
import { firstWord, suggestion } from '../history/suggestion.js';
import type { NodeLine } from '../node-line.js';
import { Canvas } from './canvas.js';
import { frameOf } from './drawing.js';
import type { Menu } from './menu.js';

/** Milliseconds without another change of the screen's size. */
const RESIZE_PAUSE = 150;

/** DSR: where is the cursor? The answer is `CSI row ; column R`. */
const ASK_PLACE = '\x1b[6n';
const PLACE = /^\x1b\[(\d+);(\d+)R$/;
/** Milliseconds after which a terminal is taken to be one that does not answer. */
const ANSWER_TIME = 100;

/** What the screen shows of the line that is typed: its prompt and colours, the rest of an entry of the history, and what is below it. */
export class LineView {
  prompt = '';
  /** The prompt is a question of a statement that runs: its answer is not a statement. */
  isQuestion = false;
  mistakes: readonly Mistake[] = [];
  note = '';
  search: HistorySearch | undefined;
  /** The language; undefined until it is loaded. */
  reading: EditorLanguage | undefined;
  readonly #output: Terminal;
  readonly #options: EditorOptions;
  readonly #line: NodeLine;
  readonly #menu: () => Menu;
  readonly #canvas: Canvas;
  /** The rest of an entry of the history, shown after the line. */
  #ghost = '';
  /** The text that was painted last. */
  #latest: { readonly text: string; readonly pieces: readonly Piece[] } | undefined;
  /** Runs while the size of the screen changes. */
  #resizing: NodeJS.Timeout | undefined;
  /** Runs while the terminal is asked where the cursor is. Nothing is drawn meanwhile. */
  #asking: NodeJS.Timeout | undefined;
  /** Answers that have not come. */
  #awaited = 0;

  constructor(output: Terminal, options: EditorOptions, line: NodeLine, menu: () => Menu) {
    this.#output = output;
    this.#options = options;
    this.#line = line;
    this.#menu = menu;
    this.#canvas = new Canvas(output);
  }

  /** Begins below what is on the screen. */
  begin(): void {
    // The theme may have changed.
    this.#latest = undefined;
    this.#stopAsking();
    this.#canvas.begin();
  }

  draw(): void {
    if (this.#asking !== undefined) return;
    if (!this.isQuestion) this.#suggest();
    this.#canvas.draw(this.#frame(this.#line.text));
  }

  /** Draws a text for the last time, with nothing below it. @param mark what follows it, such as `^C` */
  end(text: string, mark = ''): void {
    if (this.#asking !== undefined) this.#found();
    clearTimeout(this.#resizing);
    this.#resizing = undefined;
    this.#canvas.end(this.#frame(text, mark));
  }

  /** Closes what is shown for the present text. */
  forget(): void {
    this.search = undefined;
    this.mistakes = [];
    this.note = '';
    this.#ghost = '';
  }

  clearScreen(): void {
    this.#stopAsking();
    this.#output.write('\x1b[H\x1b[2J');
    this.#canvas.begin();
  }

  /**
   * The screen has another size. Terminals break rows that have become too long: what is below the line is drawn again once the size
   * no longer changes.
   */
  resized(): void {
    clearTimeout(this.#resizing);
    this.#resizing = setTimeout(() => this.#settled(), RESIZE_PAUSE);
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#found(), ANSWER_TIME);
    this.#awaited++;
    this.#output.write(ASK_PLACE);
  }

  /** The terminal answered a request. @returns whether it was this one's */
  answered(sequence: string): boolean {
    const place = PLACE.exec(sequence);
    if (place === null) return false;
    this.#awaited = Math.max(0, this.#awaited - 1);
    // An earlier one is about another size.
    if (this.#asking !== undefined && this.#awaited === 0)
      this.#found({ row: Number(place[1]) - 1, column: Number(place[2]) - 1 });
    return true;
  }

  #stopAsking(): void {
    clearTimeout(this.#asking);
    this.#asking = undefined;
    this.#awaited = 0;
  }

  #found(at?: Place): void {
    this.#stopAsking();
    this.#canvas.resized(this.#frame(this.#line.text).cursor, at);
    this.draw();
  }

  #settled(): void {
    this.#resizing = undefined;
    this.draw();
  }

  /** Drawing has ended. */
  close(): void {
    clearTimeout(this.#resizing);
    this.#stopAsking();
  }

  /** What the suggestion adds to the line: all of it, or a word. */
  suggested(isWord: boolean): string {
    if (this.#line.cursor !== this.#line.text.length) return '';
    // Keys that came together are drawn together: what is shown may belong to an earlier text.
    this.#suggest();
    return isWord ? firstWord(this.#ghost) : this.#ghost;
  }

  #suggest(): void {
    const { text, cursor } = this.#line;
    const isShown = this.#options.color() && cursor === text.length && !this.#menu().isChosen && !this.search;
    this.#ghost = isShown ? suggestion(text, this.#options.history.entries) : '';
  }

  /** A line is drawn again when candidates and mistakes have been found. */
  #painted(text: string, reading: EditorLanguage): readonly Piece[] {
    if (this.#latest?.text !== text) this.#latest = { text, pieces: reading.paint(text) };
    return this.#latest.pieces;
  }

  #frame(text: string, end = ''): Frame {
    const { prompt, mistakes, note, search, reading, isQuestion } = this;
    const hasColor = this.#options.color() && !isQuestion;
    const pieces = hasColor && reading ? this.#painted(text, reading) : [{ text, codes: '' }];
    const menu = this.#options.hasMenu() && !isQuestion ? this.#menu() : undefined;
    const isBare = this.#resizing !== undefined;
    const { cursor } = this.#line;
    return frameOf(
      { prompt, pieces, cursor, ghost: this.#ghost, end, mistakes, note, hasColor, menu, search, isBare },
      { columns: this.#canvas.columns, rows: terminalSize(this.#output).rows },
    );
  }
}
