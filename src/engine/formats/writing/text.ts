import { be32, be64 } from '../../ctnetlink/bytes.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { BE16, BE32_PIECE, BE64, BYTE, BYTE_PIECE, CALL, IPV4, NOTHING, type Part } from './template/part.js';
import { type Piece, word } from './template/piece.js';

/** Room that `line` guarantees: more than any line made of fixed-size fields (names are written by `utf8`, which grows). */
const LINE_ROOM = 4096;
const CHUNK = 128 * 1024;

/** The decimal texts of 0 … 9999 as words, with and without leading zeros, and how many digits they have; 0: not made yet. */
const DIGITS = new Int32Array(10_000);
const PADDED = new Int32Array(10_000);
const LENGTHS = new Uint8Array(10_000);

function makeDigits(n: number): number {
  const text = String(n);
  LENGTHS[n] = text.length;
  DIGITS[n] = word(text);
  return DIGITS[n];
}

function makePadded(n: number): number {
  PADDED[n] = word(String(n).padStart(4, '0'));
  return PADDED[n];
}

/** The octets of addresses as words, each with a dot after it, and their lengths. */
const OCTETS = Int32Array.from({ length: 256 }, (_, n) => word(`${n}.`));
const OCTET_LENGTHS = Uint8Array.from({ length: 256 }, (_, n) => `${n}.`.length);

const HEX = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0));
const viewOf = (chunk: Buffer): DataView => new DataView(chunk.buffer, chunk.byteOffset, chunk.length);

/** Who takes full chunks; calls `recycle` when the chunk may be written over. */
export type ChunkWriter = (chunk: Uint8Array, recycle: () => void) => void;

/**
 * Text that grows: bytes are put straight into a chunk, and a full chunk is passed on. The formats' hot path makes no
 * garbage: numbers and addresses are written digit by digit. Begin each line with `line`, which makes room for
 * what the unchecked methods (`ascii`, `byte`, `uint`, `ipv4`, `ipv6`, …) write until the next.
 */
