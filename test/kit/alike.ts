/** Reads a text with and without remembering the shapes of its entries, in order and divided. */

import { readerOf } from '../../src/engine/ctnetlink/fields/accessors.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { cutOf, detectFormat, openReader } from '../../src/engine/formats/detect.js';
import { Entries } from '../../src/engine/formats/reading/entries.js';
import { partsOf } from '../../src/engine/formats/reading/parts.js';
import { type PieceOrder, PieceReader, type PieceResult } from '../../src/engine/formats/reading/piece-reader.js';
import { isDivisible } from '../../src/engine/formats/reading/reader.js';
import { ParseReport } from '../../src/engine/formats/reading/report/parse-report.js';
import type { Chunk } from '../../src/engine/netlink/messages/streams.js';
import { DividedText, type OtherReader } from '../../src/engine/sources/snapshot/divided/divided-text.js';
import type { PieceSizes, SharedPieces } from '../../src/engine/sources/snapshot/divided/shared-pieces.js';
import { NOW } from './snapshot.js';

const LABELS: ReadonlyMap<string, number> = new Map([
  ['one', 1],
  ['five', 5],
]);

/** In the place of another thread: it claims a piece whenever it is asked for one, and reads it when nothing else is to be done. */
class SameThread implements OtherReader {
  isOver = false;
  readonly #reader: PieceReader;
  readonly #pieces: SharedPieces;
  readonly #results = new Map<number, PieceResult>();
  #claimed: number | undefined;

  constructor(order: PieceOrder, pieces: SharedPieces) {
    this.#reader = new PieceReader(order);
    this.#pieces = pieces;
  }

  take(piece: number): PieceResult | undefined {
    this.#claimed ??= this.#pieces.claim();
    return this.#results.get(piece);
  }

  async next(): Promise<void> {
    const piece = this.#claimed!;
    this.#claimed = undefined;
    this.#results.set(piece, await this.#reader.read(this.#pieces.textOf(piece), this.#pieces.messagesOf(piece)));
  }

  async close(): Promise<void> {
    this.isOver = true;
  }
}

export interface Reading {
  /** In hexadecimal; or the values of the fields. */
  readonly messages: readonly string[];
  readonly read: number;
  readonly warnings: readonly string[];
}

/**
 * @param size of the pieces that the text comes in
 * @param fields that are used
 * @returns undefined for a text in no known format. @throws CtqError
 */
export async function readingOf(
  text: Uint8Array,
  size: number,
  fields: readonly string[] | 'all',
  { mostShapes, division }: { readonly mostShapes?: number; readonly division?: PieceSizes } = {},
): Promise<Reading | undefined> {
  const warnings: string[] = [];
  const report = new ParseReport('x', message => warnings.push(message));
  const labelBit = (name: string): number | undefined => LABELS.get(name);
  const entries = new Entries({ labelBit, taken: NOW, parts: partsOf(fields), mostShapes }, report);
  const format = await detectFormat(Buffer.from(text).toString('latin1'), true, 'x');
  if (format === undefined || format === 'nothing') return undefined;
  const reader = await openReader(format, entries, Buffer.from(text.subarray(0, 65_536)).toString('latin1'));
  const messages: string[] = [];
  const view = new MessageView();
  const take = ({ bytes }: Chunk): void => {
    for (let at = 0; at < bytes.length; ) {
      const begin = at;
      at = view.set(bytes, at);
      const isWhole = fields === 'all' || view.isExpectation;
      messages.push(
        isWhole
          ? Buffer.from(bytes.subarray(begin, at)).toString('hex')
          : fields.map(name => String(readerOf('conntrack', name)(view))).join(),
      );
    }
  };
  const cut = cutOf(format);
  if (division !== undefined && cut !== undefined && isDivisible(reader)) {
    const begin = Buffer.from(text.subarray(0, 65_536)).toString('latin1');
    const start = (order: PieceOrder, pieces: SharedPieces): OtherReader => new SameThread(order, pieces);
    const divided = new DividedText({ reader, format, begin, cut }, entries, report, LABELS, division, start);
    for (let at = 0; at < text.length; at += size)
      for await (const chunk of divided.read(text.subarray(at, at + size))) take(chunk);
    for await (const chunk of divided.end()) take(chunk);
  } else {
    for (let at = 0; at < text.length; at += size) {
      reader.read(text.subarray(at, at + size));
      for (const chunk of entries.take(false)) take(chunk);
    }
  }
  reader.end();
  for (const chunk of entries.take(true)) take(chunk);
  report.finish(entries.read);
  return { messages, read: entries.read, warnings };
}
