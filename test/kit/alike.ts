/** Reads a text with and without remembering the shapes of its entries. */
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { detectFormat, openReader } from '../../src/engine/formats/reading/detect.js';
import { Entries } from '../../src/engine/formats/reading/entries.js';
import { ParseReport } from '../../src/engine/formats/reading/parse-report.js';
import { NOW } from './snapshot.js';

export interface Reading {
  /** In hexadecimal. */
  readonly messages: readonly string[];
  readonly read: number;
  readonly warnings: readonly string[];
}

/**
 * @param size of the pieces that the text comes in
 * @param parts of flows that are needed
 * @returns undefined for a text in no known format. @throws CtqError
 */
export async function readingOf(
  text: Uint8Array,
  size: number,
  parts: number,
  mostShapes?: number,
): Promise<Reading | undefined> {
  const warnings: string[] = [];
  const report = new ParseReport('x', message => warnings.push(message));
  const labelBit = (name: string): number | undefined => (name === 'five' ? 5 : name === 'one' ? 1 : undefined);
  const entries = new Entries({ labelBit, taken: NOW, parts, mostShapes }, report);
  const format = await detectFormat(Buffer.from(text).toString('latin1'), true, 'x');
  if (format === undefined || format === 'nothing') return undefined;
  const reader = await openReader(format, entries, Buffer.from(text.subarray(0, 65_536)).toString('latin1'));
  const messages: string[] = [];
  const view = new MessageView();
  const take = (all: boolean): void => {
    for (const { bytes } of entries.take(all)) {
      for (let at = 0; at < bytes.length; ) {
        const begin = at;
        at = view.set(bytes, at);
        messages.push(Buffer.from(bytes.subarray(begin, at)).toString('hex'));
      }
    }
  };
  for (let at = 0; at < text.length; at += size) {
    reader.read(text.subarray(at, at + size));
    take(false);
  }
  reader.end();
  take(true);
  report.finish(entries.read);
  return { messages, read: entries.read, warnings };
}
