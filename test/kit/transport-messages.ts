/**
 * Just enough of ctnetlink's encoding for tests of the transport, which must not depend on the codec.
 * Host order is little-endian here, as on every machine that the tests run on.
 */
export const NEW = 0x100;
export const GET = 0x101;
export const DELETE = 0x102;
export const GET_STATS = 0x105;
export const DUMP = 0x300;
export const CREATE = 0x400;
export const EXCL = 0x200;

export function attribute(type: number, payload: Uint8Array): Buffer {
  const out = Buffer.alloc((4 + payload.length + 3) & ~3);
  out.writeUInt16LE(4 + payload.length, 0);
  out.writeUInt16LE(type, 2);
  out.set(payload, 4);
  return out;
}

export function nest(type: number, ...inner: Buffer[]): Buffer {
  return attribute(type | 0x8000, Buffer.concat(inner));
}

export function u8(value: number): Buffer {
  return Buffer.from([value]);
}

export function be16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}

export function be32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value >>> 0);
  return out;
}

/** A message of netfilter netlink. */
export function message(
  type: number,
  flags: number,
  attributes: readonly Buffer[] = [],
  { family = 2, seq = 0, version = 0 } = {},
): Buffer {
  const body = Buffer.concat(attributes);
  const out = Buffer.alloc(20 + body.length);
  out.writeUInt32LE(out.length, 0);
  out.writeUInt16LE(type, 4);
  out.writeUInt16LE(flags, 6);
  out.writeUInt32LE(seq >>> 0, 8);
  out[16] = family;
  out[17] = version;
  out.set(body, 20);
  return out;
}

/** NLMSG_ERROR; errno 0 is an ack. The quoted request is cut to its header. */
export function errorMessage(seq: number, errno: number, text?: string): Buffer {
  const tlv = text === undefined ? Buffer.alloc(0) : attribute(1, Buffer.from(`${text}\0`));
  const out = Buffer.alloc(36 + tlv.length);
  out.writeUInt32LE(out.length, 0);
  out.writeUInt16LE(2, 4);
  out.writeUInt16LE(text === undefined ? 0x100 : 0x300, 6);
  out.writeUInt32LE(seq >>> 0, 8);
  out.writeInt32LE(-errno, 16);
  out.writeUInt32LE(16, 20);
  out.set(tlv, 36);
  return out;
}

export function doneMessage(seq: number, errno = 0): Buffer {
  const out = Buffer.alloc(20);
  out.writeUInt32LE(20, 0);
  out.writeUInt16LE(3, 4);
  out.writeUInt16LE(2, 6);
  out.writeUInt32LE(seq >>> 0, 8);
  out.writeInt32LE(-errno, 16);
  return out;
}

/** A UDP tuple 10.x.x.x:port → 192.0.2.1:53 (or its reply) of flow number n. */
export function tuple(attr: number, n: number, reply = false): Buffer {
  const here = 0x0a000000 + Math.floor(n / 60000);
  const port = 1024 + (n % 60000);
  const there = 0xc0000201;
  return nest(
    attr,
    nest(1, attribute(1, be32(reply ? there : here)), attribute(2, be32(reply ? here : there))),
    nest(2, attribute(1, u8(17)), attribute(2, be16(reply ? 53 : port)), attribute(3, be16(reply ? port : 53))),
  );
}

/** Messages of createFlow with the usual timeout: tests make the same tens of thousands again and again. */
const created: Buffer[] = [];

/** Create flow number n, with a timeout in seconds. */
export function createFlow(n: number, timeout = 600): Buffer {
  const known = timeout === 600 ? created[n] : undefined;
  if (known !== undefined) return Buffer.from(known);
  const made = message(NEW, CREATE | EXCL, [tuple(1, n), tuple(2, n, true), attribute(7, be32(timeout))]);
  if (timeout === 600) created[n] = Buffer.from(made);
  return made;
}

export function deleteFlow(n: number): Buffer {
  return message(DELETE, 0, [tuple(1, n)]);
}

export function getFlow(n: number): Buffer {
  return message(GET, 0, [tuple(1, n)]);
}

/** The number of the flow that a conntrack message is about, from the tuple at its start. */
export function flowNumber(bytes: Uint8Array, at: number): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + at);
  return (view.readUInt32BE(32) - 0x0a000000) * 60000 + view.readUInt16BE(60) - 1024;
}

export function* messagesOf(bytes: Uint8Array): Generator<{ at: number; length: number; type: number }> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const length = view.readUInt32LE(at);
    yield { at, length, type: view.readUInt16LE(at + 4) };
    at += (length + 3) & ~3;
  }
}
