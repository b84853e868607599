import { type Buffer32, SHORTEST } from './framing.js';

/** Where the identity of a message stands: attribute numbers of its id, tuple and zone. */
interface IdentityShape {
  readonly id: number;
  readonly tuple: number;
  readonly zone: number;
}

/** By subsystem: CTA_ID, CTA_TUPLE_ORIG, CTA_ZONE; CTA_EXPECT_ID, _TUPLE, _ZONE (nfnetlink_conntrack.h). */
const SHAPES: Record<number, IdentityShape> = {
  1: { id: 12, tuple: 1, zone: 18 },
  2: { id: 5, tuple: 2, zone: 7 },
};

const SLOTS = 4096;
/** No more than this in one table, so that probing always ends. */
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
 * Finds the entries that a dump gives twice: if the entry at which the kernel paused is deleted before the next receive call,
 * it sends that entry's whole hash bucket again. What comes again came at most two datagrams ago (the first
 * datagram of a dump is small, the others hold more entries than a bucket), so that is all that is remembered.
 * The id alone is a hash of 32 bits: tuple and zone are compared too.
 */
export class DuplicateFilter {
  readonly #shape: IdentityShape;
  #current: Remembered;
  #previous: Remembered;
  #beforePrevious: Remembered;
  /** Messages found to be repeats so far. */
  count = 0;

  private constructor(shape: IdentityShape, makeBuffer: () => Buffer32) {
    this.#shape = shape;
    this.#current = new Remembered(makeBuffer());
    this.#previous = new Remembered(makeBuffer());
    this.#beforePrevious = new Remembered(makeBuffer());
  }

  /**
   * @param type message type (subsystem << 8 | operation) of the dump request
   * @returns undefined for dumps whose messages have no identity (statistics)
   */
  static forRequest(type: number, makeBuffer: () => Buffer32): DuplicateFilter | undefined {
    const shape = SHAPES[type >> 8];
    const operation = type & 0xff;
    const statistics = type >> 8 === 1 ? operation === 4 || operation === 5 : operation === 3;
    return shape === undefined || statistics ? undefined : new DuplicateFilter(shape, makeBuffer);
  }

  beginDatagram(): void {
    const oldest = this.#beforePrevious;
    this.#beforePrevious = this.#previous;
    this.#previous = this.#current;
    this.#current = oldest;
    oldest.clear();
  }

  /**
   * Whether the message came before; if not it is remembered.
   * @param at where the message starts in the buffer
   * @param length its bytes
   * @param position where it will stand among the kept messages of its datagram
   */
  isRepeat(buffer: Buffer32, at: number, length: number, position: number): boolean {
    const idAt = find(buffer, at, length, this.#shape.id);
    if (idAt === 0) return false;
    const id = buffer.u32[(idAt + 4) >> 2];
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

  /** The kept messages of the datagram, now that they are in place. */
  endDatagram(buffer: Buffer32, from: number, to: number): void {
    this.#current.buffer.bytes.set(buffer.bytes.subarray(from, to));
    this.#current.length = to - from;
  }

  #holds(table: Remembered, first: number, id: number, buffer: Buffer32, at: number, length: number): boolean {
    if (table.count === 0) return false;
    for (let slot = first; table.slots[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
      const position = (table.slots[slot] - 1) << 2;
      const size = table.buffer.u32[position >> 2];
      const idAt = find(table.buffer, position, size, this.#shape.id);
      if (
        table.buffer.u32[(idAt + 4) >> 2] === id &&
        sameAttribute(this.#shape.tuple, table.buffer, position, size, buffer, at, length) &&
        sameAttribute(this.#shape.zone, table.buffer, position, size, buffer, at, length)
      )
        return true;
    }
    return false;
  }
}

/** Where an attribute starts in a message; 0 if it is not there. */
function find(buffer: Buffer32, at: number, length: number, wanted: number): number {
  const { u16 } = buffer;
  const end = at + length - 4;
  for (let a = at + SHORTEST; a <= end; ) {
    const size = u16[a >> 1];
    if (size < 4) return 0;
    if ((u16[(a >> 1) + 1] & 0x3fff) === wanted) return a + size <= end + 4 ? a : 0;
    a += (size + 3) & ~3;
  }
  return 0;
}

function sameAttribute(
  wanted: number,
  a: Buffer32,
  aAt: number,
  aLength: number,
  b: Buffer32,
  bAt: number,
  bLength: number,
): boolean {
  const inA = find(a, aAt, aLength, wanted);
  const inB = find(b, bAt, bLength, wanted);
  if (inA === 0 || inB === 0) return inA === inB;
  const size = a.u16[inA >> 1];
  if (size !== b.u16[inB >> 1]) return false;
  for (let i = 4; i < size; i++) if (a.bytes[inA + i] !== b.bytes[inB + i]) return false;
  return true;
}
