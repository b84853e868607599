/**
 * Writes ctnetlink requests. The tests have an encoder of their own, apart from src/engine/ctnetlink, so that a mistake there cannot
 * agree with itself. Numbers are those of linux/netfilter/nfnetlink_conntrack.h.
 */
import ipaddr from 'ipaddr.js';

/** An attribute: header in host order (these machines are little-endian), payload, padding to four bytes. */
function attribute(type: number, payload: Uint8Array): Buffer {
  const length = 4 + payload.length;
  const bytes = Buffer.alloc((length + 3) & ~3);
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(payload, 4);
  return bytes;
}

export function u8(type: number, value: number): Buffer {
  return attribute(type, Uint8Array.of(value));
}

export function be16(type: number, value: number): Buffer {
  return attribute(type, Uint8Array.of(value >> 8, value & 0xff));
}

export function be32(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value >>> 0);
  return attribute(type, payload);
}

/** A text with the zero that ends it. */
export function text(type: number, value: string): Buffer {
  return attribute(type, Buffer.from(`${value}\0`, 'latin1'));
}

export function blob(type: number, value: Uint8Array): Buffer {
  return attribute(type, value);
}

/** An attribute of attributes; those left out are undefined. */
export function nest(type: number, parts: readonly (Buffer | undefined)[]): Buffer {
  return attribute(type | 0x8000, Buffer.concat(parts.filter(part => part !== undefined)));
}

/** The bytes of an address: 4 or 16. */
export function addressBytes(address: string): Uint8Array {
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

/** Types and flags of requests (nfnetlink_conntrack.h, netlink.h). */
export const IPCTNL_MSG_CT_NEW = 0x100;
export const IPCTNL_MSG_CT_DELETE = 0x102;
export const IPCTNL_MSG_EXP_NEW = 0x200;
export const IPCTNL_MSG_EXP_DELETE = 0x202;
export const NLM_F_REQUEST = 0x001;
export const NLM_F_ACK = 0x004;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;

/** A whole message; the sequence number is at offset 8 and is the sender's to set. */
export function message(
  type: number,
  flags: number,
  family: number,
  attributes: readonly (Buffer | undefined)[],
): Buffer {
  const body = Buffer.concat(attributes.filter(part => part !== undefined));
  const bytes = Buffer.alloc(20 + body.length);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags | NLM_F_REQUEST, 6);
  bytes[16] = family;
  bytes.set(body, 20);
  return bytes;
}

/** The request that deletes all flows, or all expectations: a delete of no tuple. */
export const flush = (type: typeof IPCTNL_MSG_CT_DELETE | typeof IPCTNL_MSG_EXP_DELETE): Buffer =>
  message(type, 0, 0, []);
