/** Longer words are found out about each time. */
const LONGEST = 1024;

interface Known<T> {
  readonly bytes: Uint8Array;
  readonly value: T | undefined;
}

/** Words that come again and again in a file, and what they mean: found out once, without making a text of each. */
export class KnownWords<T> {
  readonly #known = new Map<number, Known<T>>();
  readonly #meaning: (word: string) => T | undefined;
  readonly #most: number;

  /**
   * @param meaning of a word (a character a byte); undefined for one that has none
   * @param most words that are kept in mind
   */
  constructor(meaning: (word: string) => T | undefined, most = 4096) {
    this.#meaning = meaning;
    this.#most = most;
  }

  get(bytes: Uint8Array, from: number, end: number): T | undefined {
    let hash = 0;
    for (let at = from; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    // Small integers are keys without a box.
    hash &= 0x3fffffff;
    const known = this.#known.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes, from, end)) return known.value;
    const value = this.#meaning(Buffer.from(bytes.subarray(from, end)).toString('latin1'));
    if (known === undefined && this.#known.size < this.#most && end - from <= LONGEST)
      this.#known.set(hash, { bytes: bytes.slice(from, end), value });
    return value;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean {
  if (known.length !== end - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
