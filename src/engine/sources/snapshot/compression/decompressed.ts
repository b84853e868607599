import type { PieceMemory } from '../../opened-file.js';
import { byLibrary, zstdLibrary } from './by-library.js';
import { byNode, decompressor } from './by-node.js';
import { byProgram } from './by-program.js';
import { compressionOf, LONGEST_MAGIC } from './compressions.js';

export interface DecompressOptions {
  readonly signal?: AbortSignal;
  /** Called if the file is not compressed: its pieces are passed on unchanged. */
  isPlain?(): void;
  /** Of a large file: where to put what is decompressed, as soon as there is such memory. Then another thread needs a processor. */
  memory?(): PieceMemory | undefined;
}

/**
 * The decompressed content of a file: by a library of the system, by node, or by the program of its compression. A piece is valid until the next one is asked for.
 * @throws CtqError for compression that none of them can decompress, for damaged data, and for data that ends too early (`isCutOff`)
 */
export async function* decompressed(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  { signal, isPlain, memory }: DecompressOptions = {},
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
      isPlain?.();
      yield head;
      for (let next = ended ? undefined : await iterator.next(); next && !next.done; next = await iterator.next()) {
        yield next.value;
      }
      return;
    }
    const library = zstdLibrary(compression);
    const stream = library === undefined ? decompressor(compression) : undefined;
    const all = wholeOf(head, iterator);
    if (library !== undefined) yield* byLibrary(library, all, compression, name, memory);
    else if (stream !== undefined) yield* byNode(stream, all, compression, name, memory);
    else yield* byProgram(all, compression, name, signal, memory);
  } finally {
    await iterator.return?.();
  }
}

async function* wholeOf(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
