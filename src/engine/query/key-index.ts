import type { Value } from '../../lang/values.js';

/** Slots to begin with; a power of two, as all their numbers are. */
const FIRST_SLOTS = 256;
/** 2^32 divided by the golden ratio: spreads keys that follow each other. */
const SPREAD = 0x9e3779b1;

/**
 * Which group a key has. Most keys are whole numbers of 32 bits (addresses of IPv4, ports, marks): they are looked for in two
 * arrays, in a fraction of the time that a map of some ten thousand keys takes. All others are in a map.
 */
export class KeyIndex {
  #slots = FIRST_SLOTS;
  #shift = 32 - Math.log2(FIRST_SLOTS);
  #keys = new Uint32Array(FIRST_SLOTS);
  /** The group's number and one; 0: the slot is free. */
  #groups = new Uint32Array(FIRST_SLOTS);
  #taken = 0;
  readonly #others = new Map<Value, number>();

  get(key: Value): number | undefined {
    if (typeof key !== 'number' || key >>> 0 !== key) return this.#others.get(key);
    const group = this.#groups[this.#slotOf(key)];
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
    const slot = this.#slotOf(key);
    this.#keys[slot] = key;
    this.#groups[slot] = group + 1;
  }

  /** Where the key is, or has its place. */
  #slotOf(key: number): number {
    const keys = this.#keys;
    const groups = this.#groups;
    const last = this.#slots - 1;
    let slot = Math.imul(key, SPREAD) >>> this.#shift;
    while (groups[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const groups = this.#groups;
    this.#slots *= 2;
    this.#shift--;
    this.#keys = new Uint32Array(this.#slots);
    this.#groups = new Uint32Array(this.#slots);
    for (let i = 0; i < groups.length; i++) {
      if (groups[i] === 0) continue;
      const slot = this.#slotOf(keys[i]);
      this.#keys[slot] = keys[i];
      this.#groups[slot] = groups[i];
    }
  }
}
