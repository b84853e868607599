import type { Completion } from '../../../lang/services/completion/candidate.js';
import type { Mistake } from '../../../lang/services/mistakes.js';
import type { Key } from '../../interactive/line/input/key-names.js';
import { NodeLine } from '../../interactive/line/node-line.js';
import { Offering } from '../../interactive/line/offering.js';
import { frameOf } from '../../interactive/line/screen/drawing.js';
import { type Edited, Undo } from '../../interactive/line/undo.js';
import type { Line } from '../table/table.js';
import type { Pane, PaneView, Size } from './pane.js';

/** Milliseconds without a key after which mistakes are looked for. */
const PAUSE = 250;

export interface LinePaneOptions {
  readonly prompt: string;
  readonly text: string;
  /** Shown below until the text changes. */
  readonly note?: string;
  /** What was entered before, newest first. */
  readonly history: readonly string[];
  readonly hasMenu: boolean;
  paint(text: string): Line;
  complete(text: string, cursor: number): Promise<Completion>;
  mistakes(text: string, cursor: number): readonly Mistake[];
  /** Keeps keys until the candidates are there. @returns what delivers them */
  readonly hold: () => () => void;
  readonly draw: () => void;
  /** Enter. @returns what is wrong with the text; undefined if it was accepted */
  entered(text: string): string | undefined;
  cancelled(): void;
}

/** A line that is typed: a condition or a place, with completion and mistakes. */
export class LinePane implements Pane {
  readonly isOver = true;
  readonly isModal = true;
  readonly docs = [
    ['Enter', 'apply'],
    ['Esc', 'cancel'],
    ['Tab', 'complete'],
    ['↑↓', 'earlier ones'],
    ['Ctrl-U', 'clear'],
  ] as const;
  readonly #options: LinePaneOptions;
  readonly #line: NodeLine;
  readonly #offering: Offering;
  readonly #undo = new Undo();
  #mistakes: readonly Mistake[] = [];
  #note: string;
  #pause: NodeJS.Timeout | undefined;

  constructor(
    readonly below: number,
    options: LinePaneOptions,
  ) {
    this.#options = options;
    this.#note = options.note ?? '';
    this.#line = new NodeLine({ entered: () => {}, interrupted: () => {}, ended: () => {} });
    this.#offering = new Offering({
      line: this.#line,
      hasMenu: () => options.hasMenu,
      candidates: (text, cursor) => options.complete(text, cursor),
      hold: options.hold,
      changed: before => {
        this.#mistakes = [];
        this.#undo.note(before, this.#line);
      },
      draw: options.draw,
    });
    this.#line.setHistory(options.history);
    this.#line.set(options.text);
  }

  view({ columns, rows }: Size): PaneView {
    const { prompt } = this.#options;
    const { text, cursor } = this.#line;
    const frame = frameOf(
      {
        ...{ prompt, pieces: this.#options.paint(text), cursor, ghost: '', end: '', hasColor: true, isBare: false },
        ...{ mistakes: this.#mistakes, note: this.#note, menu: this.#offering.menu, search: undefined },
      },
      { columns, rows },
    );
    return { lines: frame.rows.map(row => row.pieces), cursor: frame.cursor };
  }

  press(key: Key): void {
    const before: Edited = { text: this.#line.text, cursor: this.#line.cursor };
    if (key.name === 'ctrl-_' || key.name === 'ctrl-^') this.#undoOrRedo(key.name === 'ctrl-_', before);
    else {
      this.#offering.menu.takeSpaceBack(this.#line, key.text);
      if (!this.#offering.press(key) && !this.#pressOwn(key)) this.#line.press(key);
      this.#undo.note(before, this.#line);
    }
    if (before.text === this.#line.text && before.cursor === this.#line.cursor) return;
    this.#mistakes = [];
    this.#note = '';
    this.#offering.changed(key.name);
  }

  #undoOrRedo(isUndo: boolean, now: Edited): void {
    this.#offering.menu.close();
    const edited = isUndo ? this.#undo.undo(now) : this.#undo.redo(now);
    if (edited) this.#line.set(edited.text, edited.cursor);
  }

  #pressOwn({ name, text }: Key): boolean {
    const line = this.#line;
    switch (name) {
      case 'enter':
        this.#note = this.#options.entered(line.text.trim()) ?? '';
        return true;
      case 'escape':
      case 'ctrl-c':
      case 'ctrl-g':
        this.#options.cancelled();
        return true;
      case 'ctrl-d':
        if (line.text !== '') return false;
        this.#options.cancelled();
        return true;
      case 'text':
        if (text.length === 1) return false;
        line.replace(line.cursor, line.cursor, text);
        return true;
      // Node would interpret them in its own way.
      case '':
      case 'ctrl-z':
      case 'ctrl-l':
      case 'ctrl-s':
      case 'ctrl-x':
      case 'alt-enter':
        return true;
      default:
        return false;
    }
  }

  paste(text: string): void {
    const before: Edited = { text: this.#line.text, cursor: this.#line.cursor };
    this.#offering.forget();
    this.#line.replace(this.#line.cursor, this.#line.cursor, text.replace(/\n+$/, '').replaceAll('\n', ' '));
    this.#undo.note(before, this.#line);
  }

  idle(): void {
    this.#offering.idle();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      if (this.#offering.menu.isChosen) return;
      this.#mistakes = this.#options.mistakes(this.#line.text, this.#line.cursor);
      this.#options.draw();
    }, PAUSE);
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#offering.forget();
    this.#line.close();
  }
}
