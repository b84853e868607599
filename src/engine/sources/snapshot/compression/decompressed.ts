import { markOf, piecesInUtf8 } from '../../encoding.js';
import type { PieceMemory } from '../../opened-file.js';
import { byLibrary, zstdLibrary } from './by-library.js';
import { byNode, decompressor } from './by-node.js';
import { byProgram } from './by-program.js';
import { compressionOf, LONGEST_MAGIC } from './compressions.js';
import { isDamaged } from './errors.js';

export interface DecompressOptions {
  readonly signal?: AbortSignal;
  /** Called if the pieces of the file are passed on unchanged: it is neither compressed nor UTF-16. */
  isPlain?(): void;
  /** Of a file that can be read once more: its pieces, from the beginning. */
  again?(): AsyncIterable<Uint8Array>;
  /** Of a large file: where to put what is decompressed, as soon as there is such memory. Then another thread needs a processor. */
  memory?(): PieceMemory | undefined;
}

/**
 * The decompressed content of a file, of UTF-16 as UTF-8: by a library of the system, by node, or by the program of its compression. A piece is valid until the next one is asked for.
 * @throws CtqError for compression that none of them can decompress, for damaged data, and for data that ends too early (`isCutOff`)
 */
export function decompressed(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  options: DecompressOptions = {},
): AsyncGenerator<Uint8Array> {
  return piecesInUtf8(unpacked(pieces, name, options));
}

async function* unpacked(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  { signal, isPlain, again, memory }: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    let head: Uint8Array = new Uint8Array(0);
    let ended = false;
    while (head.length < LONGEST_MAGIC && !ended) {
      const { done, value } = await iterator.next();
      if (done) ended = true;
      else head = Buffer.concat([head, value]);
    }
    const compression = compressionOf(head);
    if (compression === undefined) {
      if (markOf(head) === undefined) isPlain?.();
      yield head;
      for (let next = ended ? undefined : await iterator.next(); next && !next.done; next = await iterator.next()) {
        yield next.value;
      }
      return;
    }
    const library = zstdLibrary(compression);
    const stream = library === undefined ? decompressor(compression) : undefined;
    const kept = stream === undefined || again !== undefined ? undefined : new Kept();
    const all = wholeOf(head, iterator, kept);
    if (library !== undefined) yield* byLibrary(library, all, compression, name, memory);
    else if (stream !== undefined) {
      const program = async function* (): AsyncGenerator<Uint8Array> {
        const pieces = (again?.() ?? kept!.pieces())[Symbol.asyncIterator]();
        try {
          yield* byProgram(pieces, compression, name, signal, undefined);
        } finally {
          await pieces.return?.();
        }
      };
      yield* upToDamage(byNode(stream, all, compression, name, memory), program, signal);
    } else yield* byProgram(all, compression, name, signal, memory);
  } finally {
    await iterator.return?.();
  }
}

async function* wholeOf(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  kept: Kept | undefined,
): AsyncGenerator<Uint8Array> {
  kept?.add(head);
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    kept?.add(next.value);
    yield next.value;
  }
}

/** Bytes of a pipe that are kept, since it cannot be read once more. */
const MAX_KEPT = 1 << 20;

class Kept {
  #bytes = 0;
  #pieces: Buffer[] = [];

  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > MAX_KEPT) this.#pieces = [];
    else this.#pieces.push(Buffer.from(piece));
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    yield* this.#pieces;
  }
}

/**
 * All that comes before damage, such as text after the end of the data. Node does not hand over what it has decompressed last before that,
 * the whole of a small file: the program of the compression does, where it is installed.
 */
async function* upToDamage(
  pieces: AsyncIterable<Uint8Array>,
  program: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  try {
    for await (const piece of pieces) {
      length += piece.length;
      yield piece;
    }
  } catch (error) {
    if (!isDamaged(error)) throw error;
    let at = 0;
    try {
      for await (const piece of program()) {
        const known = Math.max(length - at, 0);
        at += piece.length;
        if (known < piece.length) yield piece.subarray(known);
      }
    } catch {
      // Of the same damage.
      signal?.throwIfAborted();
    }
    throw error;
  }
}
