import { loadKoffi } from '../../../netlink/koffi.js';
import type { PieceMemory } from '../../opened-file.js';
import type { Compression } from './compressions.js';
import { cutOff, damaged } from './errors.js';

/** Most systems have it: their packages are compressed with zstd. */
const LIBRARY = 'libzstd.so.1';

/** Bytes that are decompressed at once while there is no other memory. */
const PIECE = 512 * 1024;

/** Of zstd.h: members of ZSTD_inBuffer and ZSTD_outBuffer, each a word. */
const ADDRESS = 0;
const SIZE = 1;
const POSITION = 2;
const MEMBERS = 3;

/** Functions of zstd.h. A negative result of `decompress` is an error; 0: the end of a frame was reached. */
interface Zstd {
  create(): unknown;
  free(stream: unknown): number;
  decompress(stream: unknown, output: BigUint64Array, input: BigUint64Array): number;
  errorName(code: number): string;
  /** Address of the bytes, valid while they are referenced. */
  addressOf(bytes: Uint8Array): bigint;
}

/** zstd by the library of the system; undefined where there is no such library. */
export function zstdLibrary({ name }: Compression): Zstd | undefined {
  if (name !== 'zstd') return undefined;
  try {
    const koffi = loadKoffi();
    if (koffi.sizeof('void *') !== BigUint64Array.BYTES_PER_ELEMENT) return undefined;
    const library = koffi.load(LIBRARY);
    return {
      create: library.func('void *ZSTD_createDStream()'),
      free: library.func('intptr_t ZSTD_freeDStream(void *)'),
      decompress: library.func('intptr_t ZSTD_decompressStream(void *, void *, void *)'),
      errorName: library.func('const char *ZSTD_getErrorName(intptr_t)'),
      addressOf: bytes => koffi.address(bytes),
    };
  } catch {
    return undefined;
  }
}

/**
 * Decompresses on this thread: a piece takes less than a millisecond. A piece is valid until the next one is asked for.
 * @param memory of a large file: where to put what is decompressed, as soon as there is such memory
 * @throws CtqError for damaged data, and for data that ends too early (`isCutOff`)
 */
export async function* byLibrary(
  zstd: Zstd,
  pieces: AsyncIterator<Uint8Array>,
  compression: Compression,
  name: string,
  memory: (() => PieceMemory | undefined) | undefined,
): AsyncGenerator<Uint8Array> {
  const own = Buffer.allocUnsafeSlow(PIECE);
  const output = new BigUint64Array(MEMBERS);
  const input = new BigUint64Array(MEMBERS);
  const stream = zstd.create();
  let result = 0;
  try {
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      pointTo(input, next.value, zstd);
      // It stops where a frame ends, and where the room is full: it may hold back what did not fit.
      for (let isFull = false; isFull || input[POSITION] < input[SIZE]; ) {
        const given = memory?.();
        const room = given?.next() ?? own;
        pointTo(output, room, zstd);
        result = zstd.decompress(stream, output, input);
        if (result < 0) throw damaged(compression, name, zstd.errorName(result));
        const length = Number(output[POSITION]);
        isFull = length === room.length;
        if (!isFull) given?.reset();
        if (length > 0) yield room.subarray(0, length);
      }
    }
    if (result !== 0) throw cutOff(compression, name);
  } finally {
    zstd.free(stream);
  }
}

/** What the first bytes of a file are decompressed to, as far as they go; undefined for damaged data. @param most bytes */
export function headByLibrary(zstd: Zstd, packed: Uint8Array, most: number): Buffer | undefined {
  const room = Buffer.alloc(most);
  const output = new BigUint64Array(MEMBERS);
  const input = new BigUint64Array(MEMBERS);
  const stream = zstd.create();
  try {
    pointTo(output, room, zstd);
    pointTo(input, packed, zstd);
    while (output[POSITION] < output[SIZE]) {
      const before = input[POSITION] + output[POSITION];
      if (zstd.decompress(stream, output, input) < 0) return undefined;
      if (input[POSITION] + output[POSITION] === before) break;
    }
    return room.subarray(0, Number(output[POSITION]));
  } finally {
    zstd.free(stream);
  }
}

function pointTo(buffer: BigUint64Array, bytes: Uint8Array, { addressOf }: Zstd): void {
  buffer[ADDRESS] = addressOf(bytes);
  buffer[SIZE] = BigInt(bytes.length);
  buffer[POSITION] = 0n;
}
