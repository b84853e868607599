import type { Readable } from 'node:stream';
import type { Environment, FileShape, Surroundings } from '../../../lang/schema/environment.js';

const OTHER: FileShape = { kind: 'other' };
const INPUT: FileShape = { kind: 'input' };

/**
 * The surroundings of a session, as far as they are known. What a check asks for that is not known yet is found out after it, and the text
 * is checked again: most texts ask for nothing, and do not load what finds it out. Standard input is looked at once a text reads it, a file
 * that has no columns once a text has a mistake.
 */
export class SessionSurroundings {
  readonly #stdin: () => Readable;
  #machine: Partial<Surroundings> | undefined;
  #isMachineAsked = false;
  #input: FileShape | undefined;
  #isInputAsked = false;
  /** Files of the text that is being checked which have no columns, and what was found of them. */
  readonly #others = new Map<string, FileShape | undefined>();

  constructor(stdin: () => Readable) {
    this.#stdin = stdin;
  }

  /** The environment with the surroundings. Those that it has are used as they are. */
  in(environment: Environment): Environment {
    if (environment.fileShape !== undefined) this.#machine = environment;
    return {
      ...environment,
      fileShape: path => this.#shapeOf(path),
      firstCells: (path, column) => this.#asked()?.firstCells?.(path, column),
      ownConnections: () => this.#asked()?.ownConnections?.() ?? [],
      fleet: () => this.#asked()?.fleet?.(),
    };
  }

  #asked(): Partial<Surroundings> | undefined {
    this.#isMachineAsked = true;
    return this.#machine;
  }

  #shapeOf(path: string): FileShape {
    const shape = path === '-' ? INPUT : (this.#asked()?.fileShape?.(path) ?? OTHER);
    if (shape.kind === 'input') return this.#inputShape();
    if (shape.kind !== 'other') return shape;
    const found = this.#others.get(path);
    if (found === undefined) this.#others.set(path, undefined);
    return found ?? shape;
  }

  #inputShape(): FileShape {
    this.#isInputAsked = true;
    return this.#input ?? OTHER;
  }

  /** Another text is checked: files may have changed. */
  forget(): void {
    this.#others.clear();
  }

  /** Loads what knows the machine. */
  async load(): Promise<void> {
    this.#machine ??= (await import('../../../engine/surroundings.js')).machineSurroundings();
  }

  /** @returns whether a check has asked for what is known only now: it is repeated */
  async loadIfAsked(): Promise<boolean> {
    if (!this.#isMachineAsked || this.#machine !== undefined) return false;
    await this.load();
    return true;
  }

  /**
   * Looks at what a text has asked for.
   * @param isMistaken whether it has mistakes as it was checked
   * @returns whether more is known than then
   */
  async look(signal: AbortSignal | undefined, isMistaken: boolean): Promise<boolean> {
    if (await this.loadIfAsked()) {
      this.forget();
      return true;
    }
    const isRead = this.#isInputAsked && this.#input === undefined;
    if (isRead) await this.#begin(signal);
    const isKnown = isRead && this.#inputShape().kind !== 'other';
    return isMistaken && !isKnown ? this.#lookAtOthers() : isKnown;
  }

  /** The shape of a file, found out now. */
  async shapeOf(path: string, signal: AbortSignal | undefined): Promise<FileShape> {
    await this.load();
    this.#shapeOf(path);
    await this.look(signal, false);
    return this.#shapeOf(path);
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
