import type { Entries } from './entries.js';
import type { Reader } from './reader.js';

/** Bytes of the longest line (or element, or object) that is read. */
export const LONGEST = 64 * 1024;
const LINE_FEED = 0x0a;

/** A character a byte. */
const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

/** Cuts text into lines and counts them. Lines that are too long are passed over without being kept. */
export class Lines implements Reader {
  readonly #entries: Entries;
  readonly #line: (line: string) => void;
  /** The beginning of the line whose end has not come. */
  #begun = '';
  #number = 0;
  /** Inside of a line that is too long. */
  #long = false;

  /**
   * @param line reads one line, without its end. @throws Unreadable
   * @param usual reads a line of the usual kind where it stands; false for any other
   */
  constructor(
    entries: Entries,
    line: (line: string) => void,
    usual: (bytes: Uint8Array, from: number, end: number) => boolean,
  ) {
    this.#entries = entries;
    this.#line = line;
    this.#usual = usual;
  }
  readonly #usual: (bytes: Uint8Array, from: number, end: number) => boolean;

  readBytes(bytes: Uint8Array): void {
    let from = 0;
    // A line that has begun in the piece before.
    if (this.#begun !== '' || this.#long) {
      from = bytes.indexOf(LINE_FEED) + 1;
      this.#continue(textOf(bytes, 0, from === 0 ? bytes.length : from));
      if (from === 0) return;
    }
    for (let to = bytes.indexOf(LINE_FEED, from); to >= 0; to = bytes.indexOf(LINE_FEED, from)) {
      if (to - from <= LONGEST && this.#usual(bytes, from, to)) this.#number++;
      else this.#whole(textOf(bytes, from, to));
      from = to + 1;
    }
    if (from < bytes.length) this.read(textOf(bytes, from, bytes.length));
  }

  /** @param end of the line that has begun, with its line feed; or what has come of it */
  #continue(end: string): void {
    if (!this.#long && end.endsWith('\n') && this.#begun.length + end.length <= LONGEST) {
      const line = Buffer.from(this.#begun + end, 'latin1');
      if (this.#usual(line, 0, line.length - 1)) {
        this.#number++;
        this.#begun = '';
        return;
      }
    }
    this.read(end);
  }

  read(text: string): void {
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      this.#whole(text.slice(from, to));
      from = to + 1;
    }
    const rest = text.slice(from);
    if (this.#long) return;
    // What is kept does not keep the text that it was cut from.
    this.#begun = this.#begun + Buffer.from(rest, 'latin1').toString('latin1');
    if (this.#begun.length <= LONGEST) return;
    this.#skip(this.#number + 1, this.#begun);
    this.#begun = '';
    this.#long = true;
  }

  #whole(end: string): void {
    this.#number++;
    if (this.#long) {
      this.#long = false;
      return;
    }
    const line = this.#begun === '' ? end : this.#begun + end;
    this.#begun = '';
    if (line.length > LONGEST) this.#skip(this.#number, line);
    else if (!isIdle(line)) this.#entries.attempt(this.#number, line, () => this.#line(line));
  }

  #skip(number: number, line: string): void {
    this.#entries.complaints.skip(number, line, `it is longer than ${LONGEST} bytes`);
  }

  end(): void {
    const last = this.#begun;
    if (last === '' || this.#long) return;
    this.#whole('');
    if (!isIdle(last)) this.#entries.complaints.note('the last line has no end: the file may be cut off');
  }
}

/** Empty lines, comments, and conntrack(8)'s count, which it writes to standard error. */
export function isIdle(line: string): boolean {
  const first = line.charCodeAt(0);
  // Most lines begin with a letter or a '-'.
  if (first !== 0x23 && first !== 0x63 && first > 0x20) return false;
  const text = line.trim();
  return text === '' || text.startsWith('#') || /^conntrack v\S+ \(conntrack-tools\): /.test(text);
}
