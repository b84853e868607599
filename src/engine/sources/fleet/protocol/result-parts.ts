/** Parts of a result: lines of JSON, each an array of rows or groups, cut into parts of the same size anywhere. */
import { malformedAnswer, PART_SIZE } from './protocol.js';

/** Length of a line above which it ends with the next item. */
const LINE_LENGTH = 32 * 1024;
/** Bytes of a line. An item may be long: the values of a percentile. */
const LONGEST_LINE = 16 << 20;

/** Writes items, and passes on whole parts. */
export class PartWriter {
  readonly #part: (bytes: Uint8Array) => void;
  #items: string[] = [];
  #length = 0;
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Bytes written. */
  total = 0;

  constructor(part: (bytes: Uint8Array) => void) {
    this.#part = part;
  }

  /** @param item JSON without a line feed */
  item(item: string): void {
    this.#items.push(item);
    this.#length += item.length;
    if (this.#length >= LINE_LENGTH) this.#line();
  }

  /** Bytes that are not divided: the kernel's messages. */
  whole(bytes: Uint8Array): void {
    if (this.#size + bytes.length > PART_SIZE) this.#flush();
    this.#pieces.push(bytes.slice());
    this.#size += bytes.length;
    this.total += bytes.length;
  }

  #line(): void {
    if (this.#items.length === 0) return;
    const bytes = Buffer.from(`[${this.#items.join(',')}]\n`, 'utf8');
    this.#items = [];
    this.#length = 0;
    this.total += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + PART_SIZE - this.#size);
      this.#pieces.push(piece);
      this.#size += piece.length;
      at += piece.length;
      if (this.#size >= PART_SIZE) this.#flush();
    }
  }

  #flush(): void {
    if (this.#size === 0) return;
    this.#part(Buffer.concat(this.#pieces, this.#size));
    this.#pieces = [];
    this.#size = 0;
  }

  /** The bytes of the last part, which may be none. */
  end(): Uint8Array {
    this.#line();
    const last = Buffer.concat(this.#pieces, this.#size);
    this.#pieces = [];
    this.#size = 0;
    return last;
  }
}

/** Puts parts together, and reads their lines. */
export class LineReader {
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** The items of the lines that are complete with these bytes. @throws CtqError for a line that is not a JSON array */
  *push(bytes: Uint8Array): Generator<readonly unknown[]> {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      yield this.#items(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start === bytes.length) return;
    // A copy: the whole part would stay in memory.
    this.#pieces.push(new Uint8Array(bytes.subarray(start)));
    this.#size += bytes.length - start;
    if (this.#size > LONGEST_LINE) throw malformedAnswer();
  }

  /** @throws CtqError if a line is not complete */
  end(): void {
    if (this.#size > 0) throw malformedAnswer();
  }

  #items(rest: Uint8Array): readonly unknown[] {
    const line = this.#size === 0 ? rest : Buffer.concat([...this.#pieces, rest]);
    this.#pieces = [];
    this.#size = 0;
    let items: unknown;
    try {
      items = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8'));
    } catch {
      throw malformedAnswer();
    }
    if (!Array.isArray(items)) throw malformedAnswer();
    return items;
  }
}

const LINE_FEED = 0x0a;
