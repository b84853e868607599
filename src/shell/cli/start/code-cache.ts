/** The file of what V8 compiled: its data, then four bytes of length and four of CRC-32. */
import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const TRAILER = 8;

/** V8 takes what it is given for code, so that it must not get a file that is damaged: undefined then, as where there is none. */
export function readCodeCache(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const file = readFileSync(path);
  const length = file.length - TRAILER;
  if (length < 0 || file.readUInt32LE(length) !== length) return undefined;
  const data = file.subarray(0, length);
  return file.readUInt32LE(length + 4) === crc32(data) ? data : undefined;
}
