import type { Results } from '../../session/results.js';

/** Where results go: a file, or a program of the user's, as sh(1) reads it. */
export type Target = { readonly path: string } | { readonly command: string };

/** Where `.once`, `.output` and `…; | COMMAND` send results. */
export class Redirection {
  readonly #results: Results;
  #target: Target | undefined;
  #isOnce = false;
  /** What the statement that runs is piped to. */
  #own: string | undefined;

  constructor(results: Results) {
    this.#results = results;
  }

  /** The program that reads a result; undefined if none does. */
  get command(): string | undefined {
    return this.#own ?? (this.#target && 'command' in this.#target ? this.#target.command : undefined);
  }

  /**
   * Results go there from now on; undefined: to the terminal.
   * @param isOnce of the next statement only. @param isWhole the file so far appears
   * @throws CtqError for a file
   */
  async set(target: Target | undefined, isOnce = false, isWhole = true): Promise<void> {
    await this.#results.redirect(target && 'path' in target ? target.path : undefined, isWhole);
    this.#target = target;
    this.#isOnce = isOnce;
  }

  /** Runs a statement or command, and ends `.once` after it: its file appears if the exit status is 0. @param command what its results are piped to */
  async during<T>(command: string | undefined, work: () => Promise<T>): Promise<T> {
    const target = this.#isOnce ? this.#target : undefined;
    let isWhole = false;
    try {
      const result = await this.piping(command, work);
      isWhole = typeof result !== 'number' || result === 0;
      return result;
    } finally {
      // Unless the command has chosen another one.
      if (target !== undefined && this.#target === target) await this.set(undefined, false, isWhole);
    }
  }

  /** Pipes the results of some work to a program, if one is named, wherever others go. */
  async piping<T>(command: string | undefined, work: () => Promise<T>): Promise<T> {
    const before = this.#own;
    this.#own = command ?? before;
    try {
      return await this.aside(work, this.command !== undefined);
    } finally {
      this.#own = before;
    }
  }

  /** Keeps the results of some work out of the file. */
  async aside<T>(work: () => Promise<T>, isAside = true): Promise<T> {
    const before = this.#results.isAside;
    this.#results.isAside = before || isAside;
    try {
      return await work();
    } finally {
      this.#results.isAside = before;
    }
  }
}
