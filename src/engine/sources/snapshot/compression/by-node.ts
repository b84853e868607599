import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { PieceMemory } from '../../opened-file.js';
import { Garbage } from './collect-buffers.js';
import type { Compression } from './compressions.js';
import { cutOff, damaged } from './errors.js';
import { onThisThread } from './on-this-thread.js';

/** Bytes that are decompressed at once on another thread. */
const CHUNK = 512 * 1024;

/** Of node's zlib, since node 22.15, so not in the types. */
interface Zstd {
  createZstdDecompress?(options: object): Transform;
  zstdDecompressSync?(data: Uint8Array): Uint8Array;
}

/** Two frames of one byte each. */
const TWO_FRAMES = Buffer.from('28b52ffd0458090000615b6e8ca9'.repeat(2), 'hex');

/** Node's decompressor; undefined if this node has none, or one that ends with the first frame, as node 22 does. */
export function decompressor({ name }: Compression): Transform | undefined {
  if (name === 'gzip') return createGunzip({ chunkSize: CHUNK });
  if (name !== 'zstd') return undefined;
  const zlib = process.getBuiltinModule('node:zlib') as Zstd;
  return zlib.zstdDecompressSync?.(TWO_FRAMES).length === 2
    ? zlib.createZstdDecompress?.({ chunkSize: CHUNK })
    : undefined;
}

/**
 * Decompresses on another thread, or on this one (`onThisThread`). A piece is valid until the next one is asked for.
 * @param memory of a large file: where to put what is decompressed, as soon as there is such memory; then it is done on this thread
 * @throws CtqError for damaged data, and for data that ends too early (`isCutOff`)
 */
export async function* byNode(
  stream: Transform,
  pieces: AsyncIterator<Uint8Array>,
  compression: Compression,
  name: string,
  memory: (() => PieceMemory | undefined) | undefined,
): AsyncGenerator<Uint8Array> {
  const decompress = onThisThread(stream);
  const garbage = new Garbage();
  let wake = (): void => {};
  for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, () => wake());
  /** The stream has taken what was written, and may be given more. */
  let isFree = true;
  const taken = (): void => {
    isFree = true;
    wake();
  };
  let isLast = false;
  try {
    while (!stream.readableEnded && !stream.errored) {
      const here = decompress && memory?.();
      if (isFree && !isLast && !(here && stream.readableLength > 0)) {
        const { done, value } = await pieces.next();
        if (done) {
          isLast = true;
          stream.end();
        } else if (decompress && here) {
          if (!(yield* decompress(value, here))) return;
        } else {
          isFree = false;
          stream.write(value, taken);
        }
      }
      const piece: Uint8Array | null = stream.read();
      if (piece !== null) {
        yield piece;
        garbage.add(piece.length);
      } else if (!stream.readableEnded && !stream.errored && !(isFree && !isLast)) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    }
  } finally {
    stream.destroy();
  }
  if (!stream.errored) return;
  const { code, message } = stream.errored as NodeJS.ErrnoException;
  throw code === 'Z_BUF_ERROR'
    ? cutOff(compression, name, stream.errored)
    : damaged(compression, name, message, stream.errored);
}
