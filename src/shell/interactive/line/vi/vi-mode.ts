import type { Terminal } from '../../../io.js';
import type { Key } from '../input/key-names.js';
import type { Edited } from '../undo.js';
import { Vi, type ViLine, type ViStep } from './vi.js';

/** The shapes of the cursor (DECSCUSR): the terminal's own, a block in vi's command mode, a bar in its insert mode. */
const SHAPES = { own: '\x1b[0 q', command: '\x1b[2 q', insert: '\x1b[6 q' } as const;

/** vi's commands for an editor, while they are chosen; shows the mode by the shape of the cursor. */
export class ViMode {
  readonly #output: Terminal;
  #vi: Vi | undefined;
  #shape: string = SHAPES.own;
  /** What the line was when the insert mode began. */
  #changedFrom: Edited | undefined;

  constructor(output: Terminal) {
    this.#output = output;
  }

  get isOn(): boolean {
    return this.#vi !== undefined;
  }

  get isCommand(): boolean {
    return this.#vi?.isInsert === false;
  }

  /** A new line begins, in insert mode. */
  begin(isOn: boolean): void {
    this.#vi = isOn ? (this.#vi ?? new Vi()) : undefined;
    this.#vi?.reset();
    this.#changedFrom = undefined;
    this.#show();
  }

  /** @returns undefined if the key is not one of vi's commands */
  press(key: Key, line: ViLine): ViStep | undefined {
    const step = this.#vi?.press(key, line);
    this.#show();
    return step === 'insert' ? undefined : step;
  }

  /**
   * What the line was before the change that a key ends; undefined if it is not over: all that is typed in insert mode is one.
   * @param before what the line was before the key
   */
  changeFrom(before: Edited): Edited | undefined {
    const from = this.#changedFrom ?? before;
    this.#changedFrom = this.#vi?.isInsert ? from : undefined;
    return this.#vi?.isInsert ? undefined : from;
  }

  #show(): void {
    const shape = this.#vi === undefined ? SHAPES.own : this.#vi.isInsert ? SHAPES.insert : SHAPES.command;
    if (shape !== this.#shape) this.#output.write(shape);
    this.#shape = shape;
  }
}
