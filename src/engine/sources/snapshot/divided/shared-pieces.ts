/** Sizes of what two threads share. */
export interface PieceSizes {
  /** Bytes of the text of a piece, and of its messages. */
  readonly text: number;
  readonly messages: number;
}

/** Pieces that are in memory at once: being filled, being read by each thread, and waiting for each. */
export const SLOTS = 6;

/** Counters of pieces since the beginning: filled with text, and claimed by a thread. Then where the texts begin and end. */
const FILLED = 0;
const CLAIMED = 1;
const BEGINS = 2;
const ENDS = BEGINS + SLOTS;
const WORDS = ENDS + SLOTS;

/** Bytes of a word: shared memory is copied by words where both places have the same alignment; else by bytes, which takes eight times as long. */
const WORD = 8;
const align = (n: number): number => Math.ceil(n / WORD) * WORD;

/** The distance of a place from the start of its word. */
export const alignment = (place: number): number => place & (WORD - 1);

/** Memory in which the pieces of a file are handed from the thread that fills them to the thread that reads them. Pieces are numbered. */
export class SharedPieces {
  readonly sizes: PieceSizes;
  readonly memory: SharedArrayBuffer;
  readonly #control: Int32Array;
  readonly #texts: readonly Buffer[];
  /** No buffers: other messages are none, and what reads both kinds would be slower. */
  readonly #messages: readonly Uint8Array[];

  /** @param memory that of another thread; new memory where left out */
  constructor(sizes: PieceSizes, memory?: SharedArrayBuffer) {
    const text = 2 * align(sizes.text);
    const messages = align(sizes.messages);
    const begin = align(4 * WORDS);
    this.sizes = sizes;
    this.memory = memory ?? new SharedArrayBuffer(begin + SLOTS * (text + messages));
    this.#control = new Int32Array(this.memory, 0, WORDS);
    const slots = Array.from({ length: SLOTS }, (_, i) => begin + i * (text + messages));
    this.#texts = slots.map(at => Buffer.from(this.memory, at, text));
    this.#messages = slots.map(at => new Uint8Array(this.memory, at + text, messages));
  }

  /**
   * Where the text of a piece is put: the first half is for what the piece before does not end with, so that the second half can be filled
   * before that is known.
   */
  bufferOf(piece: number): Buffer {
    return this.#texts[piece % SLOTS];
  }

  textOf(piece: number): Buffer {
    const slot = piece % SLOTS;
    return this.#texts[slot].subarray(
      Atomics.load(this.#control, BEGINS + slot),
      Atomics.load(this.#control, ENDS + slot),
    );
  }

  /** Where the messages of a piece are put. */
  messagesOf(piece: number): Uint8Array {
    return this.#messages[piece % SLOTS];
  }

  get filled(): number {
    return Atomics.load(this.#control, FILLED);
  }

  /** The next piece is filled: a thread may claim it. @param begin of its text. @param end of its text */
  publish(begin: number, end: number): void {
    const slot = this.filled % SLOTS;
    Atomics.store(this.#control, BEGINS + slot, begin);
    Atomics.store(this.#control, ENDS + slot, end);
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
