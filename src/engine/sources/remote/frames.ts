import { CtqError } from '../../errors.js';
import { NFGEN_END } from '../../netlink/constants.js';
import { align4 } from '../../netlink/messages/framing.js';

/**
 * The output of `ctq relay`: a greeting line, then frames. A frame is a header of 24 bytes in network order
 * (u32 kind, u32 length, u32 messages, u32 unused, f64 losses so far) and `length` bytes.
 */
export const FRAME = {
  /** Whole netlink messages in the byte order of the machine. */
  messages: 1,
  /** The last frame: JSON of `Ending`. */
  end: 2,
  /** Events are subscribed to: JSON of `Subscribed`. */
  subscribed: 3,
  /** A frame of the answer to a query of a fleet. */
  answer: 4,
} as const;

export interface Frame {
  readonly kind: number;
  readonly count: number;
  readonly dropped: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

const HEADER = 24;
/** The relay sends what it received at once, at most a buffer of 256 KiB. */
const LONGEST = 1 << 20;

/** @param body at most 1 MiB */
export function encodeFrame(kind: number, body: Uint8Array, count = 0, dropped = 0): Uint8Array {
  const frame = new Uint8Array(HEADER + body.length);
  const header = new DataView(frame.buffer);
  header.setUint32(0, kind);
  header.setUint32(4, body.length);
  header.setUint32(8, count);
  header.setFloat64(16, dropped);
  frame.set(body, HEADER);
  return frame;
}

/** Splits a byte stream into frames. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #length = 0;

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The next whole frame; undefined until more bytes have arrived. @throws CtqError for an invalid frame */
  next(): Frame | undefined {
    if (this.#length < HEADER) return undefined;
    const all = this.#joined(HEADER);
    const header = new DataView(all.buffer, all.byteOffset, all.length);
    const kind = header.getUint32(0);
    const length = header.getUint32(4);
    const dropped = header.getFloat64(16);
    if (
      kind < FRAME.messages ||
      kind > FRAME.answer ||
      length > LONGEST ||
      !Number.isSafeInteger(dropped) ||
      dropped < 0
    )
      throw malformed();
    if (this.#length < HEADER + length) return undefined;
    const whole = this.#joined(HEADER + length);
    // A copy of its own: messages must begin at a multiple of four.
    const body = new Uint8Array(length);
    body.set(whole.subarray(HEADER, HEADER + length));
    this.#drop(HEADER + length);
    return { kind, count: header.getUint32(8), dropped, body };
  }

  /** Joins pieces until the first one has at least this many bytes. */
  #joined(length: number): Uint8Array {
    if (this.#pieces[0].length < length) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0];
  }

  #drop(length: number): void {
    const [first] = this.#pieces;
    this.#length -= length;
    if (first.length > length) this.#pieces[0] = first.subarray(length);
    else this.#pieces.shift();
  }
}

/** Checks that remote bytes are whole messages of connection tracking. @returns their number. @throws CtqError */
export function checkMessages(bytes: Uint8Array<ArrayBuffer>): number {
  let count = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < NFGEN_END) throw malformed();
    const size = new Uint32Array(bytes.buffer, bytes.byteOffset + at, 1)[0];
    const subsystem = new Uint16Array(bytes.buffer, bytes.byteOffset + at + 4, 1)[0] >> 8;
    if (size < NFGEN_END || size > bytes.length - at || subsystem < 1 || subsystem > 2) throw malformed();
    // NFNETLINK_V0, the only version of nfgenmsg.
    if (view.getUint8(at + 17) !== 0) throw malformed();
    at += align4(size);
    count++;
  }
  if (bytes.length % 4 !== 0) throw malformed();
  return count;
}

export const malformed = (): CtqError =>
  new CtqError({
    code: 'relay-malformed',
    kind: 'system',
    message: 'invalid answer from the remote side',
    hint: 'ctq there may have a different version',
  });
