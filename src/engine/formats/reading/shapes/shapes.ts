/**
 * Entries that are written alike. Nearly all entries of a file are one of a dozen shapes: the same text but for numbers, addresses and
 * times. A format's reader reads the first of a shape and says where the values are (`Values`). The others of that shape are read here
 * at the speed of a comparison: a text matches if all between its values is the same, byte for byte, and each value is of the usual
 * notation. What does not match (other words, a number too large, damage) is left to the format's reader, which alone decides what is an error.
 */

import type { Surroundings } from '../entries.js';
import type { MessageBuilder } from '../message/message-builder.js';
import { partOfSlot } from '../message/slots.js';
import { ALL_PARTS } from '../parts.js';
import { digitBits, numberOf, POWERS, ZEROS } from '../text/digit-words.js';
import { AT_ONCE, Edge, isSame, isTextAt } from './edge.js';
import { FoundValues, MAX_VALUES } from './found-values.js';
import { isPartUsed, Shape } from './shape.js';
import { ADDRESS, END, NUMBER, type Values } from './values.js';

/** Shapes and different texts between values that are kept. */
const MAX_SHAPES = 256;
const MAX_EDGES = 2048;

const LINE_FEED = 0x0a;
const COLON = 0x3a;
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
  /** The last place from which `AT_ONCE` bytes can be read. */
  #last = -1;

  constructor({ parts = ALL_PARTS, mostShapes = MAX_SHAPES }: Surroundings) {
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
    // V8 gives an array that was always empty another map, for which it would compile this again.
    if (this.#shapes === 0) return undefined;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#last = bytes.length - AT_ONCE;
    }
    const view = this.#view;
    const last = this.#last;
    const found = this.#found;
    const { numbers } = found;
    let edges = this.#first;
    let at = from;
    for (let index = 0; ; index++) {
      let edge: Edge | undefined = edges.length > 0 ? edges[0] : undefined;
      if (edge === undefined || edge.kind === END || at > last || at + edge.length > end || !isTextAt(view, edge, at)) {
        edge = this.#follow(edges, at, end, isLine);
        if (edge === undefined) return undefined;
      }
      at += edge.length;
      edges = edge.next;
      const { kind } = edge;
      if (kind === NUMBER) {
        let n = -1;
        if (at <= last) {
          const word = view.getInt32(at, true) ^ ZEROS;
          const bits = digitBits(word);
          if (bits === 0 || ((word & 0xff) === 0 && bits > 8)) return undefined;
          if (bits < 32) {
            at += bits >> 3;
            if (bits <= edge.anyBits) {
              if (at > end) return undefined;
              if (edge.isUsed) numbers[index] = numberOf(word, bits);
              continue;
            }
            n = numberOf(word, bits);
          } else {
            const rest = view.getInt32(at + 4, true) ^ ZEROS;
            const more = digitBits(rest);
            if (more < 32) {
              n = numberOf(word, 32);
              if (more > 0) n = n * POWERS[more >> 3] + numberOf(rest, more);
              at += 4 + (more >> 3);
            }
          }
        }
        if (n < 0) {
          at = found.number(bytes, index, at, end);
          if (at < 0) return undefined;
          n = numbers[index];
        } else numbers[index] = n;
        if (n > edge.most || at > end) return undefined;
      } else if (kind === END) {
        const { shape } = edge;
        this.end = at;
        shape!.fill(found);
        return shape;
      } else {
        if (kind === ADDRESS) {
          const stop = edge.repeats < 0 ? -1 : found.repeated(view, bytes, index, edge.repeats, at, end);
          at = stop < 0 ? found.address(at <= last ? view : undefined, bytes, index, at, end) : stop;
          if (found.sizes[index] === 16) edges = edge.afterIPv6;
        } else at = found.other(bytes, kind, index, at, end);
        if (at < 0 || at > end) return undefined;
      }
    }
  }

  /** The edge whose text is at a place; the one that matched last comes first. */
  #follow(edges: Edge[], at: number, end: number, isLine: boolean): Edge | undefined {
    const bytes = this.#bytes;
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      const stop = at + edge.length;
      if (stop > end || !(at <= this.#last ? isTextAt(this.#view, edge, at) : isSame(bytes, edge.text, at))) continue;
      if (edge.kind === END && isLine && stop !== end && bytes[stop] !== LINE_FEED) continue;
      if (i > 0) {
        edges[i] = edges[0];
        edges[0] = edge;
      }
      return edge;
    }
    return undefined;
  }

  /** Whether another shape can be remembered. */
  get hasRoom(): boolean {
    return this.#shapes < this.#most && this.#edges < MAX_EDGES;
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
    if (!this.hasRoom || values.isUnusual || values.length > MAX_VALUES || !flow.isComplete) return;
    // Numbers of eight bytes with a NUL may be equal though their bytes are not.
    if (bytes.subarray(from, end).includes(0)) return;
    let edges = this.#first;
    let at = from;
    let lineFeeds = 0;
    const addresses: number[] = [];
    for (let i = 0; i <= values.length; i++) {
      const isEnd = i === values.length;
      // A copy: a Buffer's own slice would be a view.
      const text = new Uint8Array(bytes.subarray(at, isEnd ? end : values.begins[i]));
      for (const byte of text) if (byte === LINE_FEED) lineFeeds++;
      const kind = isEnd ? END : values.kinds[i];
      const most = isEnd ? 0 : values.most[i];
      // Source and destination of the original, then of the reply.
      const repeats = kind === ADDRESS && addresses.length >= 2 ? (addresses[3 - addresses.length] ?? -1) : -1;
      if (kind === ADDRESS) addresses.push(i);
      const isUsed = !isEnd && isPartUsed(partOfSlot(values.slots[i]), this.#parts);
      let edge = edges.find(
        each =>
          each.kind === kind && each.most === most && each.isUsed === isUsed && Buffer.compare(each.text, text) === 0,
      );
      if (edge === undefined) {
        const shape = isEnd ? new Shape(flow.copy(), values, this.#parts, lineFeeds) : undefined;
        edge = new Edge(text, kind, most, isUsed, repeats, shape);
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
