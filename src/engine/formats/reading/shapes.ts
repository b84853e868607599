/**
 * Entries that are written alike. Nearly all entries of a file are one of a dozen shapes: the same text but for numbers, addresses and
 * times. A format's reader reads the first of a shape and says where the values are (`Values`). The others of that shape are read here
 * at the speed of a comparison: a text matches if all between its values is the same, byte for byte, and each value is of the usual
 * notation. What does not match (other words, a number too large, damage) is left to the format's reader, which alone decides what is an error.
 */
import { integer } from '../../../lang/values/value.js';
import type { Surroundings } from './entries.js';
import type { MessageBuilder } from './message-builder.js';
import { attempt } from './parse-error.js';
import { ALL_PARTS } from './parts.js';
import { ADDRESSES, ALWAYS, partOfSlot, SLOT } from './slots.js';
import { addressEnd, readIPv4, readIPv6 } from './text/byte-addresses.js';
import type { EventName } from './text/event.js';
import { parseCtime } from './text/time.js';

/** Notations of values. A number has no leading zeros. */
export const NUMBER = 1;
/** A number of up to 19 digits. */
export const WIDE = 2;
export const ADDRESS = 3;
/** `2026-11-24T11:07:43.745065956Z`, of one to nine digits after the second. */
export const ISO_TIME = 4;
/** `1795521600.123456`. */
export const EPOCH_TIME = 5;
/** `Tue Nov 24 09:27:23 2026`, in local time, up to a bracket. */
export const CTIME = 8;
/** Anything up to a separator; it has no meaning. */
export const WORD = 6;
/** Anything up to the line's end; it has no meaning. */
export const REST = 7;
/** Anything up to a quotation mark, without escapes; it has no meaning. */
export const TEXT = 9;
/** The end of the entry. */
const END = 0;

/** Values of one entry. */
const MOST_VALUES = 48;
/** Shapes and different texts between values that are kept. */
const MOST_SHAPES = 256;
const MOST_EDGES = 2048;

const CLOSE = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
const SAFE_DIGITS = 15;
const MOST_CTIME = 40;
const LONGEST_WORD = 1024;
const NS = 1_000_000_000;

/** Where the values of an entry are. A reader fills it while it reads. */
export class Values {
  length = 0;
  readonly slots: number[] = [];
  readonly kinds: number[] = [];
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  /** The largest allowed number. */
  readonly most: number[] = [];
  /** Entries like this one are not to be remembered. */
  isUnusual = false;

  clear(): void {
    this.length = 0;
    this.isUnusual = false;
  }

  /** A value of a slot (`slots.ts`), of one of the notations above. Values are added in the order of the text. */
  add(slot: number, kind: number, begin: number, end: number, most = 0): void {
    const i = this.length++;
    this.slots[i] = slot;
    this.kinds[i] = kind;
    this.begins[i] = begin;
    this.ends[i] = end;
    this.most[i] = most;
  }
}

/** All entries that are written alike. */
export class Shape {
  readonly flow: MessageBuilder;
  /** Line feeds in the text. */
  readonly lineFeeds: number;
  readonly #start: number | bigint;
  readonly #stop: number | bigint;
  readonly #event: EventName | undefined;
  readonly #eventTime: number | bigint;
  /** The slots that a query needs, and for each which of the text's values it has. */
  readonly #slots: number[] = [];
  readonly #indices: number[] = [];
  readonly #isWide: boolean[] = [];

  /** @param flow of one such entry; it is used for all of them */
  constructor(flow: MessageBuilder, values: Values, parts: number, lineFeeds: number) {
    this.flow = flow;
    this.lineFeeds = lineFeeds;
    this.#start = flow.start;
    this.#stop = flow.stop;
    this.#event = flow.event;
    this.#eventTime = flow.eventTime;
    for (let i = 0; i < values.length; i++) {
      const part = partOfSlot(values.slots[i]);
      if (part !== ALWAYS && (part & parts) === 0) continue;
      // Keys of other protocols were dropped.
      if (values.slots[i] < SLOT.zones && flow.key(values.slots[i]) < 0) continue;
      this.#slots.push(values.slots[i]);
      this.#indices.push(i);
      this.#isWide.push(values.kinds[i] >= WIDE && values.kinds[i] !== ADDRESS);
    }
  }

