import { readSync } from 'node:fs';
import { headByLibrary, zstdLibrary } from './by-library.js';
import type { Compression } from './compressions.js';

/** Bytes of gzip that give more than the beginning of most texts, and at most some MiB. */
const GZIP_BYTES = 16 * 1024;
/** What gzip adds to bytes that it cannot make fewer, and more. */
const GZIP_EXTRA = 1024;
/** zstd has blocks of up to 128 KiB, each of which is decompressed whole. */
const ZSTD_BYTES = 160 * 1024;
/** Longest time (ms) that a program takes for the first of its output. */
const LONGEST_MS = 5000;

/**
 * The beginning of what is compressed in a file, at once, whatever follows it.
 * @param source a file of which nothing was read in turn, or its first bytes. @param most bytes
 * @returns undefined if it cannot be decompressed
 */
export function beginningOf(compression: Compression, source: Source, most: number): Buffer | undefined {
  const library = zstdLibrary(compression);
  if (library !== undefined) return headByLibrary(library, firstOf(source, ZSTD_BYTES), most);
  return compression.name === 'gzip' ? gunzipped(source, most) : byProgram(compression, source, most);
}

/** The descriptor of a file, or bytes. */
type Source = number | Buffer;

const firstOf = (source: Source, length: number): Buffer => {
  if (typeof source !== 'number') return source.subarray(0, length);
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(source, bytes, 0, length, 0));
};

// Node's modules are loaded here, since few files are compressed, and every program has this code.

function gunzipped(source: Source, most: number): Buffer | undefined {
  const { gunzipSync, constants } = process.getBuiltinModule('node:zlib');
  let begin: Buffer | undefined;
  for (const length of [GZIP_BYTES, most + GZIP_EXTRA]) {
    try {
      begin = gunzipSync(firstOf(source, length), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      return begin;
    }
    if (begin.length >= most) break;
  }
  return begin;
}

/** The program is ended when it has written enough. */
function byProgram({ program }: Compression, source: Source, most: number): Buffer | undefined {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stdout } = spawnSync(program, ['-dc'], {
    ...(typeof source === 'number' ? {} : { input: source }),
    stdio: [typeof source === 'number' ? source : 'pipe', 'pipe', 'ignore'],
    maxBuffer: most,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  return stdout instanceof Buffer && stdout.length > 0 ? stdout : undefined;
}
