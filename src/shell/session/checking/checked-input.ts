import type { Readable } from 'node:stream';
import type { Environment, FileShape } from '../../../lang/schema/environment.js';

/** Standard input as a file whose columns texts are checked against. It is looked at once a text reads it. */
export class CheckedInput {
  readonly #stdin: () => Readable;
  #shape: FileShape | undefined;
  #isAsked = false;

  constructor(stdin: () => Readable) {
    this.#stdin = stdin;
  }

  /** The environment with the shape of the file `-`, as far as it is known. */
  in(environment: Environment): Environment {
    return {
      ...environment,
      fileShape: path => (path === '-' ? this.#known() : (environment.fileShape?.(path) ?? { kind: 'other' })),
    };
  }

  #known(): FileShape {
    this.#isAsked = true;
    return this.#shape ?? { kind: 'other' };
  }

  /**
   * Waits for the beginning of the input if a text has asked for its shape.
   * @returns whether more is known than then
   */
  async look(signal: AbortSignal): Promise<boolean> {
    if (!this.#isAsked || this.#shape !== undefined) return false;
    await this.begin(signal);
    return this.#known().kind !== 'other';
  }

  /** Waits for the beginning of the input, from which its shape is known. */
  async begin(signal: AbortSignal | undefined): Promise<void> {
    const { shapeOfInput } = await import('../../../engine/sources/data-file/input-shape.js');
    this.#shape ??= await shapeOfInput(this.#stdin(), signal);
  }
}
