import { fromBytes } from '../../lang/addresses.js';
import type { Address } from '../../lang/values.js';
import { align4, be16, host16 } from './bytes.js';
import { CTA_IP, CTA_PROTO, CTA_TUPLE, NLA_TYPE_MASK } from './constants.js';

/** One tuple of the message that a view stands on. Numbers are -1 where the tuple does not have them. */
export class TupleView {
  bytes: Uint8Array = new Uint8Array(0);
  present = false;
  /** Where the tuple's attributes begin, or -1. */
  at = -1;
  /** Where the addresses are in `bytes`, or -1. */
  src = -1;
  dst = -1;
  /** 4 or 16; what the address attributes say. */
  addressLength = 4;
  proto = -1;
  /** Ports, or the call keys of GRE. */
  sport = -1;
  dport = -1;
  /** Of ICMP and ICMPv6. */
  icmpType = -1;
  icmpCode = -1;
  icmpId = -1;
  /** The zone of this direction alone. */
  zone = -1;

  srcAddress(): Address | null {
    return this.src < 0 ? null : fromBytes(this.bytes, this.src, this.addressLength);
  }

  dstAddress(): Address | null {
    return this.dst < 0 ? null : fromBytes(this.bytes, this.dst, this.addressLength);
  }

  /** Stands on the tuple whose nest has its payload at `at`; `at` below 0: there is none. */
  index(bytes: Uint8Array, at: number, length: number): void {
    this.src = -1;
    this.dst = -1;
    this.proto = -1;
    this.sport = -1;
    this.dport = -1;
    this.icmpType = -1;
    this.icmpCode = -1;
    this.icmpId = -1;
    this.zone = -1;
    this.at = at;
    this.present = at >= 0;
    if (at < 0) return;
    this.bytes = bytes;
    const end = at + length;
    for (let p = at; p + 4 <= end; ) {
      const size = host16(bytes, p);
      if (size < 4 || p + size > end) return;
      switch (host16(bytes, p + 2) & NLA_TYPE_MASK) {
        case CTA_TUPLE.IP:
          this.#addresses(bytes, p + 4, p + size);
          break;
        case CTA_TUPLE.PROTO:
          this.#keys(bytes, p + 4, p + size);
          break;
        case CTA_TUPLE.ZONE:
          if (size >= 6) this.zone = be16(bytes, p + 4);
          break;
      }
      p += align4(size);
    }
  }

  #addresses(bytes: Uint8Array, from: number, end: number): void {
    for (let p = from; p + 4 <= end; ) {
      const size = host16(bytes, p);
      if (size < 4 || p + size > end) return;
      const type = host16(bytes, p + 2) & NLA_TYPE_MASK;
      const length = type >= CTA_IP.V6_SRC ? 16 : 4;
      if (size >= 4 + length && type >= CTA_IP.V4_SRC && type <= CTA_IP.V6_DST) {
        if (length !== this.addressLength) {
          // Both addresses are of one family: the last one told.
          this.addressLength = length;
          this.src = -1;
          this.dst = -1;
        }
        if (type === CTA_IP.V4_SRC || type === CTA_IP.V6_SRC) this.src = p + 4;
        else if (type === CTA_IP.V4_DST || type === CTA_IP.V6_DST) this.dst = p + 4;
      }
      p += align4(size);
    }
  }

  #keys(bytes: Uint8Array, from: number, end: number): void {
    for (let p = from; p + 4 <= end; ) {
      const size = host16(bytes, p);
      if (size < 4 || p + size > end) return;
      switch (size > 4 ? host16(bytes, p + 2) & NLA_TYPE_MASK : 0) {
        case CTA_PROTO.NUM:
          this.proto = bytes[p + 4];
          break;
        case CTA_PROTO.SRC_PORT:
          if (size >= 6) this.sport = be16(bytes, p + 4);
          break;
        case CTA_PROTO.DST_PORT:
          if (size >= 6) this.dport = be16(bytes, p + 4);
          break;
        case CTA_PROTO.ICMP_ID:
        case CTA_PROTO.ICMPV6_ID:
          if (size >= 6) this.icmpId = be16(bytes, p + 4);
          break;
        case CTA_PROTO.ICMP_TYPE:
        case CTA_PROTO.ICMPV6_TYPE:
          this.icmpType = bytes[p + 4];
          break;
        case CTA_PROTO.ICMP_CODE:
        case CTA_PROTO.ICMPV6_CODE:
          this.icmpCode = bytes[p + 4];
          break;
      }
      p += align4(size);
    }
  }
}
