import type { ByteCursor } from './byte-cursor.js';

/** Longer words are not kept. */
const LONGEST = 1024;
const SPACE = 0x20;
/** Of a line's words, those that are most likely the same in the next line. */
const MAX_PLACES = 128;

interface Known<T> {
  readonly bytes: Uint8Array;
  readonly value: T | undefined;
}

/** The meanings of words that a file repeats: each is looked up once, without making a string of every occurrence. */
export class Interner<T> {
  readonly #known = new Map<number, Known<T>>();
  /** The last word at each of the places of a line: the next line's is most likely the same. */
  readonly #last: (Known<T> | undefined)[] = [];
  readonly #meaning: (word: string) => T | undefined;
  readonly #most: number;

  /**
   * @param meaning of a word (a character a byte); undefined for an unknown one
   * @param most words that are kept
   */
  constructor(meaning: (word: string) => T | undefined, most = 4096) {
    this.#meaning = meaning;
    this.#most = most;
  }

  /**
   * Reads the word at the cursor, up to a separator, the line's end or a delimiter.
   * @param place a small number: which of a line's words it is, if there are several of the kind
   */
  read(cursor: ByteCursor, delimiter = SPACE, place = 0): T | undefined {
    const last = this.#last[place];
    if (last === undefined || !cursor.isAt(last.bytes, delimiter)) return this.#find(cursor, delimiter, place);
    cursor.at += last.bytes.length;
    return last.value;
  }

  /** Reads the text at the cursor up to a delimiter, spaces included. */
  readTo(cursor: ByteCursor, delimiter: number, place: number): T | undefined {
    const last = this.#last[place];
    if (last !== undefined && cursor.isBefore(last.bytes, delimiter)) {
      cursor.at += last.bytes.length;
      return last.value;
    }
    const { bytes, at, end } = cursor;
    const stop = cursor.find(delimiter, at, end);
    const known = this.#lookUp(bytes, at, stop);
    this.#keep(place, known);
    cursor.at = stop;
    return known.value;
  }

  #keep(place: number, known: Known<T>): void {
    if (place >= MAX_PLACES) return;
    while (this.#last.length < place) this.#last.push(undefined);
    this.#last[place] = known;
  }

  #find(cursor: ByteCursor, delimiter: number, place: number): T | undefined {
    const { bytes, at, end } = cursor;
    let stop = at;
    while (stop < end && bytes[stop] > SPACE && bytes[stop] !== delimiter) stop++;
    const known = this.#lookUp(bytes, at, stop);
    this.#keep(place, known);
    cursor.at = stop;
    return known.value;
  }

  get(bytes: Uint8Array, from: number, end: number): T | undefined {
    return this.#lookUp(bytes, from, end).value;
  }

  #lookUp(bytes: Uint8Array, from: number, end: number): Known<T> {
    let hash = 0;
    for (let at = from; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    // Small integers are keys without a box.
    hash &= 0x3fffffff;
    const known = this.#known.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes, from, end)) return known;
    // A copy: a Buffer's own slice would be a view.
    const word = new Uint8Array(bytes.subarray(from, end));
    const found = { bytes: word, value: this.#meaning(Buffer.from(word).toString('latin1')) };
    if (known === undefined && this.#known.size < this.#most && end - from <= LONGEST) this.#known.set(hash, found);
    return found;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean {
  if (known.length !== end - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
