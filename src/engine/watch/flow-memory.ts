import type { MessageView } from '../ctnetlink/view/view.js';
import { Slab } from './slab.js';

/** As many flows as the kernel's table holds by default, in some 120 MiB at the most. */
export const CAPACITY = 262_144;

/**
 * What an entry is remembered by: its id, which is a hash of 32 bits, and its source port. NaN where a message has no id.
 * Expectations have ids of their own.
 */
export function flowKey(view: MessageView): number {
  const { id } = view;
  if (id < 0) return Number.NaN;
  if (view.isExpectation) return -1 - id;
  const { sport, icmpId } = view.orig;
  return id * 65_536 + Math.max(sport, icmpId, 0);
}

/** The last message of each entry of a watch; the oldest are forgotten where there are too many. */
export class FlowMemory {
  readonly #capacity: number;
  readonly #slots = new Slab();
  readonly #places = new Map<number, number>();
  /** Entries that had to be forgotten. */
  forgotten = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Valid until the entry is set again or deleted. */
  get(key: number): Uint8Array | undefined {
    const slot = this.#places.get(key);
    return slot === undefined ? undefined : this.#slots.get(slot);
  }

  set(key: number, message: Uint8Array): void {
    if (Number.isNaN(key)) return;
    const slot = this.#places.get(key);
    if (slot !== undefined) {
      this.#slots.set(slot, message);
      return;
    }
    if (this.#places.size >= this.#capacity) {
      const [oldest] = this.#places.keys();
      this.delete(oldest);
      this.forgotten++;
    }
    this.#places.set(key, this.#slots.put(message));
  }

  delete(key: number): void {
    const slot = this.#places.get(key);
    if (slot === undefined) return;
    this.#places.delete(key);
    this.#slots.free(slot);
  }

  keys(): IterableIterator<number> {
    return this.#places.keys();
  }
}
