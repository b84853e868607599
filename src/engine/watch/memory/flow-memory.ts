import type { MessageView } from '../../ctnetlink/view/view.js';
import { Slab } from './slab.js';

/** The default size of the kernel's table; at most some 120 MiB. */
export const CAPACITY = 262_144;

/**
 * The key of an entry: its id, which is a 32-bit hash, and its source port. NaN if the message has no id. Expectations, whose
 * ids are separate, have negative keys.
 */
export function flowKey(view: MessageView): number {
  const { id } = view;
  if (id < 0) return Number.NaN;
  if (view.isExpectation) return -1 - id;
  const { sport, icmpId } = view.orig;
  return id * 65_536 + Math.max(sport, icmpId, 0);
}

/** The last message of each entry, for a limited number of entries: the oldest are evicted. */
export class FlowMemory {
  readonly #capacity: number;
  readonly #slab = new Slab();
  readonly #slots = new Map<number, number>();
  /** Number of evicted entries. */
  evicted = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Valid until the entry is set again or deleted. */
  get(key: number): Uint8Array | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#slab.get(slot);
  }

  set(key: number, message: Uint8Array): void {
    if (Number.isNaN(key)) return;
    const slot = this.#slots.get(key);
    if (slot !== undefined) {
      this.#slab.set(slot, message);
      return;
    }
    if (this.#slots.size >= this.#capacity) {
      const [oldest] = this.#slots.keys();
      this.delete(oldest);
      this.evicted++;
    }
    this.#slots.set(key, this.#slab.put(message));
  }

  delete(key: number): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#slab.free(slot);
  }

  keys(): IterableIterator<number> {
    return this.#slots.keys();
  }
}
