import type { Destination } from '../../output/destination.js';

const NEWLINE = 0x0a;

/** Writes the first lines of a text again at the top of each page, for pagers that cannot keep them on the screen. */
export class RepeatedHeader implements Destination {
  readonly #inner: Destination;
  readonly #headerLines: number;
  readonly #pageLines: number;
  /** The header, once it has been written. */
  #header: Uint8Array[] = [];
  /** Lines of the present page that are complete. */
  #lines = 0;
  #isFirstPage = true;

  /** @param headerLines fewer than `pageLines` */
  constructor(inner: Destination, headerLines: number, pageLines: number) {
    this.#inner = inner;
    this.#headerLines = headerLines;
    this.#pageLines = pageLines;
  }

  write(chunk: Uint8Array, done: () => void): void {
    const parts: Uint8Array[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE) + 1; from < chunk.length; end = chunk.indexOf(NEWLINE, end) + 1) {
      if (this.#lines === this.#pageLines) this.#beginPage(parts);
      const line = chunk.subarray(from, end === 0 ? chunk.length : end);
      if (this.#isFirstPage && this.#lines < this.#headerLines) this.#header.push(Uint8Array.from(line));
      parts.push(line);
      from += line.length;
      if (end === 0) break;
      this.#lines++;
    }
    this.#inner.write(Buffer.concat(parts), done);
  }

  /** The next line exists: a last page without rows has no header. */
  #beginPage(parts: Uint8Array[]): void {
    parts.push(...this.#header);
    this.#lines = this.#headerLines;
    this.#isFirstPage = false;
  }

  ready(): Promise<void> | undefined {
    return this.#inner.ready();
  }

  get waiting(): number {
    return this.#inner.waiting ?? 0;
  }

  get isUsers(): boolean {
    return this.#inner.isUsers === true;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  abort(): void {
    this.#inner.abort();
  }
}
