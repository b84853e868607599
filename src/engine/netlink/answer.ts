import { CtqError } from '../errors.js';
import { NFGEN_END, NLM_F_DUMP_INTR, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLMSG_OVERRUN } from './constants.js';
import type { DuplicateFilter } from './dump/dedupe.js';
import { readVerdict, type Verdict } from './messages/control.js';
import { align4, type Buffer32 } from './messages/framing.js';
import type { Channel } from './socket.js';

/** Time limit (ms) for an answer. The kernel answers at once or never. */
export const SILENCE_MS = 5000;

/** The kernel's complete answer to one request. */
export class Answer {
  readonly #channel: Channel;
  readonly #seq: number;
  readonly #repeats: DuplicateFilter | undefined;
  readonly #silenceMs: number;
  /** How the kernel ended the answer; undefined until it has. */
  verdict: Verdict | undefined;
  /** The kernel marked the dump as inconsistent (NLM_F_DUMP_INTR). */
  interrupted = false;

  constructor(channel: Channel, seq: number, repeats?: DuplicateFilter, silenceMs = SILENCE_MS) {
    this.#channel = channel;
    this.#seq = seq;
    this.#repeats = repeats;
    this.#silenceMs = silenceMs;
  }

  /**
   * Receive one datagram into a buffer of at least DATAGRAM bytes.
   * @returns bytes of data messages, moved to its start; 0 for control messages only
   */
  receive(buffer: Buffer32): number {
    const deadline = performance.now() + this.#silenceMs;
    for (;;) {
      const length = this.#channel.receive(buffer.bytes, Math.max(0, deadline - performance.now()));
      if (length === 0) throw silence(this.#silenceMs);
      const kept = this.sift(buffer, 0, length);
      if (kept > 0 || this.verdict !== undefined) return kept;
      if (performance.now() > deadline) throw silence(this.#silenceMs);
    }
  }

  /**
   * Compacts the data messages of a datagram in place, and notes how the answer ends.
   * @param from offset of the datagram in the buffer, a multiple of four
   * @param length of the datagram in bytes
   * @returns bytes of data messages from `from` on
   */
  sift(buffer: Buffer32, from: number, length: number): number {
    const { u16, u32, bytes } = buffer;
    const repeats = this.#repeats;
    const end = from + length;
    let to = from;
    repeats?.beginDatagram();
    for (let at = from; at < end; ) {
      const size = end - at < NLMSG_HDRLEN ? 0 : u32[at >> 2];
      if (size < NLMSG_HDRLEN || at + size > end) throw malformed(size, end - at);
      const next = at + align4(size);
      if (u32[(at >> 2) + 2] === this.#seq) {
        const type = u16[(at >> 1) + 2];
        if ((u16[(at >> 1) + 3] & NLM_F_DUMP_INTR) !== 0 && type !== NLMSG_ERROR) this.interrupted = true;
        if (type < NLMSG_MIN_TYPE) {
          if (type === NLMSG_OVERRUN) throw overrun();
          this.verdict ??= readVerdict(buffer, at, size);
        } else if (size < NFGEN_END) throw malformed(size, end - at);
        else if (repeats === undefined || !repeats.isRepeat(buffer, at, size, to - from)) {
          if (to !== at) bytes.copyWithin(to, at, at + size);
          to += next - at;
        }
      }
      at = next;
    }
    repeats?.endDatagram(buffer, from, to);
    return to - from;
  }
}

/** No answer came in this time (ms). */
export function silence(ms: number): CtqError {
  return new CtqError({
    code: 'receive-timeout',
    kind: 'kernel',
    message: `the kernel did not answer within ${ms / 1000} seconds`,
    hint: 'it answers every valid request at once: try again, and see the kernel log if it happens again',
  });
}

/** NLMSG_OVERRUN: the kernel lost a part of its answer. */
export function overrun(): CtqError {
  return new CtqError({
    code: 'overrun',
    kind: 'kernel',
    message: 'the kernel lost a part of its answer (NLMSG_OVERRUN)',
  });
}

/** A message whose length does not fit the rest of its datagram, in bytes. */
export function malformed(size: number, left: number): CtqError {
  return new CtqError({
    code: 'reply-malformed',
    kind: 'kernel',
    message: `the kernel's answer cannot be read: a message of ${size} bytes where ${left} are left`,
  });
}
