/** Minimum buffer of a receive call: more than the kernel puts into one datagram of a dump (32,448 bytes). */
export const DATAGRAM = 65536;

/** Bytes with the views that read them in host byte order. Messages in it start at multiples of four. */
export class Buffer32 {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly u16: Uint16Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;

  constructor(storage: number | ArrayBuffer) {
    const buffer = typeof storage === 'number' ? new ArrayBuffer(storage) : storage;
    this.bytes = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
  }
}

/** NLMSG_ALIGN and NLA_ALIGN: where the next message or attribute begins. */
export const align4 = (length: number): number => (length + 3) & ~3;

/** Headers of messages and attributes are in the host's order, which is little-endian here. */
export const host16 = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8);

export const host32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
