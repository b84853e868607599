import { Buffer32, DATAGRAM } from './framing.js';

/** Buffer for several datagrams, each at its own multiple of DATAGRAM, and the lengths received. */
export class Datagrams {
  readonly buffer: Buffer32;
  /** Bytes of each datagram. */
  readonly lengths: Uint32Array;

  /** @param most capacity */
  constructor(readonly most: number) {
    this.buffer = new Buffer32(most * DATAGRAM);
    this.lengths = new Uint32Array(most);
  }
}
