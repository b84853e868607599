/** Room that `line` guarantees: more than any line made of fixed-size fields (names are written by `utf8`, which grows). */
const LINE_ROOM = 4096;
const CHUNK = 128 * 1024;

/** The decimal texts of 0 … 255, four bytes each: the digits, then their number. */
const OCTETS = new Uint8Array(1024);
for (let n = 0; n < 256; n++) {
  const digits = String(n);
  for (let i = 0; i < digits.length; i++) OCTETS[4 * n + i] = digits.charCodeAt(i);
  OCTETS[4 * n + 3] = digits.length;
}

const HEX = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0));
const ZERO = 0x30;

/** A text of ASCII characters as bytes, for `put`. */
export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0));

/** Texts of ASCII characters as bytes, by name. */
export const words = <K extends string>(texts: Readonly<Record<K, string>>): Readonly<Record<K, Uint8Array>> =>
  Object.fromEntries(Object.entries<string>(texts).map(([name, text]) => [name, asciiBytes(text)])) as Record<
    K,
    Uint8Array
  >;

/** Who takes full chunks; calls `recycle` when the chunk may be written over. */
export type ChunkWriter = (chunk: Uint8Array, recycle: () => void) => void;

/**
 * Text that grows: bytes are put straight into a chunk, and a full chunk is handed on. The formats' hot path makes no
 * garbage: numbers and addresses are written digit by digit. Begin each line with `line`, which makes room for
 * what the unchecked methods (`ascii`, `byte`, `uint`, `ipv4`, `ipv6`, …) write until the next.
 */
export class Text {
  #chunk: Buffer;
  #at = 0;
  readonly #write: ChunkWriter;
  readonly #free: Buffer[] = [];

  constructor(write: ChunkWriter) {
    this.#write = write;
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK);
  }

  /** Makes room for one line. */
  line(): void {
    if (this.#chunk.length - this.#at < LINE_ROOM) this.flush();
  }

  /** Hands on what there is. */
  flush(): void {
    if (this.#at === 0) return;
    const chunk = this.#chunk;
    const used = chunk.subarray(0, this.#at);
    this.#at = 0;
    this.#chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
    this.#write(used, () => {
      if (this.#free.length < 8) this.#free.push(chunk);
    });
  }

  /** Bytes that wait to be handed on. */
  get pending(): number {
    return this.#at;
  }

  byte(code: number): void {
    this.#chunk[this.#at++] = code;
  }

  /** A few bytes: half the time that `ascii` takes. */
  put(piece: Uint8Array): void {
    const chunk = this.#chunk;
    let at = this.#at;
    for (let i = 0; i < piece.length; i++) chunk[at++] = piece[i];
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
    const chunk = this.#chunk;
    if (n < 10) {
      chunk[this.#at++] = ZERO + n;
      return;
    }
    if (n < 256) {
      const from = n << 2;
      const length = OCTETS[from + 3];
      let at = this.#at;
      chunk[at++] = OCTETS[from];
      chunk[at++] = OCTETS[from + 1];
      if (length === 3) chunk[at++] = OCTETS[from + 2];
      this.#at = at;
      return;
    }
    if (n > 0x7fffffff) {
      this.ascii(String(n));
      return;
    }
    let length = n < 1000 ? 3 : n < 10000 ? 4 : n < 100000 ? 5 : n < 1000000 ? 6 : n < 10000000 ? 7 : 0;
    if (length === 0) length = n < 100000000 ? 8 : n < 1000000000 ? 9 : 10;
    let at = this.#at + length;
    this.#at = at;
    let rest = n | 0;
    while (length-- > 0) {
      const quotient = (rest / 10) | 0;
      chunk[--at] = ZERO + rest - quotient * 10;
      rest = quotient;
    }
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
    const chunk = this.#chunk;
    let at = this.#at;
    for (let i = 0; i < 4; i++) {
      const octet = bytes[from + i] << 2;
      const length = OCTETS[octet + 3];
      chunk[at++] = OCTETS[octet];
      if (length > 1) chunk[at++] = OCTETS[octet + 1];
      if (length > 2) chunk[at++] = OCTETS[octet + 2];
      chunk[at++] = 0x2e;
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
