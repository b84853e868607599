import { fromBytes } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { be16 } from '../bytes.js';
import { TupleLayout } from './layout.js';

const NOWHERE: Readonly<TupleLayout> = new TupleLayout();

/** One tuple of the message that a view stands on. Numbers are -1 where the tuple does not have them. */
export class TupleView {
  bytes: Uint8Array = new Uint8Array(0);
  #layout = NOWHERE;
  /** Where the message begins. */
  #begin = 0;

  /** Stands on the tuple of the message that begins there. */
  move(bytes: Uint8Array, begin: number, layout: Readonly<TupleLayout>): this {
    this.bytes = bytes;
    this.#begin = begin;
    this.#layout = layout;
    return this;
  }

  get present(): boolean {
    return this.#layout.at >= 0;
  }

  /** Where the tuple's attributes begin, or -1. */
  get at(): number {
    return this.#place(this.#layout.at);
  }

  /** Where the addresses are in `bytes`, or -1. */
  get src(): number {
    return this.#place(this.#layout.src);
  }

  get dst(): number {
    return this.#place(this.#layout.dst);
  }

  /** 4 or 16; what the address attributes say. */
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

  /** Where the ports are in `bytes`, or -1; and the zone. */
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

  /** The zone of this direction alone. */
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
