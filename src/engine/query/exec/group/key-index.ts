import type { Value } from '../../../../lang/values/value.js';

/** Initial number of slots; always a power of two. */
const FIRST_SLOTS = 256;
/** 2^32 divided by the golden ratio: Fibonacci hashing, which spreads consecutive keys. */
const SPREAD = 0x9e3779b1;

/**
 * Maps keys to groups. Keys that are unsigned integers of 32 bits (IPv4 addresses, ports, marks) are in an open-addressing hash
 * table, which is several times faster than a Map of ten thousand keys. All others are in a Map.
 */
export class KeyIndex {
  #slots = FIRST_SLOTS;
  #shift = 32 - Math.log2(FIRST_SLOTS);
  /** For each slot the key, and the number of the group plus one; 0 for a free slot. */
  #table = new Uint32Array(2 * FIRST_SLOTS);
  #taken = 0;
  readonly #others = new Map<Value, number>();

  get(key: Value): number | undefined {
    if (typeof key !== 'number' || key >>> 0 !== key) return this.#others.get(key);
    const group = this.#table[this.#slotOf(key) + 1];
    return group === 0 ? undefined : group - 1;
  }

  /** @param key a key without a group */
  set(key: Value, group: number): void {
    if (typeof key !== 'number' || key >>> 0 !== key) {
      this.#others.set(key, group);
      return;
    }
    if (2 * this.#taken >= this.#slots) this.#grow();
    this.#taken++;
    this.#put(key, group + 1);
  }

  /** Offset of the slot that has the key, or of the free slot for it. */
  #slotOf(key: number): number {
    const table = this.#table;
    const last = table.length - 1;
    let at = 2 * (Math.imul(key, SPREAD) >>> this.#shift);
    while (table[at + 1] !== 0 && table[at] !== key) at = (at + 2) & last;
    return at;
  }

  #put(key: number, group: number): void {
    const at = this.#slotOf(key);
    this.#table[at] = key;
    this.#table[at + 1] = group;
  }

  #grow(): void {
    const old = this.#table;
    this.#slots *= 2;
    this.#shift--;
    this.#table = new Uint32Array(2 * this.#slots);
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) this.#put(old[at], old[at + 1]);
  }
}
