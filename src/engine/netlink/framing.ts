/**
 * The outer shell of netlink messages, all that the transport knows of them: numbers and offsets.
 * Source: include/uapi/linux/netlink.h. All fields are in host byte order.
 */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;
export const NLMSG_NOOP = 1;
/** Types below this one are control messages. */
export const NLMSG_MIN_TYPE = 16;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
/** On an event: what it tells of is new. */
export const NLM_F_CREATE = 0x400;
/** On NLMSG_ERROR: the request in it is cut to its header. */
export const NLM_F_CAPPED = 0x100;
/** On NLMSG_ERROR: attributes (extended ack) follow the request. */
export const NLM_F_ACK_TLVS = 0x200;

/** Length of nlmsghdr {u32 len, u16 type, u16 flags, u32 seq, u32 portid}. */
export const HEADER = 16;
/** Length of nlmsghdr and nfgenmsg: the shortest message that netfilter netlink listens to. */
export const SHORTEST = 20;

/** What a receive call is always given at least: more than the kernel puts into one datagram of a dump (32,448 bytes). */
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

export function align4(length: number): number {
  return (length + 3) & ~3;
}
