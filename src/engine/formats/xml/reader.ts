/**
 * The XML of conntrack(8): the stream is cut into `<flow>` elements, each of which is read by itself. A general parser wants
 * the whole file at once, and takes several times as long.
 */
import type { Entries } from '../reading/entries.js';
import { LONGEST } from '../reading/lines.js';
import type { Reader } from '../reading/reader.js';
import { readElement } from './entry-reader.js';

const BEGIN = '<flow';
const END = '</flow>';

export class Xml implements Reader {
  readonly #entries: Entries;
  /** What came and is not read yet. */
  #rest = '';
  #line = 1;
  /** Inside of an element that is too long. */
  #long = false;
  /** `<conntrack>` or `<expect>` has come and not ended. */
  #open = false;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(piece: string): void {
    const text = this.#rest + piece;
    const read = this.#elements(text, false);
    this.#line += lineFeeds(text, read.line, read.at);
    // What is kept does not keep the text that it was cut from.
    this.#rest = Buffer.from(text.slice(read.at), 'latin1').toString('latin1');
    if (this.#rest.length <= LONGEST) return;
    if (!this.#long) this.#skip(this.#line, this.#rest, `it is longer than ${LONGEST} bytes`);
    const isElement = this.#rest.startsWith(BEGIN);
    // The end may have come in part.
    const kept = isElement || this.#long ? END.length : 0;
    this.#line += lineFeeds(this.#rest, 0, this.#rest.length - kept);
    this.#rest = this.#rest.slice(this.#rest.length - kept);
    this.#long ||= isElement;
  }

  /** @returns where what is not read yet begins, and up to where lines were counted */
  #elements(text: string, last: boolean): { at: number; line: number } {
    let at = 0;
    let line = 0;
    for (;;) {
      if (this.#long) {
        const end = text.indexOf(END, at);
        if (end < 0) return { at: Math.max(at, text.length - END.length), line };
        at = end + END.length;
        this.#long = false;
      }
      const begin = text.indexOf('<', at);
      if (begin < 0) {
        // What stands between elements is told of as a whole.
        if (!last) return { at, line };
        this.#between(text, at, text.length);
        return { at: text.length, line };
      }
      this.#between(text, at, begin);
      this.#line += lineFeeds(text, line, begin);
      line = begin;
      if (!text.startsWith(BEGIN, begin)) {
        const end = text.startsWith('<!--', begin) ? after(text, '-->', begin) : after(text, '>', begin);
        if (end < 0) return { at: begin, line };
        this.#tag(text.slice(begin, end));
        at = end;
        continue;
      }
      const next = text.indexOf(BEGIN, begin + BEGIN.length);
      const end = after(text, END, begin);
      if (next >= 0 && (end < 0 || end > next)) {
        // Cut off, and another one begins.
        this.#skip(this.#line, text.slice(begin, next), 'the element has no end');
        at = next;
        continue;
      }
      if (end < 0) return { at: begin, line };
      // What caused an event stands behind its element.
      const following = text.indexOf('<', end);
      if (following < 0 && !last) return { at: begin, line };
      const element = text.slice(begin, following < 0 ? text.length : following);
      if (element.length > LONGEST) this.#skip(this.#line, element, `it is longer than ${LONGEST} bytes`);
      else this.#entries.attempt(this.#line, element, () => readElement(element, this.#entries));
      at = following < 0 ? text.length : following;
    }
  }

  /** Text outside of all elements: what stands there but spaces belongs to nothing. */
  #between(text: string, from: number, to: number): void {
    if (to <= from) return;
    const stray = text.slice(from, to).trim();
    if (stray !== '') this.#skip(this.#line, stray, 'it is in no element');
  }

  #tag(tag: string): void {
    if (/^<(conntrack|expect)[\s>]/.test(tag)) this.#open = true;
    else if (/^<\/(conntrack|expect)>/.test(tag)) this.#open = false;
    else if (!/^<[?!]/.test(tag)) this.#skip(this.#line, tag, 'it is no element of a flow');
  }

  #skip(line: number, text: string, reason: string): void {
    this.#entries.complaints.skip(line, text, reason);
  }

  end(): void {
    const { at } = this.#elements(this.#rest, true);
    const cut = at < this.#rest.length;
    if (cut && !this.#long) this.#skip(this.#line, this.#rest.slice(at), 'the element has no end');
    if (cut || this.#open || this.#long) {
      this.#entries.complaints.note('the last element has no end: the file may be cut off');
    }
  }
}

function after(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? -1 : at + what.length;
}

function lineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
