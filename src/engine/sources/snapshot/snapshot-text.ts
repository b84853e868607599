import { cutOf, detectFormat, openReader, withoutMark } from '../../formats/detect.js';
import type { Entries } from '../../formats/reading/entries.js';
import { isDivisible, type Reader } from '../../formats/reading/reader.js';
import type { ReadFormatName } from '../../formats/registry.js';
import type { Divisible } from './divided/divided-text.js';
import { type MailText, mailTextOf } from './mail-text.js';

/** How often the end of a line triggers another look at the beginning. */
const EAGER = 64;

/** A character a byte. */
const textOf = (piece: Uint8Array): string =>
  Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1');

/** Collects the beginning until the format is known, then hands the bytes to its reader. */
export class SnapshotText {
  readonly #entries: Entries;
  readonly #name: string;
  #head = '';
  /** How often it was looked at, and the length at which it will be again: a look at each byte of a slow pipe would take quadratic time. */
  #looks = 0;
  #nextLook = 0;
  #reader: Reader | undefined;
  /** How the text is decoded, where it is not as it was written. */
  #mail: MailText | undefined;
  #format: ReadFormatName | undefined;

  constructor(entries: Entries, name: string) {
    this.#entries = entries;
    this.#name = name;
  }

  /** @returns a promise only while the format is being detected */
  read(piece: Uint8Array): Promise<void> | undefined {
    if (this.#reader !== undefined) {
      this.#reader.read(this.#mail === undefined ? piece : Buffer.from(this.#mail.decode(textOf(piece)), 'latin1'));
      return undefined;
    }
    const text = textOf(piece);
    this.#head += text;
    const isTold = this.#looks < EAGER && /[\n>]/.test(text);
    if (this.#head.length < this.#nextLook && !isTold) return undefined;
    this.#looks++;
    this.#nextLook = this.#head.length * 1.25;
    return this.#recognise(false);
  }

  async #recognise(isAll: boolean): Promise<void> {
    const mail = mailTextOf(this.#head);
    const text = mail === undefined ? this.#head : mail.decode(this.#head);
    const format = await detectFormat(text, isAll, this.#name);
    if (format === undefined) return;
    this.#head = text;
    this.#mail = mail;
    if (mail !== undefined) this.#entries.report.note(mail.note);
    if (format === 'nothing') {
      this.#entries.report.note('no entries');
      return;
    }
    const begin = withoutMark(this.#head);
    this.#format = format;
    this.#reader = await openReader(format, this.#entries, begin);
    this.#reader.read(Buffer.from(begin, 'latin1'));
    this.#head = begin;
  }

  /** Whether the text so far ends within a line. */
  get isWithinLine(): boolean {
    return this.#reader?.isWithinLine === true;
  }

  /** How the rest of the file can be divided; undefined while it cannot. */
  get divisible(): Divisible | undefined {
    const reader = this.#reader;
    const format = this.#format;
    const cut = format && cutOf(format);
    if (this.#mail !== undefined) return undefined;
    if (reader === undefined || format === undefined || cut === undefined || !isDivisible(reader)) return undefined;
    return { reader, format, begin: this.#head, cut: reader.cut ?? cut };
  }

  async end(): Promise<void> {
    if (this.#reader === undefined) await this.#recognise(true);
    if (this.#mail !== undefined) this.#reader?.read(Buffer.from(this.#mail.end(), 'latin1'));
    this.#reader?.end();
  }
}
