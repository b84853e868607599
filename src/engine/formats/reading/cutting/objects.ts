import type { Entries } from '../entries.js';
import type { ObjectFormat, ObjectReader, Reader } from '../reader.js';
import { reportCutOff } from '../report/cut-off.js';
import { parseObject } from '../text/json-value.js';
import { CLOSE, CLOSE_ARRAY, COMMA, LINE_FEED, OPEN, OPEN_ARRAY, QUOTE, SPACE, StringState } from './json-text.js';
import { LONGEST } from './lines.js';

/** An object of a text. */
interface Found {
  readonly text: string;
  /** On which it begins. */
  readonly line: number;
}

/**
 * Finds the entries in JSON of any layout: objects back to back, or in an array, which may be a member of other objects, as in
 * `{"result":[{…},{…}]}`. Entries themselves hold no arrays of objects.
 */
export class ObjectCutter {
  #text = '';
  /** Open braces and brackets of the object that is being read, as a stack. */
  #open: number[] = [];
  /** Brackets and braces that are open around it. */
  #around = 0;
  #isInside = false;
  readonly #string = new StringState();
  /** The last byte that is not a space, outside of strings. */
  #last = 0;
  #line = 1;
  #began = 1;

  /** @param onLong called with the beginning of an object that is too long, which is left out */
  *cut(piece: string, onLong: (found: Found) => void): Generator<Found> {
    const string = this.#string;
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      const c = piece.charCodeAt(i);
      if (c === LINE_FEED) this.#line++;
      if (string.isInside) {
        string.take(c);
        continue;
      }
      if (c <= SPACE) continue;
      if (c === QUOTE) string.begin();
      else if (c === OPEN && this.#begins()) {
        this.#around += this.#open.length;
        this.#open = [OPEN];
        this.#isInside = true;
        this.#text = '';
        this.#began = this.#line;
        from = i;
      } else if (c === OPEN || c === OPEN_ARRAY) {
        if (this.#isInside) this.#open.push(c);
        else this.#around++;
      } else if (c === CLOSE || c === CLOSE_ARRAY) {
        if (!this.#isInside) this.#around = Math.max(0, this.#around - 1);
        else {
          this.#open.pop();
          if (this.#open.length === 0) {
            this.#isInside = false;
            yield { text: this.#text + piece.slice(from, i + 1), line: this.#began };
            this.#text = '';
          }
        }
      }
      this.#last = c;
    }
    if (!this.#isInside) return;
    // A copy: a slice would keep the whole text alive.
    this.#text += Buffer.from(piece.slice(from), 'latin1').toString('latin1');
    if (this.#text.length <= LONGEST) return;
    onLong({ text: this.#text, line: this.#began });
    this.#around += this.#open.length;
    this.#open = [];
    this.#isInside = false;
    this.#text = '';
  }

  /** Whether a brace begins an entry: outside of one, or in an array of objects, whose member is the object so far. */
  #begins(): boolean {
    if (!this.#isInside) return true;
    const isInArray = this.#open[this.#open.length - 1] === OPEN_ARRAY;
    return isInArray && (this.#last === OPEN_ARRAY || this.#last === COMMA);
  }

  /** Whether an object, an array or a string is open. */
  get isOpen(): boolean {
    return this.#isInside || this.#string.isInside || this.#around > 0;
  }
}

/** Reads the objects of a format of JSON. */
export class Objects implements Reader {
  readonly #entries: Entries;
  readonly #reader: ObjectReader;
  readonly #cutter = new ObjectCutter();

  constructor(entries: Entries, format: ObjectFormat) {
    this.#entries = entries;
    this.#reader = format.make(entries);
  }

  read(bytes: Uint8Array): void {
    const { report } = this.#entries;
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const onLong = ({ text, line }: Found): void => report.skip(line, text, `longer than ${LONGEST} bytes`);
    for (const { text, line } of this.#cutter.cut(piece, onLong)) {
      this.#entries.attempt(
        line,
        () => text,
        () => this.#reader.read(parseObject(text)),
      );
    }
  }

  end(): void {
    if (this.#cutter.isOpen) reportCutOff(this.#entries.report, 'object or array');
  }
}
