import type { Readable } from 'node:stream';
import type { FileShape } from '../../../lang/schema/environment.js';
import { HEAD, headText } from '../encoding.js';
import { beginningOf } from '../snapshot/compression/beginning.js';
import { compressionOf } from '../snapshot/compression/compressions.js';
import { beginningOfInput } from '../snapshot/input.js';
import { shapeOfText } from './peek.js';

/** Compressed bytes that give a beginning, whatever they were compressed with: bzip2 has blocks of 900 KB. */
const COMPRESSED = 1 << 20;

/**
 * What the beginning of standard input shows of its shape; it is read all the same later. Lines of entries are known by the first of them,
 * since others may come much later; a table of columns by as much as of a file, so that its columns depend on no pause of the writer.
 */
export async function shapeOfInput(stdin: Readable, signal?: AbortSignal): Promise<FileShape> {
  const isEnough = (bytes: Buffer): boolean =>
    compressionOf(bytes) === undefined
      ? bytes.length >= HEAD || isOfEntries(headText(bytes).trimStart())
      : bytes.length >= COMPRESSED;
  const bytes = await beginningOfInput(stdin, isEnough, signal);
  const compression = bytes && compressionOf(bytes);
  const head = bytes && compression ? beginningOf(compression, bytes, HEAD) : bytes;
  return head === undefined ? { kind: 'other' } : shapeOfText(headText(head));
}

/** Whether a text begins with an entry, or with what is not text at all. */
function isOfEntries(text: string): boolean {
  if (/^(?:\[\s*)?\{/.test(text)) {
    const shape = shapeOfText(text);
    return shape.kind === 'columns' && shape.mayHoldFlows;
  }
  const line = text.split('\n').find(each => !each.startsWith('#'));
  return line !== undefined && line.length < text.length && /[=<>\0]/.test(line);
}
