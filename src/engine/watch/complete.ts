import { VOLATILE_ATTRIBUTES } from '../ctnetlink/flow.js';
import { NFGEN_END, NLA_TYPE_MASK } from '../netlink/constants.js';
import { align4, host16 } from '../netlink/framing.js';

/** Calls `visit` with number, place and padded length of each attribute, until it is cut short. */
function attributes(
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
 * A flow's message with what it lacks filled in from an earlier one of the same flow. The kernel leaves out of updates what
 * did not change, and of destroys the helper, the labels and the master.
 * @returns a message of its own, with the headers of the newer one
 */
export function completed(newer: Uint8Array, older: Uint8Array): Uint8Array {
  const present = new Set<number>();
  attributes(newer, NFGEN_END, newer.length, type => present.add(type));
  const wanted: [number, number][] = [];
  let size = align4(newer.length);
  attributes(older, NFGEN_END, older.length, (type, at, length) => {
    if (present.has(type) || VOLATILE_ATTRIBUTES.has(type)) return;
    wanted.push([at, length]);
    size += length;
  });
  const bytes = new Uint8Array(size);
  bytes.set(newer);
  let end = align4(newer.length);
  for (const [at, length] of wanted) {
    bytes.set(older.subarray(at, at + length), end);
    end += length;
  }
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
}
