import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CtqError } from '../../errors.js';

const CHUNK = 128 * 1024;

interface Compression {
  readonly name: string;
  readonly magic: readonly number[];
  /** The program that decompresses it, if node cannot. */
  readonly program: string;
}

/** By their first bytes. */
const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], program: 'gzip' },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd' },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: 'xz' },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], program: 'bzip2' },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], program: 'lz4' },
];
const LONGEST_MAGIC = 6;

/** The name of the program that compressed a file; undefined where none did. @param head its first bytes */
export const compressionOf = (head: Uint8Array): string | undefined =>
  COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => head[i] === byte))?.name;

/** Node's decompressor; undefined where this node has none. */
function decompressor(name: string): Transform | undefined {
  if (name === 'gzip') return createGunzip({ chunkSize: CHUNK });
  // Since node 22.15 and 23.8, so not in the types.
  const { createZstdDecompress } = process.getBuiltinModule('node:zlib') as {
    createZstdDecompress?: (options: object) => Transform;
  };
  return name === 'zstd' ? createZstdDecompress?.({ chunkSize: CHUNK }) : undefined;
}

/**
 * The decompressed content of a file.
 * @throws CtqError for compression that node does not support, and for damaged data
 */
export async function* decompressed(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    let head: Uint8Array = new Uint8Array(0);
    let ended = false;
    while (head.length < LONGEST_MAGIC && !ended) {
      const { done, value } = await iterator.next();
      if (done) ended = true;
      else head = Buffer.concat([head, value]);
    }
    const compression = COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
    if (compression === undefined) {
      yield head;
      for (let next = ended ? undefined : await iterator.next(); next && !next.done; next = await iterator.next()) {
        yield next.value;
      }
      return;
    }
    const transform = decompressor(compression.name);
    if (transform === undefined) throw unsupported(compression, name);
    yield* through(transform, head, iterator, compression, name);
  } finally {
    await iterator.return?.();
  }
}

async function* through(
  transform: Transform,
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  compression: Compression,
  name: string,
): AsyncGenerator<Uint8Array> {
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    // The transform may still hold a piece when the next one is read.
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield Buffer.from(next.value);
  }
  // Errors come out of the transform.
  pipeline(Readable.from(all(), { objectMode: false }), transform, () => {});
  try {
    for await (const piece of transform) yield piece as Uint8Array;
  } catch (error) {
    if (error instanceof CtqError) throw error;
    throw new CtqError({
      code: 'snapshot-damaged',
      kind: 'input',
      message: `${name} is damaged or cut off: ${compression.name} cannot decompress it (${(error as Error).message})`,
      cause: error,
    });
  }
}

const unsupported = ({ name: compression, program }: Compression, name: string): CtqError =>
  new CtqError({
    code: 'snapshot-compression',
    kind: 'input',
    message: `${name} is compressed with ${compression}, which this node (${process.version}) cannot decompress`,
    hint: `decompress it with ${program}: ${program} -dc FILE | ctq "select from '-'"`,
  });
