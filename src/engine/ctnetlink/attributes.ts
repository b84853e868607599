import { align4, host16 } from './bytes.js';
import { NLA_TYPE_MASK } from './constants.js';

/**
 * Where the payload of an attribute begins, among those from `from` to `end`; -1 where it is not there, has less than `length`
 * bytes, or what is before it is malformed.
 */
export function find(bytes: Uint8Array, from: number, end: number, wanted: number, length: number): number {
  for (let p = from; p + 4 <= end; ) {
    const size = host16(bytes, p);
    if (size < 4 || p + size > end) return -1;
    if ((host16(bytes, p + 2) & NLA_TYPE_MASK) === wanted && size >= 4 + length) return p + 4;
    p += align4(size);
  }
  return -1;
}

/** The length of the payload that begins at `at`, told by the header before it. */
export const payloadSize = (bytes: Uint8Array, at: number): number => host16(bytes, at - 4) - 4;
