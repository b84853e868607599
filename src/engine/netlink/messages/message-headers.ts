import type { Libc } from '../libc.js';
import type { Datagrams } from './datagrams.js';
import { DATAGRAM } from './framing.js';

// Fields, each as long as a pointer: msg_name, msg_namelen, msg_iov, msg_iovlen, msg_control, msg_controllen, msg_flags, msg_len …
const HEADER = 8;
const IOV = 2;
const LENGTH = 7;
// … and iov_base, iov_len.
const IOVEC = 2;

/**
 * The headers for recvmmsg(2), which describe the buffers and receive the lengths: an array of `struct mmsghdr` and the
 * `struct iovec` that it points to (include/linux/socket.h, include/uapi/linux/uio.h), as the C library of this process lays them out.
 */
export class MessageHeaders {
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;
  /** 32-bit words of a pointer. */
  readonly #word: number;

  constructor(libc: Pick<Libc, 'addressOf' | 'pointerSize'>, { most, buffer }: Datagrams) {
    const word = libc.pointerSize / 4;
    this.#word = word;
    const storage = new ArrayBuffer(most * (HEADER + IOVEC) * libc.pointerSize);
    const sizes = word === 2 ? new BigUint64Array(storage) : new Uint32Array(storage);
    const put = (field: number, value: bigint): void => {
      sizes[field] = (word === 2 ? value : Number(value)) as never;
    };
    const iovecs = most * HEADER;
    const own = libc.addressOf(storage);
    const address = libc.addressOf(buffer.bytes.buffer);
    for (let i = 0; i < most; i++) {
      const iovec = iovecs + i * IOVEC;
      put(i * HEADER + IOV, own + BigInt(iovec * libc.pointerSize));
      put(i * HEADER + IOV + 1, 1n);
      put(iovec, address + BigInt(i * DATAGRAM));
      put(iovec + 1, BigInt(DATAGRAM));
    }
    this.#words = new Uint32Array(storage);
    this.bytes = new Uint8Array(storage);
  }

  /** Length of the datagram, as the kernel sent it. */
  lengthOf(i: number): number {
    return this.#words[(i * HEADER + LENGTH) * this.#word];
  }
}
