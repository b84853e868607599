/** `json` and `jsonl`: objects back to back, in an array or not, on one line each or on several (as jq(1) writes them). */

import {
  CLOSE,
  CLOSE_ARRAY,
  COMMA,
  LINE_FEED,
  OPEN,
  OPEN_ARRAY,
  QUOTE,
  SPACE,
  StringState,
} from '../reading/cutting/json-text.js';
import { LONGEST } from '../reading/cutting/lines.js';
import { ExpectationDraft, FlowDraft } from '../reading/draft/flow-draft.js';
import { builderOf } from '../reading/draft/from-draft.js';
import type { Entries } from '../reading/entries.js';
import type { DivisibleReader, Progress } from '../reading/reader.js';
import { reportCutOff } from '../reading/report/cut-off.js';
import { ParseError } from '../reading/report/parse-error.js';
import { OBJECTS } from '../reading/shapes/matcher/constants.js';
import { Shapes } from '../reading/shapes/shapes.js';
import { Values } from '../reading/shapes/values.js';
import { parseObject } from '../reading/text/json-value.js';
import { applyExpectation } from './expectation-reader.js';
import { applyFlow, withOriginal } from './flow-reader.js';
import { lostOf, missingOf } from './notices.js';
import { findValues } from './values.js';

/** Where the reader is: between objects, inside one, or in other text, up to the next line or object. */
type Place = 'between' | 'object' | 'garbage';

const NO_OBJECT = 'not a JSON object';
const TOO_LONG = `longer than ${LONGEST} bytes`;

export class JsonReader implements DivisibleReader {
  readonly #entries: Entries;
  readonly #shapes: Shapes;
  readonly #values = new Values();
  #place: Place = 'between';
  /** The part of an object or of garbage that earlier pieces held. */
  #begun = '';
  /** Why garbage cannot be read. */
  #reason = NO_OBJECT;
  #depth = 0;
  readonly #string = new StringState();
  /** Nothing but spaces since the last line feed. */
  #lineStart = true;
  #line = 1;
  /** The line on which the object or the garbage began. */
  #began = 1;
  /** Arrays that are open. */
  #open = 0;
  /** The progress that was asked for. */
  #reported: Progress = { lines: 0, own: 0 };

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#shapes = new Shapes(entries, OBJECTS, () => undefined);
  }

  read(piece: Uint8Array): void {
    const string = this.#string;
    let from = 0;
    /** Where the object is too long. */
    let longest = LONGEST - this.#begun.length;
    for (let i = 0; i < piece.length; i++) {
      const c = piece[i];
      if (i === longest && this.#place === 'object') {
        this.#tooLong(this.#begun + textOf(piece, from, i));
        from = i;
      }
      if (c === LINE_FEED) {
        // A string cannot hold a line feed: the object was cut off.
        if (this.#place === 'garbage' || string.isInside) this.#broken(piece, from, i);
        this.#line++;
        this.#lineStart = true;
        continue;
      }
      if (string.isInside) {
        string.take(c);
        continue;
      }
      const lineStart = this.#lineStart;
      if (c > SPACE) this.#lineStart = false;
      if (c === OPEN && (this.#place !== 'object' || lineStart)) {
        // Entries hold no lists of objects: one at the beginning of a line is the next entry.
        if (this.#place !== 'between') this.#broken(piece, from, i);
        const run = this.#shapes.read(piece, i);
        if (run !== undefined) {
          this.#line += run.lineFeeds;
          i = run.end - 1;
          continue;
        }
        this.#begin('object');
        from = i;
        longest = i + LONGEST;
        this.#depth = 1;
      } else if (this.#place === 'object') {
        if (c === QUOTE) string.begin();
        else if (c === OPEN || c === OPEN_ARRAY) this.#depth++;
        else if ((c === CLOSE || c === CLOSE_ARRAY) && --this.#depth === 0) {
          this.#whole(this.#begun + textOf(piece, from, i + 1));
        }
      } else if (this.#place === 'between') {
        if (c === OPEN_ARRAY) this.#open++;
        else if (c === CLOSE_ARRAY) this.#open--;
        else if (c > SPACE && c !== COMMA) {
          this.#begin('garbage');
          from = i;
        }
      }
    }
    if (this.#place === 'between') return;
    this.#begun += textOf(piece, from, piece.length);
    // The beginning of garbage is enough.
    if (this.#place === 'garbage') this.#begun = this.#begun.slice(0, LONGEST);
  }

  #begin(place: Place): void {
    this.#place = place;
    this.#begun = '';
    this.#began = this.#line;
  }

  #between(): void {
    this.#place = 'between';
    this.#begun = '';
    this.#reason = NO_OBJECT;
    this.#depth = 0;
    this.#string.clear();
  }

  #broken(piece: Uint8Array, from: number, to: number): void {
    const text = this.#begun + textOf(piece, from, to);
    this.#entries.report.skip(this.#began, text, this.#place === 'garbage' ? this.#reason : 'unterminated object');
    this.#between();
  }

  /** What was an object so far is garbage, up to the next line or object. */
  #tooLong(text: string): void {
    this.#between();
    this.#place = 'garbage';
    this.#begun = text;
    this.#reason = TOO_LONG;
  }

  #whole(text: string): void {
    const began = this.#began;
    this.#between();
    this.#entries.attempt(
      began,
      () => text,
      () => this.#object(text),
    );
  }

  #object(text: string): void {
    const written = parseObject(text);
    const value = withOriginal(written);
    const entries = this.#entries;
    const lost = lostOf(value);
    const missing = lost === undefined ? missingOf(value) : undefined;
    if (lost !== undefined) {
      entries.report.note(`${lost} events were lost when this was written`);
    } else if (missing !== undefined) {
      if (missing !== '') entries.report.note(`${missing} was missing when this was written`);
    } else if (value.orig !== undefined) {
      const draft = new FlowDraft();
      applyFlow(draft, value, entries);
      entries.flow(draft);
      // Of columns, what is read does not follow from each value by itself.
      const isPlain = value === written && value.bytes === undefined && value.packets === undefined;
      if (isPlain && this.#shapes.hasRoom) this.#learn(text, draft);
    } else if (value.mask !== undefined || value.master !== undefined) {
      const draft = new ExpectationDraft();
      applyExpectation(draft, value, entries);
      entries.expectation(draft);
    } else {
      throw new ParseError('incomplete entry: the original direction is missing');
    }
  }

  #learn(text: string, draft: FlowDraft): void {
    const bytes = Buffer.from(text, 'latin1');
    findValues(bytes, this.#values);
    if (this.#values.isUnusual) return;
    const flow = builderOf(draft);
    if (flow !== undefined) this.#shapes.learn({ bytes, from: 0, end: bytes.length, values: this.#values, flow });
  }

  get isDivisible(): boolean {
    return this.#place === 'between';
  }

  progress(): Progress {
    const before = this.#reported;
    this.#reported = { lines: this.#line - 1, own: this.#open };
    return { lines: this.#reported.lines - before.lines, own: this.#reported.own - before.own };
  }

  pass({ lines, own }: Progress): void {
    this.#line += lines;
    this.#open += own;
    this.#lineStart = true;
  }

  end(): void {
    const cut = this.#place !== 'between';
    if (cut) this.#broken(NOTHING, 0, 0);
    if (cut || this.#open > 0) reportCutOff(this.#entries.report, 'object or array');
  }
}

const NOTHING = new Uint8Array(0);

/** A character a byte. */
const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
