import type { Value } from '../../../../lang/values/value.js';

/** Slots to begin with; a power of two, as all their numbers are. */
const FIRST_SLOTS = 256;
/** 2^32 divided by the golden ratio: spreads keys that follow each other. */
const SPREAD = 0x9e3779b1;

/**
 * Which group a key has. Most keys are whole numbers of 32 bits (addresses of IPv4, ports, marks): they are looked for in an
 * array, in a fraction of the time that a map of some ten thousand keys takes. All others are in a map.
 */
export class KeyIndex {
  #slots = FIRST_SLOTS;
  #shift = 32 - Math.log2(FIRST_SLOTS);
  /** Of each slot the key, and the group's number and one; 0: it is free. */
  #table = new Uint32Array(2 * FIRST_SLOTS);
  #taken = 0;
  readonly #others = new Map<Value, number>();

  get(key: Value): number | undefined {
    if (typeof key !== 'number' || key >>> 0 !== key) return this.#others.get(key);
    const group = this.#table[this.#placeOf(key) + 1];
    return group === 0 ? undefined : group - 1;
  }

  /** @param key one that has no group yet */
  set(key: Value, group: number): void {
    if (typeof key !== 'number' || key >>> 0 !== key) {
      this.#others.set(key, group);
      return;
    }
    if (2 * this.#taken >= this.#slots) this.#grow();
    this.#taken++;
    this.#put(key, group + 1);
  }

  /** Where the slot is that has the key, or is free for it. */
  #placeOf(key: number): number {
    const table = this.#table;
    const last = table.length - 1;
    let at = 2 * (Math.imul(key, SPREAD) >>> this.#shift);
    while (table[at + 1] !== 0 && table[at] !== key) at = (at + 2) & last;
    return at;
  }

  #put(key: number, group: number): void {
    const at = this.#placeOf(key);
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
