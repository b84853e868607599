/** Bytes of a slot: what a flow's message takes with all that is usual in it; longer ones are kept apart. */
const SLOT = 448;
/** Slots that are made at once. */
const BLOCK = 1024;

/**
 * Keeps many short byte strings in a few large pieces of memory, which are used again: a million small arrays would cost more
 * than what is in them, and leave holes.
 */
export class Slab {
  readonly #blocks: Uint8Array[] = [];
  readonly #lengths: Uint16Array[] = [];
  readonly #free: number[] = [];
  readonly #long = new Map<number, Uint8Array>();

  /** @returns its number */
  put(bytes: Uint8Array): number {
    if (this.#free.length === 0) this.#grow();
    const slot = this.#free.pop() as number;
    this.set(slot, bytes);
    return slot;
  }

  set(slot: number, bytes: Uint8Array): void {
    const fits = bytes.length <= SLOT;
    this.#lengths[Math.floor(slot / BLOCK)][slot % BLOCK] = fits ? bytes.length : 0;
    if (fits) {
      this.#long.delete(slot);
      this.#blocks[Math.floor(slot / BLOCK)].set(bytes, (slot % BLOCK) * SLOT);
    } else this.#long.set(slot, bytes.slice());
  }

  /** Valid until the slot is set again or freed. */
  get(slot: number): Uint8Array {
    const length = this.#lengths[Math.floor(slot / BLOCK)][slot % BLOCK];
    if (length === 0) return this.#long.get(slot) ?? new Uint8Array(0);
    const from = (slot % BLOCK) * SLOT;
    return this.#blocks[Math.floor(slot / BLOCK)].subarray(from, from + length);
  }

  free(slot: number): void {
    this.#long.delete(slot);
    this.#free.push(slot);
  }

  #grow(): void {
    const first = this.#blocks.length * BLOCK;
    this.#blocks.push(new Uint8Array(BLOCK * SLOT));
    this.#lengths.push(new Uint16Array(BLOCK));
    for (let slot = first + BLOCK - 1; slot >= first; slot--) this.#free.push(slot);
  }
}
