import { NLA_HDRLEN, NLA_TYPE_MASK } from '../constants.js';
import { align4, type Buffer32, host16 } from './framing.js';

/**
 * Where the payload of an attribute begins, among those from `from` to `end`; -1 where it is not there, has less than `length`
 * bytes, or what is before it is malformed.
 */
export function find(bytes: Uint8Array, from: number, end: number, type: number, length: number): number {
  for (let at = from; at + NLA_HDRLEN <= end; ) {
    const size = host16(bytes, at);
    if (size < NLA_HDRLEN || at + size > end) return -1;
    if ((host16(bytes, at + 2) & NLA_TYPE_MASK) === type && size >= NLA_HDRLEN + length) return at + NLA_HDRLEN;
    at += align4(size);
  }
  return -1;
}

/**
 * `find` for a payload of one word in an aligned buffer, in half of the time: a dump looks for the id of each entry.
 * @returns the index of the word in `u32`; -1 where it is not there
 */
export function findWord({ u16 }: Buffer32, from: number, end: number, type: number): number {
  for (let at = from; at + NLA_HDRLEN <= end; ) {
    const size = u16[at >> 1];
    if (size < NLA_HDRLEN || at + size > end) return -1;
    if ((u16[(at >> 1) + 1] & NLA_TYPE_MASK) === type) return size < NLA_HDRLEN + 4 ? -1 : (at + NLA_HDRLEN) >> 2;
    at += align4(size);
  }
  return -1;
}

/** The length of the payload that begins at `at`, from the header before it. */
export const payloadSize = (bytes: Uint8Array, at: number): number => host16(bytes, at - NLA_HDRLEN) - NLA_HDRLEN;
