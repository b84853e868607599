/** Texts that are not in UTF-8, as UTF-8. */
import { isAscii, isUtf8 } from 'node:buffer';

export type Encoding = 'UTF-8' | 'UTF-16' | 'Windows-1252';

/** Bytes at the beginning of a file, decompressed, that decide its encoding, and within which its columns must be. */
export const HEAD = 64 * 1024;

/** Bytes of the longest character. */
const LONGEST = 4;

/** The encoding of UTF-16 that a byte order mark shows; undefined for any other text. */
export const markOf = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;

/** What Windows-1252 has in place of the control characters of Latin-1. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const windows = (bytes: string): string => bytes.replace(/[\x80-\x9f]/g, c => WINDOWS[c.charCodeAt(0) - 0x80]);

/** Characters of UTF-8, and bytes that are not, in a text that has a character for each byte. */
const WITH_OTHERS = /((?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+)|[\x80-\xff]+/g;

/** Whether bytes are UTF-8 but for a character that is cut off at their end. */
function isBegin(bytes: Buffer): boolean {
  for (let end = bytes.length; end >= 0 && end > bytes.length - LONGEST; end--)
    if (isUtf8(bytes.subarray(0, end))) return true;
  return false;
}

/**
 * A text as UTF-8 without a byte order mark. Bytes that are not UTF-8 are Windows-1252: all of them, or where the beginning has characters
 * of UTF-8 those that are not, so that what a beginning means does not depend on what follows.
 */
export function asUtf8(bytes: Buffer): { readonly bytes: Buffer; readonly encoding: Encoding } {
  const mark = markOf(bytes);
  if (mark !== undefined)
    return { bytes: Buffer.from(new TextDecoder(mark).decode(bytes), 'utf8'), encoding: 'UTF-16' };
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const own = hasMark ? bytes.subarray(3) : bytes;
  if (isUtf8(own)) return { bytes: own, encoding: 'UTF-8' };
  const head = bytes.subarray(0, HEAD);
  const isMixed = hasMark || (bytes.length > HEAD && !isAscii(head) && isBegin(head));
  const latin1 = own.toString('latin1');
  const text = isMixed
    ? latin1.replace(WITH_OTHERS, (found, characters: string | undefined) =>
        characters === undefined ? windows(found) : Buffer.from(found, 'latin1').toString('utf8'),
      )
    : windows(latin1);
  return { bytes: Buffer.from(text, 'utf8'), encoding: 'Windows-1252' };
}

/** The beginning of a text. @param bytes at least the first `HEAD`, or all */
export function headText(bytes: Buffer): string {
  const head = bytes.subarray(0, HEAD);
  const { bytes: text } = head.length === HEAD && isBegin(head) ? { bytes: head } : asUtf8(head);
  return text.toString('utf8').replace(/^\ufeff/, '');
}

/** Pieces of a text, those of UTF-16 with a byte order mark as UTF-8, all others unchanged. */
export async function* piecesInUtf8(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let isFirst = true;
  for await (const piece of pieces) {
    if (isFirst && piece.length > 0) {
      isFirst = false;
      const mark = markOf(piece);
      decoder = mark && new TextDecoder(mark);
    }
    yield decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }), 'utf8');
  }
  if (decoder !== undefined) yield Buffer.from(decoder.decode(), 'utf8');
}
