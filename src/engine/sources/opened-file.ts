/** Files of any kind, opened and read so that no call ever blocks: what waits can be given up. */
import { closeSync, constants, fstatSync, openSync, read as readInto, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { abortable } from '../abortable.js';

/** Bytes read at once: while the kernel takes what was read before, a read may have to wait for some milliseconds. */
const PIECE = 512 * 1024;
/** Pieces of a large file that are read ahead. */
const MAX_AHEAD = 3;
/** How often (ms) a device that has nothing is asked again. */
const AGAIN_MS = 50;

/** Where the pieces of a file are put. */
export interface PieceMemory {
  /** Room for what follows all that room was given for; undefined while there is none. There is some whenever a piece is asked for. */
  next(): Uint8Array | undefined;
  /** Room was not filled to its end: the next is for what follows the piece that is handed over now. */
  reset(): void;
}

/** A file that is open for reading; `pieces` closes it. */
export interface OpenedFile {
  readonly stats: Stats;
  /** A piece is valid until the next one is asked for. */
  readonly pieces: AsyncGenerator<Uint8Array>;
  /** Of a large file: after those that were read ahead, pieces are put there. */
  readonly readInto: ((memory: PieceMemory) => void) | undefined;
}

/**
 * Opens a file for reading. Waiting for the writer of a pipe is a part of reading, not of opening.
 * @param signal ends the wait for a file that is not a regular one
 * @param most bytes that a regular file may have
 * @throws NodeJS.ErrnoException
 */
export function openForReading(path: string, signal?: AbortSignal, most = Number.POSITIVE_INFINITY): OpenedFile {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR', errno: -21 });
    if (stats.isFile() && stats.size > most) throw tooLarge();
    if (stats.isFIFO()) return { stats, pieces: piecesOfPipe(fd, signal), readInto: undefined };
    const isLarge = stats.isFile() && stats.size > PIECE;
    const file = new ReadAhead(fd, isLarge, signal);
    return { stats, pieces: file.pieces(), readInto: isLarge ? memory => file.readInto(memory) : undefined };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Until a first writer has come the kernel says nothing of a pipe, neither data nor an end. */
async function* piecesOfPipe(fd: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const pipe = new Socket({ fd, readable: true, writable: false });
  const onAbort = (): void => void pipe.destroy();
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    yield* pipe as AsyncIterable<Uint8Array>;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    pipe.destroy();
  }
}

interface Reading {
  readonly buffer: Uint8Array;
  /** null: where the reading before it ended. */
  readonly position: number | null;
  readonly bytesRead: Promise<number>;
}

/** Memory of its own: for the piece that is handed over, and those that are read ahead. */
class OwnMemory implements PieceMemory {
  readonly #buffers: readonly Uint8Array[];
  #next = 0;

  constructor(ahead: number) {
    this.#buffers = Array.from({ length: ahead + 1 }, () => Buffer.allocUnsafeSlow(PIECE));
  }

  next(): Uint8Array {
    return this.#buffers[this.#next++ % this.#buffers.length];
  }

  reset(): void {}
}

/** Reads ahead of the consumer: of a large file several pieces, since a consumer that needs all processors keeps each of them waiting. */
class ReadAhead {
  readonly #fd: number;
  readonly #isLarge: boolean;
  readonly #ahead: number;
  readonly #signal: AbortSignal | undefined;
  readonly #closing = new AbortController();
  readonly #readings: Reading[] = [];
  #memory: PieceMemory;
  /** What takes its place when all that was read ahead is used. */
  #nextMemory: PieceMemory | undefined;
  #position = 0;

  constructor(fd: number, isLarge: boolean, signal: AbortSignal | undefined) {
    this.#fd = fd;
    this.#isLarge = isLarge;
    this.#ahead = isLarge ? MAX_AHEAD : 1;
    this.#signal = signal;
    this.#memory = new OwnMemory(this.#ahead);
  }

  readInto(memory: PieceMemory): void {
    this.#nextMemory = memory;
  }

  #read(): void {
    const readings = this.#readings;
    while (readings.length < this.#ahead && this.#nextMemory === undefined) {
      const buffer = this.#memory.next();
      if (buffer === undefined) return;
      const position = this.#isLarge ? this.#position : null;
      const bytesRead = filled(this.#fd, buffer, position, this.#closing.signal, this.#signal);
      // Errors are thrown when the piece is requested.
      bytesRead.catch(() => {});
      readings.push({ buffer, position, bytesRead });
      this.#position += buffer.length;
    }
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const readings = this.#readings;
    try {
      for (;;) {
        if (this.#nextMemory !== undefined && readings.length === 0) {
          this.#memory = this.#nextMemory;
          this.#nextMemory = undefined;
        }
        this.#read();
        const { buffer, position, bytesRead } = readings.shift()!;
        const length = await bytesRead;
        if (length === 0) return;
        if (length < buffer.length && position !== null) {
          // The end, mostly. What was read ahead does not follow.
          await ended(readings);
          readings.length = 0;
          this.#memory.reset();
          this.#position = position + length;
        } else this.#read();
        yield buffer.subarray(0, length);
      }
    } finally {
      this.#closing.abort();
      await ended(readings);
      closeSync(this.#fd);
    }
  }
}

const ended = (readings: readonly Reading[]): Promise<unknown> =>
  Promise.allSettled(readings.map(({ bytesRead }) => bytesRead));

/** Reads once, as soon as there is something. @returns bytes; 0 at the end */
async function filled(
  fd: number,
  buffer: Uint8Array,
  position: number | null,
  closing: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (;;) {
    try {
      return await readOnce(fd, buffer, position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    if (closing.aborted) return 0;
    await abortable(abortable(new Promise<void>(resolve => setTimeout(resolve, AGAIN_MS)), closing), signal);
  }
}

const readOnce = (fd: number, buffer: Uint8Array, position: number | null): Promise<number> =>
  new Promise((resolve, reject) => {
    readInto(fd, buffer, 0, buffer.length, position, (error, bytesRead) =>
      error ? reject(error) : resolve(bytesRead),
    );
  });

/**
 * The whole of a file. What counts is what was read: devices and pipes have no size.
 * @param most bytes. @throws NodeJS.ErrnoException; `EFBIG` for more
 */
export async function readWhole(path: string, most: number, signal?: AbortSignal): Promise<Buffer> {
  const { pieces } = openForReading(path, signal, most);
  return wholeOf(pieces, most);
}

/** All pieces as one. @param most bytes. @throws NodeJS.ErrnoException; `EFBIG` for more */
export async function wholeOf(pieces: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > most) throw tooLarge();
    kept.push(Buffer.from(piece));
  }
  return Buffer.concat(kept);
}

const tooLarge = (): Error => Object.assign(new Error('too large'), { code: 'EFBIG' });
