/** Size of a slot: enough for the message of a flow with the usual attributes; longer ones are stored separately. */
const SLOT_BYTES = 448;
/** Slots allocated at a time. */
const BLOCK_SLOTS = 1024;

/**
 * A slab allocator: stores many short byte strings in a few large blocks of memory. A million small arrays would cost more
 * than their content, and fragment the heap.
 */
export class Slab {
  readonly #blocks: Uint8Array[] = [];
  readonly #lengths: Uint16Array[] = [];
  readonly #free: number[] = [];
  readonly #long = new Map<number, Uint8Array>();

  /** @returns the number of the slot */
  put(bytes: Uint8Array): number {
    if (this.#free.length === 0) this.#grow();
    const slot = this.#free.pop() as number;
    this.set(slot, bytes);
    return slot;
  }

  set(slot: number, bytes: Uint8Array): void {
    const fits = bytes.length <= SLOT_BYTES;
    this.#lengths[Math.floor(slot / BLOCK_SLOTS)][slot % BLOCK_SLOTS] = fits ? bytes.length : 0;
    if (fits) {
      this.#long.delete(slot);
      this.#blocks[Math.floor(slot / BLOCK_SLOTS)].set(bytes, (slot % BLOCK_SLOTS) * SLOT_BYTES);
    } else this.#long.set(slot, bytes.slice());
  }

  /** Valid until the slot is set again or freed. */
  get(slot: number): Uint8Array {
    const length = this.#lengths[Math.floor(slot / BLOCK_SLOTS)][slot % BLOCK_SLOTS];
    if (length === 0) return this.#long.get(slot) ?? new Uint8Array(0);
    const from = (slot % BLOCK_SLOTS) * SLOT_BYTES;
    return this.#blocks[Math.floor(slot / BLOCK_SLOTS)].subarray(from, from + length);
  }

  free(slot: number): void {
    this.#long.delete(slot);
    this.#free.push(slot);
  }

  #grow(): void {
    const first = this.#blocks.length * BLOCK_SLOTS;
    this.#blocks.push(new Uint8Array(BLOCK_SLOTS * SLOT_BYTES));
    this.#lengths.push(new Uint16Array(BLOCK_SLOTS));
    for (let slot = first + BLOCK_SLOTS - 1; slot >= first; slot--) this.#free.push(slot);
  }
}
