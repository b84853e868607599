import type { Io } from '../io.js';
import type { ResultsFile } from '../output/results-file.js';
import { isStandardOutput } from '../output/standard-output.js';

/** Where results of a session go: standard output, or the file of `--to`. */
export class Results {
  readonly #io: Io;
  #path: string | undefined;
  #redirected: string | undefined;
  #file: ResultsFile | undefined;
  #open: ((path: string) => ResultsFile) | undefined;
  /** What runs has a reader of its own: its results do not go to the file. */
  isAside = false;

  constructor(io: Io, path: string | undefined) {
    this.#io = io;
    this.#path = path === undefined || isStandardOutput(path) ? undefined : path;
  }

  /** The file's path, as the user wrote it; undefined for standard output. */
  get path(): string | undefined {
    return this.isAside ? undefined : (this.#redirected ?? this.#path);
  }

  /** Loads what writes files. To be called before anything is written to the file of `--to`. */
  async load(): Promise<(path: string) => ResultsFile> {
    const { ResultsFile } = await import('../output/results-file.js');
    this.#open = path => new ResultsFile(path);
    return this.#open;
  }

  /** The file, created with the first result; undefined for standard output. @throws CtqError if it cannot be created */
  file(): ResultsFile | undefined {
    if (this.isAside) return undefined;
    if (this.#path !== undefined) this.#file ??= this.#open?.(this.#path);
    return this.#file;
  }

  /**
   * Sends the results that follow to another file, or to where they went at first.
   * @param isWhole the file so far appears
   * @throws CtqError
   */
  async redirect(path: string | undefined, isWhole = true): Promise<void> {
    const before = this.#file;
    const file = path === undefined || isStandardOutput(path) ? undefined : path;
    this.#file = file === undefined ? undefined : (await this.load())(file);
    this.#redirected = file;
    await before?.end(isWhole);
  }

  /** Text among the results. */
  print(text: string): void {
    const file = this.file();
    if (file) file.write(text);
    else this.#io.stdout.write(text);
  }

  /** @param isWhole all statements succeeded, so that the file may appear. @throws CtqError if it cannot be written */
  async end(isWhole: boolean): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#path = undefined;
    this.#redirected = undefined;
    await file?.end(isWhole);
  }
}
