import { VOLATILE_ATTRIBUTES } from '../../ctnetlink/codec/flow.js';
import { NFGEN_END, NLA_TYPE_MASK } from '../../netlink/constants.js';
import { align4, host16 } from '../../netlink/messages/framing.js';

/** Calls `visit` with type, offset and padded length of each attribute; stops at a truncated one. */
function eachAttribute(
  bytes: Uint8Array,
  from: number,
  end: number,
  visit: (type: number, at: number, length: number) => void,
): void {
  for (let at = from; at + 4 <= end; ) {
    const length = host16(bytes, at);
    if (length < 4 || at + length > end) return;
    const padded = Math.min(align4(length), end - at);
    visit(host16(bytes, at + 2) & NLA_TYPE_MASK, at, padded);
    at += padded;
  }
}

/**
 * Adds to the message of a flow the attributes that only an older message of the same flow has. The kernel omits unchanged
 * attributes from updates, and helper, labels and master from destroys.
 * @returns a new message, with the headers of the newer one
 */
export function fillMissing(newer: Uint8Array, older: Uint8Array): Uint8Array {
  const present = new Set<number>();
  eachAttribute(newer, NFGEN_END, newer.length, type => present.add(type));
  const copied: [number, number][] = [];
  let size = align4(newer.length);
  eachAttribute(older, NFGEN_END, older.length, (type, at, length) => {
    if (present.has(type) || VOLATILE_ATTRIBUTES.has(type)) return;
    copied.push([at, length]);
    size += length;
  });
  const bytes = new Uint8Array(size);
  bytes.set(newer);
  let end = align4(newer.length);
  for (const [at, length] of copied) {
    bytes.set(older.subarray(at, at + length), end);
    end += length;
  }
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
}
