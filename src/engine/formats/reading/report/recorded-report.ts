import { MAX_PENDING, type Report, type Said, unknownWord } from './parse-report.js';

/** What is kept of one piece; a report shows fewer. */
const MAX = 64;

/** Keeps what is reported about a piece of a file, for the report of the file. */
export class RecordedReport implements Report {
  /** A line could not be read. */
  hasSkipped = false;
  #said = new Map<string, Said>();
  #pending: string[] = [];

  skip(): void {
    this.hasSkipped = true;
    this.#pending = [];
  }

  unknown(word: string): void {
    if (this.#pending.length < MAX_PENDING) this.#pending.push(word);
  }

  accept(): void {
    if (this.#pending.length === 0) return;
    for (const each of this.#pending) {
      const word = unknownWord(each);
      this.#say(`unknown ${word}`, { kind: 'unknown', word });
    }
    this.#pending = [];
  }

  discard(): void {
    this.#pending = [];
  }

  prefix(prefixKind: string, prefix: string, hasTime: boolean): void {
    this.#say(`prefix ${prefixKind}`, { kind: 'prefix', prefixKind, prefix, hasTime });
  }

  note(message: string, hint?: string): void {
    this.#say(`note ${message}`, { kind: 'note', message, hint });
  }

  #say(key: string, said: Said): void {
    if (this.#said.size < MAX && !this.#said.has(key)) this.#said.set(key, said);
  }

  /** What was said since the last call. */
  take(): readonly Said[] {
    if (this.#said.size === 0) return [];
    const all = [...this.#said.values()];
    this.#said = new Map();
    return all;
  }
}
