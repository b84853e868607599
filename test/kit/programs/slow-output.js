/**
 * Copies standard input to standard output as a slow line does: a few bytes at a time.
 *
 *   program | node slow-output.js BYTES MILLISECONDS
 */
import { readSync, writeSync } from 'node:fs';

const [bytes, milliseconds] = process.argv.slice(2).map(Number);
const piece = Buffer.alloc(bytes);
const sleeper = new Int32Array(new SharedArrayBuffer(4));

for (;;) {
  const length = readSync(0, piece, 0, bytes, null);
  if (length === 0) break;
  writeSync(1, piece, 0, length);
  Atomics.wait(sleeper, 0, 0, milliseconds);
}
