/**
 * Entries that are written alike. Nearly all entries of a file are one of a dozen shapes: the same text but for numbers, addresses and
 * times. A format's reader reads the first of a shape and says where the values are (`Values`). The others of that shape are read here
 * at the speed of a comparison: a text matches if all between its values is the same, byte for byte, and each value is of the usual
 * notation. What does not match (other words, a number too large, damage) is left to the format's reader, which alone decides what is an error.
 *
 * What sees every byte is `matcher/`; this class teaches it shapes and gives it text.
 */

import type { Entries } from '../entries.js';
import type { MessageBuilder } from '../message/message-builder.js';
import { partOfSlot, SLOT } from '../message/slots.js';
import { ALL_PARTS } from '../parts.js';
import { type Matcher, makeMatcher } from './matcher/matcher.js';
import { type Complete, type FirstEntry, isPartUsed, messageOf, type Template, templateOf } from './template.js';
import { ADDRESS, END, MAX_VALUES, type Values } from './values.js';

/** Shapes and different texts between values that are kept. */
const MAX_SHAPES = 256;
const MAX_EDGES = 2048;
/** Bytes of text that are tried at first, and of the longest entry that is remembered. */
const LEAST = 4096;
/** More entries than any text has. */
const ALL = 0x7fffffff;

const LINE_FEED = 0x0a;
const COLON = 0x3a;

/** Edges that begin with the same list (`matcher.as.ts`), by text, notation and limit. */
interface Branch {
  readonly list: number;
  readonly edges: Map<string, Edge>;
}

interface Edge {
  readonly place: number;
  readonly next: Branch;
  readonly nextIPv6: Branch;
}

/** Entries that were read alike. */
export interface Run {
  /** Where they end: the next entry begins there. */
  readonly end: number;
  readonly entries: number;
  readonly lineFeeds: number;
  /** The sum of the shapes' own numbers. */
  readonly own: number;
}

/** An entry that its format's reader has read. */
export interface Learned {
  readonly bytes: Uint8Array;
  /** Where it is in them. */
  readonly from: number;
  readonly end: number;
  readonly values: Values;
  /** As it was read, before anything is derived from its values. */
  readonly flow: MessageBuilder;
  /** The time of the event that precedes the entry. */
  readonly time?: number | bigint;
  /** A number of the format's own, of each such entry. */
  readonly own?: number;
}

/** The shapes of a file's entries. */
export class Shapes {
  readonly #entries: Entries;
  readonly #mode: number;
  readonly #complete: Complete;
  readonly #parts: number;
  readonly #most: number;
  /** undefined: none was needed yet, or none can be had. */
  #matcher: Matcher | undefined;
  #memory = new Uint8Array(0);
  #results = new Uint32Array(4);
  #first: Branch = newBranch(0);
  #shapes = 0;
  #edges = 0;
  #isClosed = false;
  /** Bytes of text that are looked at together: more where entries of known shapes follow each other. */
  #span = LEAST;

  /**
   * @param mode how entries follow each other (`matcher/constants.ts`)
   * @param complete what the format derives from values
   */
  constructor(entries: Entries, mode: number, complete: Complete) {
    const { parts = ALL_PARTS, mostShapes = MAX_SHAPES } = entries.surroundings;
    this.#entries = entries;
    this.#mode = mode;
    this.#complete = complete;
    this.#parts = parts;
    this.#most = mostShapes;
  }

