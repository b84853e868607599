/**
 * Entries that are written alike. Nearly all entries of a file are one of a dozen shapes: the same text but for numbers, addresses and
 * times. A format's reader reads the first of a shape and says where the values are (`Values`). The others of that shape are read here
 * at the speed of a comparison: a text matches if all between its values is the same, byte for byte, and each value is of the usual
 * notation. What does not match (other words, a number too large, damage) is left to the format's reader, which alone decides what is an error.
 */
import type { Surroundings } from '../entries.js';
import type { MessageBuilder } from '../message/message-builder.js';
import { ALL_PARTS } from '../parts.js';
import { FoundValues, MOST_VALUES } from './found-values.js';
import { Shape } from './shape.js';
import { ADDRESS, END, NUMBER, type Values } from './values.js';

/** Shapes and different texts between values that are kept. */
const MOST_SHAPES = 256;
const MOST_EDGES = 2048;

const LINE_FEED = 0x0a;
const ZERO = 0x30;
const COLON = 0x3a;
/** Digits of numbers that fit into 32 bits, and into the 53 of a number. */
const SHORT_DIGITS = 9;
const SAFE_DIGITS = 15;

/** A text between values, and the value or the end that follows it. */
interface Edge {
  readonly text: Uint8Array;
  readonly length: number;
  /** Its bytes, eight at a time, as numbers that can be compared; the last eight may repeat some. None of a text of less than eight. */
  readonly eights: Float64Array;
  readonly kind: number;
  readonly most: number;
  /** What follows the value; an IPv6 address. */
  readonly next: Edge[];
  readonly afterIPv6: Edge[];
  readonly shape: Shape | undefined;
}

/** The shapes of a file's entries, as a tree of texts. */
export class Shapes {
  /** Where the entry ends that was matched last. */
  end = 0;
  /** Its values. */
  readonly #found = new FoundValues();
  readonly #parts: number;
  readonly #most: number;
  readonly #first: Edge[] = [];
  #shapes = 0;
  #edges = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor({ parts = ALL_PARTS, mostShapes = MOST_SHAPES }: Surroundings) {
    this.#parts = parts;
    this.#most = mostShapes;
  }

  /**
   * Finds the shape of the entry that begins at `from`, and sets its values.
   * @param end of the bytes
   * @param isLine it ends at a line feed or at `end`
   * @returns undefined for an entry of no known shape, and where its end is not in the bytes
   */
  match(bytes: Uint8Array, from: number, end: number, isLine: boolean): Shape | undefined {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const found = this.#found;
    const { numbers } = found;
    let edges = this.#first;
    let at = from;
    for (let index = 0; ; index++) {
      const edge = this.#follow(edges, at, end, isLine);
      if (edge === undefined) return undefined;
      at += edge.length;
      edges = edge.next;
      const { kind } = edge;
      if (kind === NUMBER) {
        const begin = at;
        let n = 0;
        const short = Math.min(end, begin + SHORT_DIGITS);
        while (at < short) {
          const digit = bytes[at] - ZERO;
          if (digit < 0 || digit > 9) break;
          n = (Math.imul(n, 10) + digit) | 0;
          at++;
        }
        const length = at - begin;
        if (length === 0 || (bytes[begin] === ZERO && length > 1)) return undefined;
        if (length === SHORT_DIGITS) {
          let long = n;
          for (; at < end; at++) {
            const digit = bytes[at] - ZERO;
            if (digit < 0 || digit > 9) break;
            long = long * 10 + digit;
          }
          if (long > edge.most || at - begin > SAFE_DIGITS) return undefined;
          numbers[index] = long;
        } else {
          if (n > edge.most) return undefined;
          numbers[index] = n;
        }
      } else if (kind === END) {
        const { shape } = edge;
        this.end = at;
        shape!.fill(found);
        return shape;
      } else {
        at = kind === ADDRESS ? found.address(bytes, index, at, end) : found.other(bytes, kind, index, at, end);
        if (at < 0) return undefined;
        if (kind === ADDRESS && found.sizes[index] === 16) edges = edge.afterIPv6;
      }
    }
  }

  /** The edge whose text is at a place; the one that matched last comes first. */
  #follow(edges: Edge[], at: number, end: number, isLine: boolean): Edge | undefined {
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      if (!this.#isAt(edge, at, end)) continue;
      if (edge.kind === END && isLine) {
        const stop = at + edge.length;
        if (stop !== end && this.#bytes[stop] !== LINE_FEED) continue;
      }
      if (i > 0) {
        edges[i] = edges[0];
        edges[0] = edge;
      }
      return edge;
    }
    return undefined;
  }

  #isAt({ text, length, eights }: Edge, from: number, end: number): boolean {
    if (from + length > end) return false;
    const last = eights.length - 1;
    if (last >= 0) {
      const view = this.#view;
      let at = from;
      for (let i = 0; i < last; i++, at += 8) if (view.getFloat64(at, true) !== eights[i]) return false;
      return view.getFloat64(from + length - 8, true) === eights[last];
    }
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== text[i]) return false;
    return true;
  }

  /** Whether another shape can be remembered. */
  get hasRoom(): boolean {
    return this.#shapes < this.#most && this.#edges < MOST_EDGES;
  }

  /** Forgets all shapes: the same text has come to mean something else. */
  clear(): void {
    this.#first.length = 0;
    this.#shapes = 0;
    this.#edges = 0;
  }

  /**
   * Remembers the shape of an entry.
   * @param from where it begins
   * @param end where it ends
   * @param flow as it was read, before anything is derived from its values
   */
  learn(bytes: Uint8Array, from: number, end: number, values: Values, flow: MessageBuilder): void {
    if (!this.hasRoom || values.isUnusual || values.length > MOST_VALUES || !flow.isComplete) return;
    // Numbers of eight bytes with a NUL may be equal though their bytes are not.
    if (bytes.subarray(from, end).includes(0)) return;
    let edges = this.#first;
    let at = from;
    let lineFeeds = 0;
    for (let i = 0; i <= values.length; i++) {
      const isEnd = i === values.length;
      // A copy: a Buffer's own slice would be a view.
      const text = new Uint8Array(bytes.subarray(at, isEnd ? end : values.begins[i]));
      for (const byte of text) if (byte === LINE_FEED) lineFeeds++;
      const kind = isEnd ? END : values.kinds[i];
      const most = isEnd ? 0 : values.most[i];
      let edge = edges.find(each => each.kind === kind && each.most === most && Buffer.compare(each.text, text) === 0);
      if (edge === undefined) {
        const shape = isEnd ? new Shape(flow.copy(), values, this.#parts, lineFeeds) : undefined;
        edge = { text, length: text.length, eights: eightsOf(text), kind, most, next: [], afterIPv6: [], shape };
        edges.unshift(edge);
        this.#edges++;
        if (isEnd) this.#shapes++;
      }
      const isIPv6 = kind === ADDRESS && bytes.subarray(values.begins[i], values.ends[i]).includes(COLON);
      edges = isIPv6 ? edge.afterIPv6 : edge.next;
      at = values.ends[i];
    }
  }
}

function eightsOf(text: Uint8Array): Float64Array {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const { length } = text;
  if (length < 8) return new Float64Array(0);
  return Float64Array.from({ length: (length + 7) >> 3 }, (_, i) => view.getFloat64(Math.min(8 * i, length - 8), true));
}
