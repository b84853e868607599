/** Values in the bytes of a line. -1 stands for all that is written in an unusual way, or wrong: the readers of text know. */

const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;

/** Where the word that begins here ends: at a space, or with the line. */
export function wordEnd(bytes: Uint8Array, from: number, end: number, space: number): number {
  let at = from;
  while (at < end && bytes[at] !== space) at++;
  return at;
}

const groups = new Uint16Array(8);

/**
 * An IPv6 address, as the words that it has on the wire: groups of hex digits, one run of zeros perhaps left out.
 * @returns 16: how many bytes it has; -1
 */
export function ipv6In(bytes: Uint8Array, from: number, end: number, into: Uint32Array, to: number): number {
  let count = 0;
  let gap = -1;
  let at = from;
  if (end - from < 2 || end - from > 39) return -1;
  if (bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON) return -1;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return -1;
    let group = 0;
    const begin = at;
    for (; at < end; at++) {
      const c = bytes[at];
      const letter = c | 0x20;
      if (c >= ZERO && c <= NINE) group = group * 16 + c - ZERO;
      else if (letter >= 0x61 && letter <= 0x66) group = group * 16 + letter - 0x57;
      else break;
    }
    if (at === begin || at - begin > 4) return -1;
    groups[count++] = group;
    if (at === end) break;
    if (bytes[at] !== COLON || ++at === end) return -1;
    if (bytes[at] !== COLON) continue;
    if (gap >= 0) return -1;
    gap = count;
    at++;
  }
  if (gap < 0 ? count !== 8 : count > 7) return -1;
  const missing = 8 - count;
  for (let i = 0; i < 4; i++) into[to + i] = wordAt(2 * i, gap, missing) | (wordAt(2 * i + 1, gap, missing) << 16);
  return 16;
}

/** A group of the whole address, its bytes as on the wire. */
function wordAt(index: number, gap: number, missing: number): number {
  const isLeftOut = gap >= 0 && index >= gap && index < gap + missing;
  const group = isLeftOut ? 0 : groups[gap >= 0 && index >= gap ? index - missing : index];
  return ((group & 0xff) << 8) | (group >>> 8);
}
