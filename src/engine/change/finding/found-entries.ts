import type { MessageView } from '../../ctnetlink/view/view.js';

/** The entries that a dry run has found, by the ids that the kernel gave them: what is confirmed after it is these, and no others. */
export class FoundEntries {
  readonly #ids = new Set<number>();

  add({ id }: MessageView): void {
    this.#ids.add(id);
  }

  get size(): number {
    return this.#ids.size;
  }

  has({ id }: MessageView): boolean {
    return this.#ids.has(id);
  }
}
