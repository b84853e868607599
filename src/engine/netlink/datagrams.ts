import { Buffer32, DATAGRAM } from './framing.js';

/** Room for some datagrams, each at its own multiple of DATAGRAM, and what has come. */
export class Datagrams {
  readonly buffer: Buffer32;
  /** Bytes of each datagram. */
  readonly lengths: Uint32Array;

  /** @param most how many there is room for */
  constructor(readonly most: number) {
    this.buffer = new Buffer32(most * DATAGRAM);
    this.lengths = new Uint32Array(most);
  }
}
