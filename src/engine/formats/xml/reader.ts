/**
 * XML: of conntrack(8), and any other well-formed document with the same elements. It is cut into `<flow>` elements, each of which is
 * read by itself: those of conntrack(8)'s exact shape from their bytes, others by fast-xml-parser, which takes several times as long.
 */

import { EncodeError } from '../../ctnetlink/codec/encode-error.js';
import { LONGEST } from '../reading/cutting/lines.js';
import type { Entries } from '../reading/entries.js';
import type { DivisibleReader, Progress } from '../reading/reader.js';
import { reportCutOff } from '../reading/report/cut-off.js';
import { ParseError } from '../reading/report/parse-error.js';
import { UINT32, uint } from '../reading/text/text-values.js';
import { parseElement, written } from './any-element.js';
import { cutFlow, doctypeEnd, hiddenAt, localName, startsWith, tagEnd } from './cutter.js';
import { isExpectation, readExpectation } from './expectation-reader.js';
import { FlowElements } from './flow-reader.js';
import { ROOTS } from './words.js';

const LESS = 0x3c;
const LINE_FEED = 0x0a;
const DOCTYPE = Buffer.from('<!DOCTYPE');
const CLOSE_FLOW = /<\/(?:[\w.-]+:)?flow\s*>/;

export class XmlReader implements DivisibleReader {
  readonly #entries: Entries;
  readonly #flows: FlowElements;
  /** Bytes that are not read yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** In which they are joined with what follows them. */
  #memory: Buffer = Buffer.alloc(0);
  #line = 1;
  /** Inside a construct that is too long to be kept, up to this end. */
  #until: 'flow' | Buffer | undefined;
  /** The document's element has begun and not ended. */
  #isOpen = false;
  #doctype = '';
  /** The lines of which the progress was asked for, and what was seen of the document's element since: 1: its begin, -1: its end. */
  #reported = 0;
  #root = 0;

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#flows = new FlowElements(entries);
  }

  read(piece: Uint8Array, isCut = false): void {
    const data = this.#joined(piece);
    const at = this.#all(data, isCut);
    // The piece is not kept.
    this.#rest = Buffer.from(data.subarray(at));
    if (this.#rest.length > LONGEST && this.#until === undefined) this.#giveUp();
  }

  /** What is not read yet, and a piece after it; valid until the next time. */
  #joined(piece: Uint8Array): Buffer {
    const rest = this.#rest;
    if (rest.length === 0) return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const length = rest.length + piece.length;
    if (length > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(2 * length);
    this.#memory.set(rest);
    this.#memory.set(piece, rest.length);
    return this.#memory.subarray(0, length);
  }

  /** @returns where the unread rest begins */
  #all(data: Buffer, isLast: boolean): number {
    let at = 0;
    for (;;) {
      if (this.#until !== undefined) {
        const end = this.#longEnd(data, at);
        const kept = end < 0 ? Math.max(at, data.length - MAX_END) : end;
        this.#line += lineFeeds(data, at, kept);
        at = kept;
        if (end < 0) return at;
        this.#until = undefined;
      }
      const next = this.#alike(data, at, isLast);
      if (next >= 0) {
        at = next;
        continue;
      }
      const begin = data.indexOf(LESS, at);
      // Text between elements is reported as a whole.
      if (begin < 0 && !isLast) return at;
      const stop = begin < 0 ? data.length : begin;
      this.#between(data, at, stop);
      this.#line += lineFeeds(data, at, stop);
      if (begin < 0) return data.length;
      const end = this.#construct(data, begin, isLast);
      if (end < 0) return begin;
      this.#line += lineFeeds(data, begin, end);
      at = end;
    }
  }

  /** Reads flows that are written as earlier ones. @returns where the next element begins; -1 for anything else */
  #alike(data: Buffer, begin: number, isLast: boolean): number {
    const run = this.#flows.readAlike(data, begin, isLast);
    if (run === undefined) return -1;
    this.#line += run.lineFeeds;
    return run.end;
  }

  /** Reads what begins at a `<`. @returns where it ends; -1 where its end has not come */
  #construct(data: Buffer, begin: number, isLast: boolean): number {
    const hidden = hiddenAt(data, begin);
    if (hidden !== undefined) {
      const end = data.indexOf(hidden.end, begin + hidden.begin.length);
      return end < 0 ? -1 : end + hidden.end.length;
    }
    if (startsWith(data, begin, DOCTYPE)) {
      const end = doctypeEnd(data, begin);
      if (end >= 0) this.#doctype = data.toString('latin1', begin, end);
      return end;
    }
    // Not even the name has come.
    if (!isLast && data.length - begin < MAX_NAME && tagEnd(data, begin) < 0) return -1;
    if (data[begin + 1] !== 0x2f && localName(data, begin) === 'flow') return this.#flow(data, begin, isLast);
    const end = tagEnd(data, begin);
    if (end >= 0) this.#tag(data, begin, end);
    return end;
  }

  #flow(data: Buffer, begin: number, isLast: boolean): number {
    const usual = this.#usual(data, begin, isLast);
    if (usual >= 0) return usual;
    const { end, next } = cutFlow(data, begin);
    if (next >= 0) {
      this.#skip(data, begin, next, 'unterminated element');
      return next;
    }
    if (end < 0) return -1;
    // What caused an event follows its element.
    const stop = causeEnd(data, end, isLast);
    if (stop < 0) return -1;
    if (end - begin > LONGEST) this.#skip(data, begin, end, `longer than ${LONGEST} bytes`);
    else {
      this.#entries.attempt(
        this.#line,
        () => data.toString('latin1', begin, end),
        () => {
          const portid = stop - end < LEAST_CAUSE ? 0 : portidIn(data.toString('latin1', end, stop));
          this.#any(data, begin, end, portid);
        },
      );
    }
    return stop;
  }

  /** Reads a flow of the usual shape. @returns the end of what follows it; -1 for any other shape, and for an invalid value */
  #usual(data: Buffer, begin: number, isLast: boolean): number {
    try {
      const end = this.#flows.read(data, begin, data.length);
      if (end < 0 || end - begin > LONGEST) return -1;
      const stop = causeEnd(data, end, isLast);
      if (stop < 0) return -1;
      this.#flows.take(stop - end < LEAST_CAUSE ? 0 : portidIn(data.toString('latin1', end, stop)));
      return stop;
    } catch (error) {
      if (error instanceof ParseError || error instanceof EncodeError) return -1;
      throw error;
    }
  }

  #any(data: Buffer, begin: number, end: number, portid: number): void {
    const element = parseElement(data.toString('latin1', begin, end), this.#doctype);
    if (isExpectation(element)) {
      readExpectation(element, portid, this.#entries);
      return;
    }
    const rewritten = Buffer.from(written(element), 'utf8');
    if (this.#flows.read(rewritten, 0, rewritten.length) < 0) throw new ParseError('not the elements of a flow');
    this.#flows.take(portid);
  }

  /** Text outside of all elements. */
  #between(data: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to && data[at] <= 0x20) at++;
    if (at < to) this.#skip(data, at, to, 'text outside of all elements', lineFeeds(data, from, at));
  }

  #tag(data: Buffer, begin: number, end: number): void {
    const name = localName(data, begin);
    // Documents may be parts of others.
    if (Object.hasOwn(ROOTS, name)) {
      this.#isOpen = data[begin + 1] !== 0x2f && data[end - 2] !== 0x2f;
      this.#root = this.#isOpen ? 1 : -1;
    } else this.#skip(data, begin, end, 'not an element of a flow');
  }

  /** Drops a construct that is too long, and looks for its end only. */
  #giveUp(): void {
    const data = this.#rest;
    const hidden = hiddenAt(data, 0);
    // A comment may have any length.
    if (hidden === undefined) this.#skip(data, 0, data.length, `longer than ${LONGEST} bytes`);
    const isFlow = localName(data, 0) === 'flow';
    if (hidden !== undefined || isFlow || data[0] === LESS) this.#until = hidden?.end ?? (isFlow ? 'flow' : GREATER);
    const kept = Math.max(0, data.length - MAX_END);
    this.#line += lineFeeds(data, 0, kept);
    this.#rest = this.#until === undefined ? Buffer.alloc(0) : Buffer.from(data.subarray(kept));
  }

  #longEnd(data: Buffer, from: number): number {
    if (this.#until !== 'flow') {
      const end = data.indexOf(this.#until!, from);
      return end < 0 ? -1 : end + this.#until!.length;
    }
    const match = CLOSE_FLOW.exec(data.toString('latin1', from));
    return match === null ? -1 : from + match.index + match[0].length;
  }

  #skip(data: Buffer, from: number, to: number, reason: string, linesBefore = 0): void {
    this.#entries.report.skip(
      this.#line + linesBefore,
      data.toString('latin1', from, Math.min(to, from + 1000)).trim(),
      reason,
    );
  }

  get isDivisible(): boolean {
    // Entities of a document type have a meaning in all flows after it.
    return this.#rest.length === 0 && this.#until === undefined && this.#doctype === '';
  }

  progress(): Progress {
    const progress = { lines: this.#line - 1 - this.#reported, own: this.#root };
    this.#reported = this.#line - 1;
    this.#root = 0;
    return progress;
  }

  pass({ lines, own }: Progress): void {
    this.#line += lines;
    if (own !== 0) this.#isOpen = own > 0;
  }

  end(): void {
    const at = this.#all(this.#rest, true);
    const isCut = at < this.#rest.length;
    if (isCut && this.#until === undefined) this.#skip(this.#rest, at, this.#rest.length, 'unterminated element');
    if (isCut || this.#isOpen || this.#until !== undefined) reportCutOff(this.#entries.report, 'element');
  }
}

/** Bytes of the longest end that is looked for. */
const MAX_END = 80;
/** Bytes of the shortest ` portid=N`. */
const LEAST_CAUSE = 9;
/** Bytes in which a tag's name is. */
const MAX_NAME = 80;
const GREATER = Buffer.from('>');

/** The end of what may say the cause of an event: the next tag, or the line's end. @returns -1 where neither has come */
function causeEnd(data: Buffer, from: number, isLast: boolean): number {
  for (let at = from; at < data.length; at++) if (data[at] === LESS || data[at] === LINE_FEED) return at;
  return isLast ? data.length : -1;
}

/** ` [USERSPACE] portid=4711 progname=ctq`. */
function portidIn(text: string): number {
  const match = / portid=(\d{1,10})/.exec(text);
  return match === null ? 0 : uint(match[1], UINT32);
}

function lineFeeds(data: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = data.indexOf(LINE_FEED, from); at >= 0 && at < to; at = data.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
