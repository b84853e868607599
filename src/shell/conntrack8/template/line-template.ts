import type { Field } from './field.js';

/**
 * Files of many lines have many of one form, which differ in their values alone, and so do the messages that they become. The
 * first line of a form is read by the parser (`template-of.ts`); the others are compared with it byte by byte between their
 * values, and these are written into a copy of its message. Whatever does not fit is left to the parser.
 */
export class LineTemplate {
  readonly #literals: readonly Uint8Array[];
  readonly #fields: readonly Field[];
  readonly #message: Uint8Array;

  /** @param literals what stands before each field, and behind the last one */
  constructor(literals: readonly Uint8Array[], fields: readonly Field[], message: Uint8Array) {
    this.#literals = literals;
    this.#fields = fields;
    this.#message = message;
  }

  /** The message of a line of this form, written at `to`. @returns its length; 0 where the line is of another form */
  fill(text: Uint8Array, from: number, end: number, out: Uint8Array, to: number): number {
    const fields = this.#fields;
    const literals = this.#literals;
    const message = this.#message;
    let at = from;
    for (let i = 0; ; i++) {
      const literal = literals[i];
      if (at + literal.length > end) return 0;
      for (let j = 0; j < literal.length; j++) if (text[at + j] !== literal[j]) return 0;
      at += literal.length;
      if (i === 0) out.set(message, to);
      if (i === fields.length) return at === end ? message.length : 0;
      at = fields[i].take(text, at, end, out, to);
      if (at < 0) return 0;
    }
  }
}
