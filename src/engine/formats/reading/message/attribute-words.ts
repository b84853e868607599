import { NLA_F_NESTED } from '../../../netlink/constants.js';

export const bigEndian16 = (n: number): number => ((n & 0xff) << 8) | (n >>> 8);
const bigEndian = (n: number): number => ((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24);

/** Attributes of a message (struct nlattr), written as words in the memory of a `Writer` that has room for them. */
export class AttributeWords {
  /** The memory of all messages, and where this one ends as yet. */
  words: Uint32Array = new Uint32Array(0);
  length = 0;

  /** Begins a nest. @returns the argument for `close` */
  open(type: number): number {
    this.words[this.length] = (type | NLA_F_NESTED) << 16;
    return this.length++;
  }

  close(nest: number): void {
    this.words[nest] |= (this.length - nest) * 4;
  }

  /** Attributes that are words already. */
  copy(attributes: Uint32Array | undefined): void {
    if (attributes === undefined) return;
    const { words } = this;
    let to = this.length;
    for (let i = 0; i < attributes.length; i++) words[to++] = attributes[i];
    this.length = to;
  }

  u8(type: number, n: number): void {
    this.words[this.length++] = 5 | (type << 16);
    this.words[this.length++] = n;
  }

  be16(type: number, n: number): void {
    this.words[this.length++] = 6 | (type << 16);
    this.words[this.length++] = bigEndian16(n);
  }

  be32(type: number, n: number): void {
    this.words[this.length++] = 8 | (type << 16);
    this.words[this.length++] = bigEndian(n);
  }

  be64(type: number, n: number | bigint): void {
    this.words[this.length++] = 12 | (type << 16);
    const high = typeof n === 'number' ? Math.floor(n / 0x100000000) : Number(n >> 32n);
    const low = typeof n === 'number' ? n % 0x100000000 : Number(n & 0xffffffffn);
    this.words[this.length++] = bigEndian(high);
    this.words[this.length++] = bigEndian(low);
  }
}
