/** Runs what was typed. Loaded while the first line is being typed, as most of the program comes with it. */
import { setImmediate as turn } from 'node:timers/promises';
import { isComplete } from '../../lang/syntax/parse.js';
import type { ExitCode, ShellSession } from '../session/session.js';
import { type Desk, runCommand } from './commands.js';
import { Completing } from './completing.js';
import type { Editor, Reading } from './editor.js';
import type { History } from './history.js';
import { paintStatement } from './paint.js';
import { splitPipe } from './split-pipe.js';
import { Viewer } from './viewer.js';

export class Work implements Reading {
  readonly #desk: Desk;
  readonly #viewer: Viewer;
  readonly #completing: Completing;
  readonly isComplete = isComplete;
  readonly paint = paintStatement;

  constructor(shell: ShellSession, editor: Editor, history: History) {
    const run = (text: string): Promise<ExitCode> => shell.run(text, { folder: process.cwd(), including: [] });
    this.#desk = { shell, editor, history, last: '', isOnce: false, isOver: false, run };
    this.#viewer = new Viewer(shell, editor);
    this.#completing = new Completing(shell);
    shell.view = (isLive, signal) => this.#viewer.open(isLive, signal);
  }

  /** Loads what the first Tab and the first query need, in steps between keys. */
  async warm(): Promise<void> {
    await turn();
    // The statement that needs it reports the error.
    await this.#desk.shell.load().catch(() => {});
    await turn();
    await this.#completing.warm().catch(() => {});
  }

  /** The user asked to leave. */
  get isOver(): boolean {
    return this.#desk.isOver;
  }

  complete(text: string): Promise<[string[], string]> {
    return this.#completing.complete(text);
  }

  /** Runs a statement or a command. @throws CtqError if a command fails */
  async runInput(text: string): Promise<ExitCode> {
    const desk = this.#desk;
    if (/^\s*\./.test(text)) {
      await runCommand(text, desk);
      return 0;
    }
    const { statement, command } = splitPipe(text);
    desk.last = text;
    this.#viewer.command = command;
    try {
      return await desk.run(statement);
    } finally {
      this.#viewer.command = undefined;
      if (desk.isOnce) {
        desk.isOnce = false;
        await desk.shell.results.redirect(undefined);
      }
    }
  }
}
