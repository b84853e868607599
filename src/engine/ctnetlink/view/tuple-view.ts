import { fromBytes } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { be16 } from '../bytes.js';
import { TupleLayout } from './layout.js';

const NOWHERE: Readonly<TupleLayout> = new TupleLayout();

/** One tuple of a message. Absent numbers are -1. */
export class TupleView {
  bytes: Uint8Array = new Uint8Array(0);
  #layout = NOWHERE;
  /** Offset of the message. */
  #begin = 0;

  /** Moves to a tuple of the message at `begin`. */
  move(bytes: Uint8Array, begin: number, layout: Readonly<TupleLayout>): this {
    this.bytes = bytes;
    this.#begin = begin;
    this.#layout = layout;
    return this;
  }

  get present(): boolean {
    return this.#layout.at >= 0;
  }

  /** Offset of the tuple's attributes, or -1. */
  get at(): number {
    return this.#place(this.#layout.at);
  }

  /** Offsets of the addresses in `bytes`, or -1. */
  get src(): number {
    return this.#place(this.#layout.src);
  }

  get dst(): number {
    return this.#place(this.#layout.dst);
  }

  /** 4 or 16, by the type of the address attributes. */
  get addressLength(): number {
    return this.#layout.addressLength;
  }

  get proto(): number {
    return this.#byte(this.#layout.proto);
  }

  /** Ports, or the call keys of GRE. */
  get sport(): number {
    return this.#be16(this.#layout.sport);
  }

  get dport(): number {
    return this.#be16(this.#layout.dport);
  }

  /** Offsets of ports and zone in `bytes`, or -1. */
  get sportAt(): number {
    return this.#place(this.#layout.sport);
  }

  get dportAt(): number {
    return this.#place(this.#layout.dport);
  }

  get zoneAt(): number {
    return this.#place(this.#layout.zone);
  }

  /** Of ICMP and ICMPv6. */
  get icmpType(): number {
    return this.#byte(this.#layout.icmpType);
  }

  get icmpCode(): number {
    return this.#byte(this.#layout.icmpCode);
  }

  get icmpId(): number {
    return this.#be16(this.#layout.icmpId);
  }

  /** The zone of this direction only. */
  get zone(): number {
    return this.#be16(this.#layout.zone);
  }

  srcAddress(): Address | null {
    const { src } = this;
    return src < 0 ? null : fromBytes(this.bytes, src, this.addressLength);
  }

  dstAddress(): Address | null {
    const { dst } = this;
    return dst < 0 ? null : fromBytes(this.bytes, dst, this.addressLength);
  }

  #place(at: number): number {
    return at < 0 ? -1 : this.#begin + at;
  }

  #byte(at: number): number {
    return at < 0 ? -1 : this.bytes[this.#begin + at];
  }

  #be16(at: number): number {
    return at < 0 ? -1 : be16(this.bytes, this.#begin + at);
  }
}
