import type { Shape } from './shape.js';

/** Bytes that are looked at together. */
export const AT_ONCE = 16;

/** A text between values, and the value or the end that follows it. */
export class Edge {
  readonly text: Uint8Array;
  readonly length: number;
  /** Its first four bytes as a word, and the bits of them that count; its last four bytes, of a text of at least four. */
  readonly low: number;
  readonly lowBits: number;
  readonly high: number;
  /** Its bytes, eight at a time, as numbers that can be compared; the last eight may repeat some. None of a text of less than eight. */
  readonly eights: Float64Array;
  readonly kind: number;
  readonly most: number;
  /** The query uses the value. */
  readonly isUsed: boolean;
  /** The number of digits with which no number is too large, in bits of a word (`digit-words.ts`). */
  readonly anyBits: number;
  /** The value that an address mostly repeats: the reply has the addresses of the original. -1: none. */
  readonly repeats: number;
  /** What follows the value; an IPv6 address. */
  readonly next: Edge[] = [];
  readonly afterIPv6: Edge[] = [];
  /** Of an end. */
  readonly shape: Shape | undefined;

  /** @param kind and `most`: the notation of the value (`values.ts`), and the largest number */
  constructor(
    text: Uint8Array,
    kind: number,
    most: number,
    isUsed: boolean,
    repeats: number,
    shape: Shape | undefined,
  ) {
    const words = new Int32Array(3);
    const bytes = new Uint8Array(words.buffer);
    bytes.set(text.subarray(0, 4));
    bytes.fill(0xff, 4, 4 + Math.min(text.length, 4));
    if (text.length >= 4) bytes.set(text.subarray(-4), 8);
    this.text = text;
    this.length = text.length;
    this.low = words[0];
    this.lowBits = words[1];
    this.high = words[2];
    this.eights = eightsOf(text);
    this.kind = kind;
    this.most = most;
    this.isUsed = isUsed;
    this.anyBits = bitsBelow(most);
    this.repeats = repeats;
    this.shape = shape;
  }
}

/** Of how many digits all numbers are allowed, at most four, in bits of a word. */
const bitsBelow = (most: number): number => 8 * Math.min(4, String(most + 1).length - 1);

/** Whether the text of an edge is at a place from which sixteen bytes, and those of the text, can be compared. */
export function isTextAt(view: DataView, edge: Edge, at: number): boolean {
  const { length } = edge;
  if (length <= 4) return ((view.getInt32(at, true) ^ edge.low) & edge.lowBits) === 0;
  if (length <= 8) return view.getInt32(at, true) === edge.low && view.getInt32(at + length - 4, true) === edge.high;
  const { eights } = edge;
  const last = eights.length - 1;
  let next = at;
  for (let i = 0; i < last; i++, next += 8) if (view.getFloat64(next, true) !== eights[i]) return false;
  return view.getFloat64(at + length - 8, true) === eights[last];
}

/** Whether a text is at a place. */
export function isSame(bytes: Uint8Array, text: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function eightsOf(text: Uint8Array): Float64Array {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const { length } = text;
  if (length < 8) return new Float64Array(0);
  return Float64Array.from({ length: (length + 7) >> 3 }, (_, i) => view.getFloat64(Math.min(8 * i, length - 8), true));
}
