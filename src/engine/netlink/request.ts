import { internalError } from '../errors.js';
import { NFGEN_END } from './constants.js';
import { align4, Buffer32 } from './messages/framing.js';
import type { RequestHeader } from './protocol.js';

/** Sequence numbers of one socket. Never 0: that is the kernel's for events. */
export class Sequence {
  #next = 1 + Math.floor(Math.random() * 0x3fffffff);

  /** The first of `count` consecutive numbers. */
  take(count = 1): number {
    if (this.#next + count > 0xffffffff) this.#next = 1;
    const first = this.#next;
    this.#next += count;
    return first;
  }
}

/** A copy of one request with its sequence number and further flags written into it. */
export function stamped(request: Uint8Array, seq: number, flags: number): Buffer32 {
  const copy = new Buffer32(align4(request.length));
  copy.bytes.set(request);
  checkLength(request.length < NFGEN_END ? 0 : copy.u32[0], request.length);
  if (copy.u32[0] !== request.length) throw internalError('a request is one message, and nothing after it');
  stamp(copy, 0, seq, flags);
  return copy;
}

/** Writes sequence number and flags into the header of a request. */
export function stamp(buffer: Buffer32, at: number, seq: number, flags: number): void {
  buffer.u16[(at >> 1) + 3] |= flags;
  buffer.u32[(at >> 2) + 2] = seq;
  buffer.u32[(at >> 2) + 3] = 0;
}

/**
 * The kernel silently drops a message with an invalid length and all after it: none must be sent.
 * @param size length field of the message
 * @param left bytes from its start to the end of the send
 */
export function checkLength(size: number, left: number): void {
  if (size < NFGEN_END || size > left)
    throw internalError(`a request has a length of ${size} bytes, but ${left} are left`);
}

/** The header of the request at an offset in bytes. */
export function headerOf(buffer: Buffer32, at = 0): RequestHeader {
  return { type: buffer.u16[(at >> 1) + 2], flags: buffer.u16[(at >> 1) + 3] };
}
