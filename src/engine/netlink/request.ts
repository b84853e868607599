import { internalError } from '../errors.js';
import { align4, Buffer32, NLM_F_DUMP, SHORTEST } from './framing.js';

/** The header of a request, read from its bytes. */
export interface RequestHeader {
  readonly type: number;
  readonly flags: number;
}

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
  checkLength(request.length < SHORTEST ? 0 : copy.u32[0], request.length);
  if (copy.u32[0] !== request.length) throw internalError('a request is one message, and nothing after it');
  stamp(copy, 0, seq, flags);
  return copy;
}

export function stamp(buffer: Buffer32, at: number, seq: number, flags: number): void {
  buffer.u16[(at >> 1) + 3] |= flags;
  buffer.u32[(at >> 2) + 2] = seq;
  buffer.u32[(at >> 2) + 3] = 0;
}

/**
 * The kernel drops a message with a bad length, and all after it, without a word: it must not get one.
 * @param size length field of the message
 * @param left bytes from its start to the end of what is sent
 */
export function checkLength(size: number, left: number): void {
  if (size < SHORTEST || size > left) throw internalError(`a request says it has ${size} bytes where ${left} are left`);
}

export function headerOf(buffer: Buffer32, at = 0): RequestHeader {
  return { type: buffer.u16[(at >> 1) + 2], flags: buffer.u16[(at >> 1) + 3] };
}

/** What a request does, in the infinitive, for error messages. */
export function operationOf({ type, flags }: RequestHeader): string {
  const expectation = type >> 8 === 2;
  const one = expectation ? 'an expectation' : 'a conntrack entry';
  const all = expectation ? 'the expectations' : 'the conntrack table';
  switch (type & 0xff) {
    case 0:
      return (flags & 0x400) === 0
        ? `update ${one}`
        : (flags & 0x200) === 0
          ? `create or update ${one}`
          : `create ${one}`;
    case 1:
      return (flags & NLM_F_DUMP) === 0 ? `get ${one}` : `read ${all}`;
    case 2:
      return expectation ? 'delete expectations' : 'delete conntrack entries';
    case 3:
      return expectation ? 'read the expectation statistics' : 'read and zero counters';
    case 4:
    case 5:
      return 'read the conntrack statistics';
    case 6:
      return 'read the dying entries';
    case 7:
      return 'read the unconfirmed entries';
    default:
      return 'run an unknown request';
  }
}