  /**
   * Reads entries as long as each is of a known shape, and hands them over. One that is longer than `LEAST` may be left out.
   * @param isLast nothing follows the bytes
   * @returns undefined if not even the first one is
   */
  read(bytes: Uint8Array, from: number, isLast = false): Run | undefined {
    const matcher = this.#matcher;
    if (matcher === undefined || this.#shapes === 0) return undefined;
    const run = { end: from, entries: 0, lineFeeds: 0, own: 0 };
    while (run.end < bytes.length) {
      const end = Math.min(run.end + this.#span, bytes.length);
      const at = this.#setText(matcher, bytes, run.end, end);
      const count = matcher.run(at, end - run.end, this.#mode, isLast && end === bytes.length, ALL);
      if (count === 0) break;
      this.#handOver(count, run);
      this.#span = Math.min(2 * this.#span, matcher.maxText);
    }
    this.#span = LEAST;
    return run.entries === 0 ? undefined : run;
  }

  /** Reads the line between `from` and `end` if it is of a known shape, and hands its entry over. @param time of the event, before the entry */
  readLine(bytes: Uint8Array, from: number, end: number, time?: number | bigint): Run | undefined {
    const matcher = this.#matcher;
    if (matcher === undefined || this.#shapes === 0 || end - from >= matcher.maxText) return undefined;
    if (time !== undefined) matcher.setOuterTime(BigInt(time));
    if (!this.#isKnown(matcher, bytes, from, end)) return undefined;
    const run = { end: from, entries: 0, lineFeeds: 0, own: 0 };
    this.#handOver(1, run);
    return run;
  }

  /**
   * Copies text to where the matcher finds it. Shared memory is copied by words where both places have the same alignment; else by bytes,
   * which takes eight times as long.
   * @returns where it is
   */
  #setText(matcher: Matcher, bytes: Uint8Array, from: number, end: number): number {
    const at = matcher.textAt + ((bytes.byteOffset + from) & 7);
    this.#memory.set(bytes.subarray(from, end), at);
    return at;
  }

  /** Whether an entry, to which a line feed is added, is of a known shape. */
  #isKnown(matcher: Matcher, bytes: Uint8Array, from: number, end: number): boolean {
    const at = this.#setText(matcher, bytes, from, end);
    this.#memory[at + end - from] = LINE_FEED;
    return matcher.run(at, end - from + 1, this.#mode, true, 1) > 0;
  }

  #handOver(count: number, run: { end: number; entries: number; lineFeeds: number; own: number }): void {
    const [length, written, lineFeeds, own] = this.#results;
    const { messagesAt } = this.#matcher!;
    this.#entries.written(this.#memory.subarray(messagesAt, messagesAt + written), count);
    run.end += length;
    run.entries += count;
    run.lineFeeds += lineFeeds;
    run.own += own;
  }

  /** Whether another shape can be remembered. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#shapes < this.#most && this.#edges < MAX_EDGES;
  }

  /** Forgets all shapes: the same text has come to mean something else. */
  clear(): void {
    this.#matcher?.clear();
    this.#first = newBranch(this.#matcher?.rootAt ?? 0);
    this.#shapes = 0;
    this.#edges = 0;
  }

  /** Remembers the shape of an entry. */
  learn({ bytes, from, end, values, flow, time, own = 0 }: Learned): void {
    if (!this.hasRoom || values.isUnusual || values.length > MAX_VALUES || !flow.isComplete) return;
    // A NUL is what the matcher finds after the text.
    const text = bytes.subarray(from, end);
    if (text.includes(0) || text.length > LEAST) return;
    const matcher = this.#made();
    const last = matcher === undefined ? undefined : this.#addEdges(matcher, bytes, from, end, values, flow.zone === 0);
    if (matcher === undefined || last === undefined) return;
    const entry = { flow, values, parts: this.#parts, complete: this.#complete, time };
    const template = templateOf(entry);
    // The end that was added has no shape then.
    if (template === undefined || template.message.length > matcher.maxMessage) return;
    this.#setShape(matcher, last, template, countLineFeeds(text), own);
    if (!this.#isRight(matcher, bytes, from, end, entry)) this.#close();
  }

  #made(): Matcher | undefined {
    if (this.#matcher === undefined) {
      this.#matcher = makeMatcher();
      if (this.#matcher === undefined) this.#close();
      else this.#first = newBranch(this.#matcher.rootAt);
    }
    return this.#matcher;
  }

  /** From here on each entry is read by itself. */
  #close(): void {
    this.clear();
    this.#isClosed = true;
  }

  /** The views of the memory, which the matcher may have enlarged. */
  #look({ memory, resultsAt }: Matcher): void {
    if (this.#memory.buffer === memory.buffer) return;
    this.#memory = new Uint8Array(memory.buffer);
    this.#results = new Uint32Array(memory.buffer, resultsAt, 4);
  }

  /** @returns the edge of the entry's end; undefined if it is known already */
  #addEdges(
    matcher: Matcher,
    bytes: Uint8Array,
    from: number,
    end: number,
    values: Values,
    isZoneZero: boolean,
  ): number | undefined {
    let branch = this.#first;
    let at = from;
    const addresses: number[] = [];
    for (let i = 0; ; i++) {
      const isEnd = i === values.length;
      const kind = isEnd ? END : values.kinds[i];
      // Zone 0 is another shape than the others: its message has none.
      const most = isEnd || (values.slots[i] === SLOT.zone && isZoneZero) ? 0 : values.most[i];
      // Source and destination of the original, then of the reply.
      const repeats = kind === ADDRESS && addresses.length >= 2 ? (addresses[3 - addresses.length] ?? -1) : -1;
      if (kind === ADDRESS) addresses.push(i);
      const isUsed = !isEnd && isPartUsed(partOfSlot(values.slots[i]), this.#parts);
      const text = bytes.subarray(at, isEnd ? end : values.begins[i]);
      const key = `${kind} ${most} ${isUsed} ${Buffer.from(text).toString('latin1')}`;
      let edge = branch.edges.get(key);
      if (edge === undefined) {
        this.#look(matcher);
        this.#memory.set(text, matcher.textAt);
        const place = matcher.addEdge(branch.list, matcher.textAt, text.length, kind, most, isUsed, repeats);
        edge = {
          place,
          next: newBranch(matcher.listAfter(place, false)),
          nextIPv6: newBranch(matcher.listAfter(place, true)),
        };
        branch.edges.set(key, edge);
        this.#edges++;
        if (isEnd) return place;
      } else if (isEnd) return undefined;
      const isIPv6 = kind === ADDRESS && bytes.subarray(values.begins[i], values.ends[i]).includes(COLON);
      branch = isIPv6 ? edge.nextIPv6 : edge.next;
      at = values.ends[i];
    }
  }

  #setShape(matcher: Matcher, edge: number, { message, operations }: Template, lineFeeds: number, own: number): void {
    this.#look(matcher);
    this.#memory.set(message, matcher.textAt);
    let at = matcher.setShape(edge, matcher.textAt, message.length, operations.length, lineFeeds, own);
    for (const { code, place = 0, width = 0, value = 0, other = 0, constant = 0n } of operations)
      at = matcher.setOperation(at, code, place, width, value, other, constant);
    this.#shapes++;
  }

  /** Whether the entry, which is known now, has the message that it should have. */
  #isRight(matcher: Matcher, bytes: Uint8Array, from: number, end: number, entry: FirstEntry): boolean {
    this.#look(matcher);
    if (entry.time !== undefined) matcher.setOuterTime(BigInt(entry.time));
    if (!this.#isKnown(matcher, bytes, from, end)) return true;
    const { messagesAt } = matcher;
    return Buffer.compare(this.#memory.subarray(messagesAt, messagesAt + this.#results[1]), messageOf(entry)) === 0;
  }
}

const newBranch = (list: number): Branch => ({ list, edges: new Map() });

function countLineFeeds(text: Uint8Array): number {
  let count = 0;
  for (const byte of text) if (byte === LINE_FEED) count++;
  return count;
}
