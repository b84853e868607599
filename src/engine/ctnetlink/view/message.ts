import type { Integer } from '../../../lang/values/value.js';
import { NFGEN_END, NLM_F_CREATE } from '../../netlink/constants.js';
import { find, payloadSize } from '../../netlink/messages/attributes.js';
import { align4, host16, host32 } from '../../netlink/messages/framing.js';
import { be16, be32, be64, text } from '../bytes.js';
import { IPCTNL_MSG_CT_DELETE, NFNL_SUBSYS_CTNETLINK_EXP } from '../constants.js';
import { WireError } from '../wire-error.js';
import { Layout, layoutOf } from './layout.js';

const EMPTY_LAYOUT = new Layout(new Uint8Array(NFGEN_END), 0, NFGEN_END);

/**
 * A ctnetlink message, read in place: its headers, and the offsets of its attributes. It is moved over all messages of a stream
 * without allocating. Truncated or malformed attributes count as absent.
 */
export class Message {
  bytes: Uint8Array = new Uint8Array(0);
  /** Offsets in `bytes`. */
  begin = 0;
  end = 0;
  type = 0;
  /** Offsets of the attributes. */
  layout: Layout = EMPTY_LAYOUT;
  /** The previous layout: messages of two kinds often alternate. */
  #other: Layout = EMPTY_LAYOUT;
  /** `bytes` as words, if they are aligned to four bytes. */
  #words: Int32Array | undefined;

  /**
   * Moves to the message at `offset`.
   * @returns offset of the next message
   * @throws WireError for a truncated message
   */
  set(bytes: Uint8Array, offset: number): number {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#words =
        (bytes.byteOffset & 3) === 0 ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : undefined;
    }
    const words = (offset & 3) === 0 ? this.#words : undefined;
    const left = bytes.length - offset;
    const first = offset >> 2;
    const length = left < NFGEN_END ? 0 : words === undefined ? host32(bytes, offset) : words[first] >>> 0;
    if (length < NFGEN_END || length > left) {
      throw new WireError(
        left < NFGEN_END ? `truncated header: ${left} bytes` : `invalid message length ${length}: ${left} bytes left`,
        offset,
      );
    }
    this.begin = offset;
    this.end = offset + length;
    this.type = words === undefined ? host16(bytes, offset + 4) : words[first + 1] & 0xffff;
    this.#lay(offset, length, words);
    return Math.min(offset + align4(length), bytes.length);
  }

  #lay(offset: number, length: number, words: Int32Array | undefined): void {
    const last = this.layout;
    if (words !== undefined) {
      const isExpectation = this.type >> 8 === NFNL_SUBSYS_CTNETLINK_EXP;
      if (last.matches(length, isExpectation, words, offset >> 2)) return;
      if (this.#other.matches(length, isExpectation, words, offset >> 2)) {
        this.layout = this.#other;
        this.#other = last;
        return;
      }
    }
    this.layout = layoutOf(this.bytes, offset, length, words);
    this.#other = last;
  }

  get flags(): number {
    return host16(this.bytes, this.begin + 6);
  }

  get seq(): number {
    return host32(this.bytes, this.begin + 8);
  }

  /** Netlink port of the process that caused an event; 0 for the kernel. */
  get portid(): number {
    return host32(this.bytes, this.begin + 12);
  }

  /** AF_INET, AF_INET6, or 0. */
  get family(): number {
    return this.bytes[this.begin + 16];
  }

  /** nfgenmsg.res_id: CPU number in statistics. */
  get cpu(): number {
    return be16(this.bytes, this.begin + 18);
  }

  /** A copy of the message's bytes. */
  copy(): Uint8Array {
    return this.bytes.slice(this.begin, this.end);
  }

  get isExpectation(): boolean {
    return this.type >> 8 === NFNL_SUBSYS_CTNETLINK_EXP;
  }

  /** The kind of event, in a message of an event stream. */
  get event(): 'new' | 'update' | 'destroy' {
    if ((this.type & 0xff) === (IPCTNL_MSG_CT_DELETE & 0xff)) return 'destroy';
    return (this.flags & NLM_F_CREATE) !== 0 ? 'new' : 'update';
  }

  /** Offset of the payload of a top-level attribute, or -1. */
  at(attribute: number): number {
    const at = this.layout.at[attribute];
    return at < 0 ? -1 : this.begin + at;
  }

  /** Payload length of a top-level attribute; 0 if it is absent. */
  sizeOf(attribute: number): number {
    return this.layout.size[attribute];
  }

  /** Offset of the payload of a top-level attribute, if it has at least `length` bytes; else -1. */
  payloadAt(attribute: number, length: number): number {
    const { layout } = this;
    const at = layout.at[attribute];
    return at < 0 || layout.size[attribute] < length ? -1 : this.begin + at;
  }

  /** A top-level be32, or -1. */
  number(attribute: number): number {
    const at = this.payloadAt(attribute, 4);
    return at < 0 ? -1 : be32(this.bytes, at);
  }

  /** A top-level be16, or -1. */
  number16(attribute: number): number {
    const at = this.payloadAt(attribute, 2);
    return at < 0 ? -1 : be16(this.bytes, at);
  }

  /** A top-level be64, or -1. */
  number64(attribute: number): Integer {
    const at = this.payloadAt(attribute, 8);
    return at < 0 ? -1 : be64(this.bytes, at);
  }

  /** A top-level text, or null. */
  text(attribute: number): string | null {
    const at = this.at(attribute);
    return at < 0 ? null : text(this.bytes, at, this.sizeOf(attribute));
  }

  /** 128 bits in the representation of labels (`lang/values/value.ts`), or null. The kernel has words of 32 bits in host order. */
  labelsOf(attribute: number): string | null {
    const at = this.payloadAt(attribute, 4);
    if (at < 0) return null;
    const size = this.sizeOf(attribute);
    let bits = '';
    for (let i = 0; i < 16; i += 2) bits += String.fromCharCode(i + 2 <= size ? host16(this.bytes, at + i) : 0);
    return bits;
  }

  /** Offset of the payload of an attribute in a nest, if it has at least `length` bytes; else -1. */
  inner(nest: number, attribute: number, length: number): number {
    const { layout } = this;
    const at = layout.inner(nest, attribute);
    if (at === -1) return -1;
    if (at >= 0 && layout.innerSize(nest, attribute) >= length) return this.begin + at;
    const from = this.at(nest);
    return from < 0 ? -1 : find(this.bytes, from, from + this.sizeOf(nest), attribute, length);
  }

  /** A be32 in a nest, or -1. */
  inner32(nest: number, attribute: number): number {
    const at = this.inner(nest, attribute, 4);
    return at < 0 ? -1 : be32(this.bytes, at);
  }

  /** A be64 in a nest, or -1. */
  inner64(nest: number, attribute: number): Integer {
    const at = this.inner(nest, attribute, 8);
    return at < 0 ? -1 : be64(this.bytes, at);
  }

  /** A text in a nest, or null. */
  innerText(nest: number, attribute: number): string | null {
    const at = this.inner(nest, attribute, 0);
    return at < 0 ? null : text(this.bytes, at, payloadSize(this.bytes, at));
  }
}
