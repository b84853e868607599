/** Script files, read from any path. */
import { dirname } from 'node:path';
import { CtqError } from '../../engine/errors.js';
import { openForReading, wholeOf } from '../../engine/sources/opened-file.js';
import { nearFile, whyUnreadable } from '../../engine/sources/why-unreadable.js';
import { MAX_CHARACTERS } from '../../lang/syntax/split-statements.js';
import { notStatements } from './no-script.js';
import type { Origin } from './origin.js';

/** Of UTF-8; more is not taken into memory. The parser refuses texts of more characters. */
export const MAX_BYTES = 4 * MAX_CHARACTERS;

/** All that one run includes, however often it names a file. */
const MAX_INCLUDES = 1000;
const MAX_DEPTH = 50;

export interface ScriptFile {
  readonly text: string;
  readonly origin: Origin;
}

/** Reads the files of one run, each once, and counts what they are in all. */
export class ScriptFiles {
  readonly #signal: AbortSignal | undefined;
  readonly #known = new Map<string, Promise<{ readonly text: string; readonly identity: string }>>();
  #includes = 0;
  #characters = 0;
  #isExhausted = false;

  /** @param signal ends the waiting for the other side of a pipe, with its reason */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * @param full the absolute path
   * @param path as the user would write it, for messages
   * @throws CtqError if it cannot be read
   */
  async read(full: string, path: string): Promise<ScriptFile> {
    const { text, identity } = await this.#file(full, path);
    return { text, origin: { name: path, folder: dirname(full), including: [identity] } };
  }

  /**
   * The same for a file that another one includes.
   * @throws CtqError also where the file is being included already, or more is included than a run may include
   */
  async include(full: string, path: string, { including }: Origin): Promise<ScriptFile> {
    if (++this.#includes > MAX_INCLUDES)
      throw this.#tooMuch(`a run may include ${MAX_INCLUDES} files, each counted as often as it is included`);
    if (including.length >= MAX_DEPTH) throw this.#tooMuch(`files may include each other ${MAX_DEPTH} deep`);
    const { text, identity } = await this.#file(full, path);
    if (including.includes(identity)) {
      throw new CtqError({
        code: 'include-circle',
        kind: 'statement',
        message: `'${path}' is being included already`,
        hint: 'a script may not include itself, nor one that includes it',
      });
    }
    this.#characters += text.length;
    if (this.#characters > MAX_CHARACTERS)
      throw this.#tooMuch(`all that a run includes may have ${MAX_CHARACTERS >> 20} MiB, and this is more`);
    return { text, origin: { name: path, folder: dirname(full), including: [...including, identity] } };
  }

  /** Resets the counters. */
  reset(): void {
    this.#isExhausted = false;
    this.#includes = 0;
    this.#characters = 0;
  }

  /** More was to be included than a run may include: nothing that follows is read. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  #tooMuch(message: string): CtqError {
    this.#isExhausted = true;
    const hint = 'does a file include itself through others?';
    return new CtqError({ code: 'include-limit', kind: 'statement', message, hint });
  }

  /** Each file is read once: a pipe can be read only once, and a file may change. */
  #file(full: string, path: string): Promise<{ readonly text: string; readonly identity: string }> {
    let file = this.#known.get(full);
    if (file === undefined) {
      file = this.#load(full, path);
      this.#known.set(full, file);
    }
    return file;
  }

  async #load(full: string, path: string): Promise<{ readonly text: string; readonly identity: string }> {
    const file = await this.#read(full, path);
    const mistake = notStatements(file.text, `'${path}'`, path);
    if (mistake !== undefined) throw mistake;
    return file;
  }

  async #read(full: string, path: string): Promise<{ readonly text: string; readonly identity: string }> {
    try {
      const { stats, pieces } = openForReading(full, this.#signal, MAX_BYTES);
      const bytes = await wholeOf(pieces, MAX_BYTES);
      this.#signal?.throwIfAborted();
      return { text: bytes.toString('utf8').replace(/^\ufeff/, ''), identity: `${stats.dev}:${stats.ino}` };
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw unreadable(full, path, cause);
    }
  }
}

function unreadable(full: string, path: string, cause: unknown): CtqError {
  const isTooLarge = (cause as NodeJS.ErrnoException).code === 'EFBIG';
  return new CtqError({
    code: 'script-unreadable',
    kind: 'input',
    message: `cannot read the script '${path}': ${isTooLarge ? `it is larger than ${MAX_BYTES >> 20} MiB` : whyUnreadable(cause)}`,
    hint: nearFile(full, cause, path),
    cause,
  });
}
