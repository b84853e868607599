import type { Key } from './input/key-names.js';
import type { Keys } from './input/keys.js';
import type { NodeLine } from './node-line.js';
import type { LineView } from './screen/line-view.js';

/**
 * A question of a statement that runs, answered in a line of its own. Only what is typed after it is shown answers it: what was typed
 * before, and every paste, is read after the answer.
 */
export class Question {
  readonly #keys: Keys;
  readonly #line: NodeLine;
  readonly #view: LineView;
  #resolve: ((answer: string) => void) | undefined;
  #putBack: ((isDropped: boolean) => void) | undefined;

  constructor(keys: Keys, line: NodeLine, view: LineView) {
    this.#keys = keys;
    this.#line = line;
    this.#view = view;
  }

  get isOpen(): boolean {
    return this.#resolve !== undefined;
  }

  /** @returns the answer; '' if it is cancelled, by a key or the signal */
  ask(question: string, signal?: AbortSignal): Promise<string> {
    return new Promise(resolve => {
      const cancel = (): void => this.answer('');
      this.#resolve = answer => {
        signal?.removeEventListener('abort', cancel);
        resolve(answer);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#putBack = this.#keys.setAside();
      this.#view.prompt = question;
      this.#view.isQuestion = true;
      this.#line.set('');
      this.#view.begin();
      this.#view.draw();
      this.#keys.start();
    });
  }

  /** Ends the question, if there is one. @param isInterrupted what was typed before it is dropped, as when a statement is interrupted */
  answer(text: string, isInterrupted = false): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.#keys.stop();
    this.#putBack?.(isInterrupted);
    this.#view.end(text);
    this.#view.isQuestion = false;
    this.#line.set('');
    resolve(text);
  }

  press(key: Key): void {
    if (key.name === 'ctrl-d' || key.name === 'ctrl-c') this.answer('', key.name === 'ctrl-c');
    else if (key.name === 'text' || key.name === 'enter' || key.name === 'backspace' || key.name === 'ctrl-u')
      this.#line.press(key);
  }
}
