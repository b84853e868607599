import type { Readable } from 'node:stream';
import type { Environment, FileShape } from '../../../lang/schema/environment.js';

const OTHER: FileShape = { kind: 'other' };
const INPUT: FileShape = { kind: 'input' };

/**
 * The files against which texts are checked, as far as that takes time: standard input is looked at once a text reads it, a file that has
 * no columns once a text has a mistake.
 */
export class CheckedInput {
  readonly #stdin: () => Readable;
  #input: FileShape | undefined;
  #isAsked = false;
  /** Files of the text that is being checked which have no columns, and what was found of them. */
  readonly #others = new Map<string, FileShape | undefined>();

  constructor(stdin: () => Readable) {
    this.#stdin = stdin;
  }

  /** The environment with the shapes of files, as far as they are known. */
  in(environment: Environment): Environment {
    return {
      ...environment,
      fileShape: path => {
        const shape = path === '-' ? INPUT : (environment.fileShape?.(path) ?? OTHER);
        if (shape.kind === 'input') return this.#known();
        if (shape.kind !== 'other') return shape;
        const found = this.#others.get(path);
        if (found === undefined) this.#others.set(path, undefined);
        return found ?? shape;
      },
    };
  }

  #known(): FileShape {
    this.#isAsked = true;
    return this.#input ?? OTHER;
  }

  /** Another text is checked: files may have changed. */
  forget(): void {
    this.#others.clear();
  }

  /**
   * Looks at what a text has asked for.
   * @param isMistaken whether it has mistakes as it was checked
   * @returns whether more is known than then
   */
  async look(signal: AbortSignal | undefined, isMistaken: boolean): Promise<boolean> {
    const isRead = this.#isAsked && this.#input === undefined;
    if (isRead) await this.#begin(signal);
    const isKnown = isRead && this.#known().kind !== 'other';
    return isMistaken && !isKnown ? this.#lookAtOthers() : isKnown;
  }

  /** Files that hold nothing which can be read say so when they are. */
  async #lookAtOthers(): Promise<boolean> {
    let isFound = false;
    for (const [path, shape] of this.#others) {
      if (shape !== undefined) continue;
      const { holdsEntries } = await import('../../../engine/sources/data-file/holds-entries.js');
      const isOfEntries = await holdsEntries(path);
      this.#others.set(path, isOfEntries ? OTHER : { kind: 'unseen' });
      isFound ||= !isOfEntries;
    }
    return isFound;
  }

  /** Waits for the beginning of the input, from which its shape is known. */
  async #begin(signal: AbortSignal | undefined): Promise<void> {
    const { shapeOfInput } = await import('../../../engine/sources/data-file/input-shape.js');
    this.#input ??= await shapeOfInput(this.#stdin(), signal);
  }
}
