import { printable } from '../../../lang/diagnostics/printable.js';

/** Lines that are shown before they are only counted. */
const SHOWN = 3;
const LONGEST = 100;

/** What is told of a file beside its rows: the first lines that cannot be read, how many there were, and what was passed over. */
export class Complaints {
  skipped = 0;
  readonly #notes = new Set<string>();
  readonly #name: string;
  readonly #warn: (message: string, hint?: string) => void;

  constructor(name: string, warn: (message: string, hint?: string) => void) {
    this.#name = printable(name);
    this.#warn = warn;
  }

  /** @param text the line, byte for byte */
  skip(line: number, text: string, reason: string): void {
    this.skipped++;
    if (this.skipped <= SHOWN) this.#warn(`${this.#name}:${line}: skipped, ${printable(reason)}: ${excerpt(text)}`);
  }

  /** Something that is told once. */
  note(message: string, hint?: string): void {
    // What a file says is in the messages: there may be any number of them.
    if (this.#notes.has(message) || this.#notes.size > 20) return;
    this.#notes.add(message);
    this.#warn(`${this.#name}: ${printable(message)}`, hint);
  }

  finish(read: number): void {
    if (this.skipped <= 1 && read > 0) return;
    if (this.skipped > 0) {
      const entries = read === 1 ? '1 entry was' : `${read} entries were`;
      this.#warn(`${this.#name}: ${this.skipped} ${this.skipped === 1 ? 'line' : 'lines'} skipped, ${entries} read`);
    }
  }
}

/** The beginning of a line, with everything that could steer a terminal made visible. */
export function excerpt(bytes: string): string {
  const text = Buffer.from(bytes.slice(0, 4 * LONGEST), 'latin1')
    .toString('utf8')
    .trim();
  return `'${printable(text.slice(0, LONGEST))}${text.length > LONGEST ? '…' : ''}'`;
}
