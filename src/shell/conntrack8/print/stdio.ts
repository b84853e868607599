import type { CtqError } from '../../../engine/errors.js';
import type { Terminal } from '../../io.js';
import { type Destination, StreamDestination } from '../../output/destination.js';

/** The bytes that a C program gathers before it writes to a pipe or a file. */
const BLOCK = 4096;

export interface Buffering {
  /** Whole blocks are written, and the rest at the end, which comes after the summary on standard error. */
  readonly whole: boolean;
  /** Output that cannot be written is not a failure: the change was made. */
  readonly mayFail: boolean;
}

/**
 * Standard output as a C program has it: to a pipe or a file, blocks of 4096 bytes, and what is left of the last one when the program
 * ends. Scripts that read both outputs in one (`2>&1 | head -1`) see the summary of a short list first.
 */
export class Stdio implements Destination {
  readonly #inner: StreamDestination;
  readonly #options: Buffering;
  readonly #block = Buffer.alloc(BLOCK);
  #held = 0;

  constructor(stream: Terminal, options: Buffering) {
    this.#inner = new StreamDestination(stream);
    this.#options = { ...options, whole: options.whole && stream.isTTY !== true };
  }

  write(chunk: Uint8Array, done: () => void): void {
    if (!this.#options.whole) {
      this.#inner.write(chunk, done);
      return;
    }
    const total = this.#held + chunk.length;
    // A block that is exactly full waits for the next byte.
    const due = total <= BLOCK ? 0 : Math.floor((total - 1) / BLOCK) * BLOCK - this.#held;
    const rest = chunk.subarray(due);
    if (due > 0) {
      this.#writeHeld();
      // The rest of the chunk is copied below; until then it must not be written over.
      this.#inner.write(chunk.subarray(0, due), done);
    }
    this.#block.set(rest, this.#held);
    this.#held += rest.length;
    if (due === 0) done();
  }

  #writeHeld(): void {
    if (this.#held === 0) return;
    this.#inner.write(Buffer.from(this.#block.subarray(0, this.#held)), () => {});
    this.#held = 0;
  }

  ready(): Promise<void> | undefined {
    const busy = this.#inner.ready();
    return busy === undefined || !this.#options.mayFail ? busy : busy.catch(ignoreUnlessClosed);
  }

  /** The last block is still held back. */
  async close(): Promise<void> {
    await this.ready();
  }

  abort(): void {}

  /** Writes the rest when the program ends. @throws CtqError */
  async finish(): Promise<void> {
    this.#writeHeld();
    await (this.#options.mayFail ? this.#inner.close().catch(ignoreUnlessClosed) : this.#inner.close());
  }
}

/** A closed pipe ends every program; other errors are ignored. */
function ignoreUnlessClosed(error: CtqError): void {
  if (error.code === 'output-closed') throw error;
}
