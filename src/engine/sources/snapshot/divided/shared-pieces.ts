import { align4 } from '../../../netlink/messages/framing.js';

/** Sizes of what two threads share. */
export interface PieceSizes {
  /** Bytes of the text of a piece, and of its messages. */
  readonly text: number;
  readonly messages: number;
}

/** Pieces that are in memory at once: being filled, being read by each thread, and waiting for each. */
export const SLOTS = 6;

/** Counters of pieces since the beginning: filled with text, and claimed by a thread. Then the lengths of the texts. */
const FILLED = 0;
const CLAIMED = 1;
const LENGTHS = 2;
const WORDS = LENGTHS + SLOTS;

/** Memory in which the pieces of a file are handed from the thread that fills them to the thread that reads them. Pieces are numbered. */
export class SharedPieces {
  readonly sizes: PieceSizes;
  readonly memory: SharedArrayBuffer;
  readonly #control: Int32Array;
  readonly #texts: readonly Buffer[];
  readonly #messages: readonly Buffer[];

  /** @param memory that of another thread; new memory where left out */
  constructor(sizes: PieceSizes, memory?: SharedArrayBuffer) {
    // Messages begin at multiples of four.
    const text = align4(sizes.text);
    const messages = align4(sizes.messages);
    const begin = 4 * WORDS;
    this.sizes = sizes;
    this.memory = memory ?? new SharedArrayBuffer(begin + SLOTS * (text + messages));
    this.#control = new Int32Array(this.memory, 0, WORDS);
    const slots = Array.from({ length: SLOTS }, (_, i) => begin + i * (text + messages));
    this.#texts = slots.map(at => Buffer.from(this.memory, at, sizes.text));
    this.#messages = slots.map(at => Buffer.from(this.memory, at + text, messages));
  }

  /** Where the text of a piece is put. */
  room(piece: number): Buffer {
    return this.#texts[piece % SLOTS];
  }

  textOf(piece: number): Buffer {
    return this.room(piece).subarray(0, Atomics.load(this.#control, LENGTHS + (piece % SLOTS)));
  }

  /** Where the messages of a piece are put. */
  messagesOf(piece: number): Buffer {
    return this.#messages[piece % SLOTS];
  }

  get filled(): number {
    return Atomics.load(this.#control, FILLED);
  }

  /** The next piece is filled: a thread may claim it. @param length of its text */
  publish(length: number): void {
    Atomics.store(this.#control, LENGTHS + (this.filled % SLOTS), length);
    Atomics.add(this.#control, FILLED, 1);
    Atomics.notify(this.#control, FILLED);
  }

  /** The first piece that no thread has claimed, for this one; undefined if there is none. */
  claim(): number | undefined {
    for (;;) {
      const piece = Atomics.load(this.#control, CLAIMED);
      if (piece === this.filled) return undefined;
      if (Atomics.compareExchange(this.#control, CLAIMED, piece, piece + 1) === piece) return piece;
    }
  }

  /** Blocks the thread until another piece is filled. @returns it, claimed */
  waitAndClaim(): number {
    for (;;) {
      const { filled } = this;
      const piece = this.claim();
      if (piece !== undefined) return piece;
      Atomics.wait(this.#control, FILLED, filled);
    }
  }
}