export class Text {
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK);
  /** The same bytes: a DataView writes four of them at any place. */
  #view = viewOf(this.#chunk);
  #at = 0;
  readonly #write: ChunkWriter;
  readonly #free: Buffer[] = [];

  constructor(write: ChunkWriter) {
    this.#write = write;
  }

  /** Makes room for one line. */
  line(): void {
    if (this.#chunk.length - this.#at < LINE_ROOM) this.flush();
  }

  /** Passes on the text so far. */
  flush(): void {
    if (this.#at === 0) return;
    const chunk = this.#chunk;
    const used = chunk.subarray(0, this.#at);
    this.#at = 0;
    this.#chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
    this.#view = viewOf(this.#chunk);
    this.#write(used, () => {
      if (this.#free.length < 8) this.#free.push(chunk);
    });
  }

  /** Bytes that wait to be passed on. */
  get pending(): number {
    return this.#at;
  }

  byte(code: number): void {
    this.#chunk[this.#at++] = code;
  }

  put(piece: Piece): void {
    const view = this.#view;
    const { words } = piece;
    const at = this.#at;
    for (let i = 0; i < words.length; i++) view.setInt32(at + (i << 2), words[i], true);
    this.#at = at + piece.length;
  }

  /** An entry by its template. */
  entry(parts: readonly Part<Text>[], view: MessageView): void {
    const { bytes, begin } = view;
    let out = this.#view;
    let at = this.#at;
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p];
      const { words, length } = part.piece;
      for (let i = 0; i < words.length; i++) out.setInt32(at + (i << 2), words[i], true);
      at += length;
      const from = begin + part.at;
      let n = 0;
      switch (part.kind) {
        case NOTHING:
          continue;
        case IPV4:
          for (let i = 0; i < 4; i++) {
            const octet = bytes[from + i];
            out.setInt32(at, OCTETS[octet], true);
            at += OCTET_LENGTHS[octet];
          }
          at--;
          continue;
        case BYTE_PIECE:
        case BE32_PIECE: {
          const value = part.pieceOf(part.kind === BYTE_PIECE ? bytes[from] : be32(bytes, from));
          for (let i = 0; i < value.words.length; i++) out.setInt32(at + (i << 2), value.words[i], true);
          at += value.length;
          continue;
        }
        case CALL:
          this.#at = at;
          part.call(this, view);
          // The function may have begun a new chunk.
          out = this.#view;
          at = this.#at;
          continue;
        case BYTE:
          n = bytes[from];
          break;
        case BE16:
          n = (bytes[from] << 8) | bytes[from + 1];
          break;
        case BE64:
          if (be32(bytes, from) !== 0) {
            this.#at = at;
            this.integer(be64(bytes, from));
            at = this.#at;
            continue;
          }
          n = be32(bytes, from + 4);
          break;
        default:
          n = be32(bytes, from);
      }
      if (n < 10_000) {
        out.setInt32(at, DIGITS[n] || makeDigits(n), true);
        at += LENGTHS[n];
      } else {
        this.#at = at;
        this.uint(n);
        at = this.#at;
      }
    }
    this.#at = at;
  }

  /** A short text of ASCII characters. */
  ascii(text: string): void {
    const chunk = this.#chunk;
    let at = this.#at;
    for (let i = 0; i < text.length; i++) chunk[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /** Any text, of any length; what `line` promised holds after it too. */
  utf8(text: string): void {
    const most = text.length * 3;
    if (most > this.#chunk.length - this.#at - LINE_ROOM) {
      this.flush();
      if (most > this.#chunk.length - LINE_ROOM) {
        this.#write(Buffer.from(text, 'utf8'), () => {});
        return;
      }
    }
    this.#at += this.#chunk.write(text, this.#at, 'utf8');
  }

  /** Takes back a space that is the last byte of the line. */
  dropSpace(): void {
    if (this.#at > 0 && this.#chunk[this.#at - 1] === 0x20) this.#at--;
  }

  /** A whole number from 0 to 2^53-1. */
  uint(n: number): void {
    if (n < 10_000) {
      this.#view.setInt32(this.#at, DIGITS[n] || makeDigits(n), true);
      this.#at += LENGTHS[n];
      return;
    }
    const rest = n < 0x80000000 ? (n / 10_000) | 0 : Math.floor(n / 10_000);
    this.uint(rest);
    const last = n - rest * 10_000;
    this.#view.setInt32(this.#at, PADDED[last] || makePadded(last), true);
    this.#at += 4;
  }

  /** A whole number of any size. */
  integer(n: number | bigint): void {
    if (typeof n === 'number' && n >= 0) this.uint(n);
    else this.ascii(n.toString());
  }

  /** A number from 0 to 2^32-1 in hexadecimal, without leading zeros. */
  hex(n: number): void {
    let shift = 28;
    while (shift > 0 && n >>> shift === 0) shift -= 4;
    for (; shift >= 0; shift -= 4) this.#chunk[this.#at++] = HEX[(n >>> shift) & 15];
  }

  /** The dotted quad of four bytes. */
  ipv4(bytes: Uint8Array, from: number): void {
    const view = this.#view;
    let at = this.#at;
    for (let i = 0; i < 4; i++) {
      const octet = bytes[from + i];
      view.setInt32(at, OCTETS[octet], true);
      at += OCTET_LENGTHS[octet];
    }
    this.#at = at - 1;
  }

  /** The text of sixteen bytes, as `formatAddress` writes it. */
  ipv6(bytes: Uint8Array, from: number): void {
    const group = (i: number): number => (bytes[from + 2 * i] << 8) | bytes[from + 2 * i + 1];
    let start = -1;
    let length = 1;
    for (let i = 0; i < 8; ) {
      let end = i;
      while (end < 8 && group(end) === 0) end++;
      if (end - i > length) {
        start = i;
        length = end - i;
      }
      i = end + 1;
    }
    const embedded = start === 0 && (length === 6 || (length === 5 && group(5) === 0xffff)) ? 6 : 8;
    for (let i = 0; i < embedded; i++) {
      if (i === start) {
        if (i === 0) this.byte(0x3a);
        this.byte(0x3a);
        i += length - 1;
        continue;
      }
      this.hex(group(i));
      if (i < 7) this.byte(0x3a);
    }
    if (embedded === 6) this.ipv4(bytes, from + 12);
  }
}
