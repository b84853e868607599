import type { Integer } from '../../lang/values/value.js';

/** Numbers and texts in messages. Callers check bounds. */

export const be16 = (b: Uint8Array, at: number): number => (b[at] << 8) | b[at + 1];

export const be32 = (b: Uint8Array, at: number): number =>
  ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0;

/** A 64-bit number: a number while that is exact, else a bigint. */
export function be64(b: Uint8Array, at: number): Integer {
  const high = be32(b, at);
  const low = be32(b, at + 4);
  return high < 0x200000 ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low);
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text up to its NUL, or to the end of the attribute. Invalid UTF-8 becomes U+FFFD. */
export function text(b: Uint8Array, at: number, length: number): string {
  let end = at;
  while (end < at + length && b[end] !== 0) end++;
  let ascii = '';
  for (let i = at; i < end; i++) {
    if (b[i] > 0x7e) return decoder.decode(b.subarray(at, end));
    ascii += String.fromCharCode(b[i]);
  }
  return ascii;
}
