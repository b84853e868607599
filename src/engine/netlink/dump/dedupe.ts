import { NFGEN_END } from '../constants.js';
import { find, findWord, payloadSize } from '../messages/attributes.js';
import type { Buffer32 } from '../messages/framing.js';
import type { Identity } from '../protocol.js';

const SLOTS = 4096;
/** Maximum entries of one table, so that probing always ends. */
const CAPACITY = SLOTS - 512;

/** The messages of one datagram, found by id. */
class Remembered {
  readonly buffer: Buffer32;
  length = 0;
  /** Position of a message plus one, by hash of its id; 0 is free. */
  readonly slots = new Uint16Array(SLOTS);
  count = 0;

  constructor(buffer: Buffer32) {
    this.buffer = buffer;
  }

  clear(): void {
    this.length = 0;
    if (this.count > 0) this.slots.fill(0);
    this.count = 0;
  }
}

function slotOf(id: number): number {
  return Math.imul(id, 0x9e3779b1) >>> 20;
}

/**
 * Finds entries that a dump contains twice: if the entry at which the kernel paused is deleted before the next receive call,
 * it sends that entry's whole hash bucket again. A duplicate is at most two datagrams away (the first datagram of a dump is small,
 * the others hold more entries than a bucket), so only these are remembered.
 * The id alone is a hash of 32 bits: tuple and zone are compared too.
 */
export class DuplicateFilter {
  readonly #identity: Identity;
  #current: Remembered;
  #previous: Remembered;
  #beforePrevious: Remembered;
  /** Duplicates found so far. */
  count = 0;

  constructor(identity: Identity, makeBuffer: () => Buffer32) {
    this.#identity = identity;
    this.#current = new Remembered(makeBuffer());
    this.#previous = new Remembered(makeBuffer());
    this.#beforePrevious = new Remembered(makeBuffer());
  }

  beginDatagram(): void {
    const oldest = this.#beforePrevious;
    this.#beforePrevious = this.#previous;
    this.#previous = this.#current;
    this.#current = oldest;
    oldest.clear();
  }

  /**
   * Whether the message is a duplicate; if not, it is remembered.
   * @param at where the message starts in the buffer
   * @param length its bytes
   * @param position where it will be among the kept messages of its datagram
   */
  isRepeat(buffer: Buffer32, at: number, length: number, position: number): boolean {
    const word = findWord(buffer, at + NFGEN_END, at + length, this.#identity.id);
    if (word < 0) return false;
    const id = buffer.u32[word];
    const first = slotOf(id);
    if (
      this.#holds(this.#previous, first, id, buffer, at, length) ||
      this.#holds(this.#beforePrevious, first, id, buffer, at, length)
    ) {
      this.count++;
      return true;
    }
    const { slots } = this.#current;
    if (this.#current.count < CAPACITY) {
      let slot = first;
      while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      // Positions are multiples of four below 64 KiB: shifted they leave room for the one that marks a slot as taken.
      slots[slot] = (position >> 2) + 1;
      this.#current.count++;
    }
    return false;
  }

  /** Records the kept messages of the datagram, now in their final positions. */
  endDatagram(buffer: Buffer32, from: number, to: number): void {
    this.#current.buffer.bytes.set(buffer.bytes.subarray(from, to));
    this.#current.length = to - from;
  }

  #holds(table: Remembered, first: number, id: number, buffer: Buffer32, at: number, length: number): boolean {
    if (table.count === 0) return false;
    for (let slot = first; table.slots[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
      const position = (table.slots[slot] - 1) << 2;
      const size = table.buffer.u32[position >> 2];
      const word = findWord(table.buffer, position + NFGEN_END, position + size, this.#identity.id);
      if (table.buffer.u32[word] !== id) continue;
      if (this.#isSame(table.buffer.bytes, position, size, buffer.bytes, at, length)) return true;
    }
    return false;
  }

  /** Whether two messages with the same id are of the same entry. Apart from `#holds`, which must not allocate. */
  #isSame(a: Uint8Array, aAt: number, aSize: number, b: Uint8Array, bAt: number, bSize: number): boolean {
    return this.#identity.others.every(type =>
      isEqual(a, find(a, aAt + NFGEN_END, aAt + aSize, type, 0), b, find(b, bAt + NFGEN_END, bAt + bSize, type, 0)),
    );
  }
}

/** Whether two attributes have the same payload, or both are missing (-1). */
function isEqual(a: Uint8Array, inA: number, b: Uint8Array, inB: number): boolean {
  if (inA < 0 || inB < 0) return inA === inB;
  const size = payloadSize(a, inA);
  if (size !== payloadSize(b, inB)) return false;
  for (let i = 0; i < size; i++) if (a[inA + i] !== b[inB + i]) return false;
  return true;
}