  /** Sets the values of the entry that was matched last. */
  fill({ numbers, lows, sizes, words }: Shapes): void {
    const { flow } = this;
    const slots = this.#slots;
    // They may have been derived from others.
    flow.start = this.#start;
    flow.stop = this.#stop;
    flow.event = this.#event;
    flow.eventTime = this.#eventTime;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      const index = this.#indices[i];
      if (slot >= ADDRESSES) {
        const place = slot - ADDRESSES;
        flow.sizes[place] = sizes[index];
        flow.addresses[place] = words[4 * index];
        if (sizes[index] === 16) for (let k = 1; k < 4; k++) flow.addresses[place + k] = words[4 * index + k];
      } else if (this.#isWide[i]) flow.set(slot, wide(numbers[index], lows[index]));
      else flow.set(slot, numbers[index]);
    }
  }
}

const wide = (high: number, low: number): number | bigint => {
  const n = high * NS + low;
  return Number.isSafeInteger(n) ? n : integer(BigInt(high) * BigInt(NS) + BigInt(low));
};

/** A text between values, and the value or the end that follows it. */
interface Edge {
  readonly text: Uint8Array;
  /** Its bytes, four at a time; the last four may repeat some. None of a text of less than four. */
  readonly quads: Int32Array;
  readonly kind: number;
  readonly most: number;
  /** What follows the value; an IPv6 address. */
  readonly next: Edge[];
  readonly afterIPv6: Edge[];
  readonly shape: Shape | undefined;
}

/** The shapes of a file's entries, as a tree of texts. */
export class Shapes {
  /** Values of the entry that was matched last: numbers; of wide ones the part above a milliard, and the rest; addresses. */
  readonly numbers = new Float64Array(MOST_VALUES);
  readonly lows = new Float64Array(MOST_VALUES);
  readonly sizes = new Uint8Array(MOST_VALUES);
  readonly words = new Uint32Array(4 * MOST_VALUES);
  readonly #wordBytes = new Uint8Array(this.words.buffer);
  /** Where the entry ends that was matched last. */
  end = 0;
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
   * Finds the shape of the entry that begins at `from`, and its values.
   * @param end of the bytes
   * @param isLine it ends at a line feed or at `end`
   * @returns undefined for an entry of no known shape, and where its end is not in the bytes
   */
  match(bytes: Uint8Array, from: number, end: number, isLine: boolean): Shape | undefined {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const { numbers } = this;
    let edges = this.#first;
    let at = from;
    for (let index = 0; ; index++) {
      const edge = this.#follow(edges, at, end, isLine);
      if (edge === undefined) return undefined;
      at += edge.text.length;
      edges = edge.next;
      const { kind } = edge;
      if (kind === NUMBER) {
        const begin = at;
        let n = 0;
        while (at < end) {
          const digit = bytes[at] - ZERO;
          if (digit < 0 || digit > 9) break;
          n = n * 10 + digit;
          at++;
        }
        const length = at - begin;
        if (n > edge.most || length === 0 || length > SAFE_DIGITS || (length > 1 && bytes[begin] === ZERO))
          return undefined;
        numbers[index] = n;
      } else if (kind === END) {
        const { shape } = edge;
        this.end = at;
        shape!.fill(this);
        return shape;
      } else {
        at = kind === ADDRESS ? this.#address(index, at, end) : this.#other(kind, index, at, end);
        if (at < 0) return undefined;
        if (kind === ADDRESS && this.sizes[index] === 16) edges = edge.afterIPv6;
      }
    }
  }

  /** The edge whose text is at a place; the one that matched last comes first. */
  #follow(edges: Edge[], at: number, end: number, isLine: boolean): Edge | undefined {
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      if (!this.#isAt(edge, at, end)) continue;
      if (edge.kind === END && isLine) {
        const stop = at + edge.text.length;
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

  #isAt({ text, quads }: Edge, from: number, end: number): boolean {
    const { length } = text;
    if (from + length > end) return false;
    const last = quads.length - 1;
    if (last >= 0) {
      const view = this.#view;
      let at = from;
      for (let i = 0; i < last; i++, at += 4) if (view.getInt32(at, true) !== quads[i]) return false;
      return view.getInt32(from + length - 4, true) === quads[last];
    }
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== text[i]) return false;
    return true;
  }

