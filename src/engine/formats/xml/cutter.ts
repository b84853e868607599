/**
 * Cuts XML into its `<flow>` elements as it comes, so that a document of any size takes the memory of one element. It knows what may
 * hide a tag (comments, CDATA, processing instructions, quoted attributes, the document type), and namespace prefixes.
 */
const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;

/** What hides tags, and how it ends. */
const HIDDEN = [
  { begin: Buffer.from('<!--'), end: Buffer.from('-->') },
  { begin: Buffer.from('<![CDATA['), end: Buffer.from(']]>') },
  { begin: Buffer.from('<?'), end: Buffer.from('?>') },
] as const;

export function startsWith(bytes: Buffer, at: number, word: Uint8Array): boolean {
  if (at + word.length > bytes.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

/** What hides tags at a place; undefined for a tag. */
export const hiddenAt = (bytes: Buffer, at: number): { begin: Buffer; end: Buffer } | undefined =>
  HIDDEN.find(({ begin }) => startsWith(bytes, at, begin));

/** Where a tag that begins at `at` ends, after its `>`, or before a `<`, which no tag holds; -1 where its end has not come. */
export function tagEnd(bytes: Buffer, at: number): number {
  let quote = 0;
  for (let i = at + 1; i < bytes.length; i++) {
    const c = bytes[i];
    if (c === LESS) return i;
    if (quote !== 0) {
      if (c === quote) quote = 0;
    } else if (c === GREATER) return i + 1;
    else if (c === QUOTE || c === APOSTROPHE) quote = c;
  }
  return -1;
}

/** Where a document type ends; its declarations may be in brackets. -1 where its end has not come. */
export function doctypeEnd(bytes: Buffer, at: number): number {
  const gt = bytes.indexOf(GREATER, at);
  const bracket = bytes.indexOf(0x5b, at);
  if (gt < 0 || bracket < 0 || bracket > gt) return gt < 0 ? -1 : gt + 1;
  const close = bytes.indexOf(']', bracket);
  const end = close < 0 ? -1 : bytes.indexOf(GREATER, close);
  return end < 0 ? -1 : end + 1;
}

/** The name of the tag at `at`, without its prefix: `flow` of `<ct:flow type="new">` and of `</flow>`. */
export function localName(bytes: Buffer, at: number): string {
  let begin = at + (bytes[at + 1] === SLASH ? 2 : 1);
  let end = begin;
  for (; end < bytes.length && end - begin < 64; end++) {
    const c = bytes[end];
    if (c <= 0x20 || c === GREATER || c === SLASH) break;
    if (c === COLON) begin = end + 1;
  }
  return bytes.toString('latin1', begin, end);
}

/** Where an element ends. */
export interface Cut {
  /** Behind its closing tag; -1: it has not come. */
  readonly end: number;
  /** Where another flow begins inside, which none can: this one was cut off. */
  readonly next: number;
}

const UNENDED: Cut = { end: -1, next: -1 };

/** The flow that begins at `from`, tag by tag. */
export function cutFlow(bytes: Buffer, from: number): Cut {
  for (let at = from; ; ) {
    const tag = bytes.indexOf(LESS, at);
    if (tag < 0) return UNENDED;
    const hidden = hiddenAt(bytes, tag);
    if (hidden !== undefined) {
      const close = bytes.indexOf(hidden.end, tag + hidden.begin.length);
      if (close < 0) return UNENDED;
      at = close + hidden.end.length;
      continue;
    }
    at = tagEnd(bytes, tag);
    // Without its end it may not even have its name.
    if (at < 0) return UNENDED;
    if (localName(bytes, tag) !== 'flow') continue;
    if (bytes[tag + 1] === SLASH) return { end: at, next: -1 };
    if (tag > from) return { end: -1, next: tag };
    if (bytes[at - 1] === GREATER && bytes[at - 2] === SLASH) return { end: at, next: -1 };
  }
}
