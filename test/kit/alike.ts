/** Reads a text with and without remembering the shapes of its entries. */

import { readerOf } from '../../src/engine/ctnetlink/fields/accessors.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { detectFormat, openReader } from '../../src/engine/formats/reading/detect.js';
import { Entries } from '../../src/engine/formats/reading/entries.js';
import { ParseReport } from '../../src/engine/formats/reading/parse-report.js';
import { partsOf } from '../../src/engine/formats/reading/parts.js';
import { NOW } from './snapshot.js';

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
  mostShapes?: number,
): Promise<Reading | undefined> {
  const warnings: string[] = [];
  const report = new ParseReport('x', message => warnings.push(message));
  const labelBit = (name: string): number | undefined => (name === 'five' ? 5 : name === 'one' ? 1 : undefined);
  const entries = new Entries({ labelBit, taken: NOW, parts: partsOf(fields), mostShapes }, report);
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
        const isWhole = fields === 'all' || view.isExpectation;
        messages.push(
          isWhole
            ? Buffer.from(bytes.subarray(begin, at)).toString('hex')
            : fields.map(name => String(readerOf('conntrack', name)(view))).join(),
        );
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