  /** @returns the end of the address; -1 where there is none */
  #address(index: number, from: number, end: number): number {
    const bytes = this.#bytes;
    const short = readIPv4(bytes, from, end);
    if (short >= 0) {
      this.words[4 * index] = short;
      this.sizes[index] = 4;
      return addressEnd();
    }
    let stop = from;
    while (stop < end && isOfIPv6(bytes[stop])) stop++;
    if (!readIPv6(bytes, from, stop, this.#wordBytes, 16 * index)) return -1;
    this.sizes[index] = 16;
    return stop;
  }

  /** Values that are rare. @returns where they end; -1 for another notation */
  #other(kind: number, index: number, from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    switch (kind) {
      case WORD:
        while (at < end && bytes[at] > SPACE) at++;
        return at - from > LONGEST_WORD ? -1 : at;
      case REST:
        while (at < end && bytes[at] !== LINE_FEED) at++;
        return at - from > LONGEST_WORD ? -1 : at;
      case TEXT:
        while (at < end && bytes[at] !== QUOTE && bytes[at] >= SPACE && bytes[at] !== BACKSLASH) at++;
        return at - from > LONGEST_WORD ? -1 : at;
      case WIDE: {
        while (at < end && isDigit(bytes[at])) at++;
        const split = Math.max(from, at - 9);
        if (at === from || at - from > 19 || (at - from > 1 && bytes[from] === ZERO)) return -1;
        this.numbers[index] = digits(bytes, from, split);
        this.lows[index] = digits(bytes, split, at);
        return at;
      }
      case CTIME:
        return this.#ctime(index, from, end);
      case EPOCH_TIME:
        while (at < end && isDigit(bytes[at])) at++;
        if (at === from || at - from > 10 || bytes[at] !== DOT) return -1;
        this.numbers[index] = digits(bytes, from, at);
        return this.#fraction(index, at + 1, end);
      default:
        return this.#isoTime(index, from, end);
    }
  }

  #isoTime(index: number, from: number, end: number): number {
    const bytes = this.#bytes;
    if (from + ISO.length >= end) return -1;
    for (let i = 0; i < ISO.length; i++) {
      const c = bytes[from + i];
      if (ISO.charCodeAt(i) === ZERO ? !isDigit(c) : c !== ISO.charCodeAt(i)) return -1;
    }
    const number = (place: number, length: number): number => digits(bytes, from + place, from + place + length);
    const year = number(0, 4);
    const month = number(5, 2);
    const day = number(8, 2);
    const hour = number(11, 2);
    const minute = number(14, 2);
    const second = number(17, 2);
    // Of other days the format's reader knows whether they exist.
    // 64 bits of nanoseconds end in 2554.
    if (year < 1970 || year > 2500 || month < 1 || month > 12 || day < 1 || day > 28) return -1;
    if (hour > 23 || minute > 59 || second > 59) return -1;
    this.numbers[index] = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
    const at = this.#fraction(index, from + ISO.length, end);
    return at >= 0 && at < end && bytes[at] === 0x5a ? at + 1 : -1;
  }

  #ctime(index: number, from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < end && bytes[at] !== CLOSE && at - from < MOST_CTIME) at++;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, at - from).toString('latin1');
    const time = attempt(() => parseCtime(text));
    if (time === undefined) return -1;
    this.numbers[index] = Number(BigInt(time) / BigInt(NS));
    this.lows[index] = 0;
    return at;
  }

  /** One to nine digits after the dot of a second. */
  #fraction(index: number, from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < end && isDigit(bytes[at])) at++;
    const length = at - from;
    if (length === 0 || length > 9) return -1;
    this.lows[index] = digits(bytes, from, at) * 10 ** (9 - length);
    return at;
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
        edge = { text, quads: quadsOf(text), kind, most, next: [], afterIPv6: [], shape };
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

const ISO = '0000-00-00T00:00:00.';

const isDigit = (c: number): boolean => c >= ZERO && c <= 0x39;

const isOfIPv6 = (c: number): boolean => isDigit(c) || c === COLON || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);

function digits(bytes: Uint8Array, from: number, end: number): number {
  let n = 0;
  for (let at = from; at < end; at++) n = n * 10 + bytes[at] - ZERO;
  return n;
}

function quadsOf(text: Uint8Array): Int32Array {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const { length } = text;
  if (length < 4) return new Int32Array(0);
  return Int32Array.from({ length: (length + 3) >> 2 }, (_, i) => view.getInt32(Math.min(4 * i, length - 4), true));
}
