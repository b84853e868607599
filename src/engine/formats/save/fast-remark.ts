/**
 * The object that ctq writes behind the options of a `save` line, for what conntrack(8) has no option for: `# {"id":1,"use":1,…}`.
 */
import { IPPROTO } from '../../ctnetlink/constants.js';
import { wordEnd } from '../reading/byte-scan.js';
import type { Entries } from '../reading/entries.js';
import { extrasOf } from '../reading/flat-extras.js';
import { KnownWords } from '../reading/interner.js';
import { LineCursor } from '../reading/line-cursor.js';
import { type Extras, type FlatFlow, ORIG, REPLY } from '../reading/message-builder.js';
import { attempt } from '../reading/parse-error.js';
import { UINT32 } from '../reading/scan.js';
import { parseIso } from '../reading/time.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Members whose values differ from line to line. */
const MEMBERS = ['id', 'use', 'orig', 'reply', 'start'] as const;

/** Reads it where it stands, as far as it is as usual. */
export class UsualRemark {
  readonly #cursor = new LineCursor();
  readonly #members: KnownWords<Extras>;
  readonly #keys = new KnownWords(word => MEMBERS.find(name => name === word));

  constructor(entries: Entries) {
    this.#members = new KnownWords(word => extrasOf(word, entries));
  }

  /**
   * @param from where it opens
   * @param end of the line
   * @returns whether all of it could be read here
   */
  read(bytes: Uint8Array, from: number, end: number, flow: FlatFlow): boolean {
    for (let at = from + 1; ; at++) {
      if (bytes[at] !== QUOTE) return false;
      const keyEnd = wordEnd(bytes, at + 1, end, QUOTE);
      if (bytes[keyEnd + 1] !== COLON) return false;
      const begin = keyEnd + 2;
      const stop = memberEnd(bytes, begin, end);
      if (stop < 0) return false;
      switch (this.#keys.get(bytes, at + 1, keyEnd)) {
        case 'id':
          flow.id = this.#number(bytes, begin, stop);
          if (flow.id < 0 || flow.id > UINT32) return false;
          break;
        case 'use':
          flow.use = this.#number(bytes, begin, stop);
          if (flow.use < 0 || flow.use > UINT32) return false;
          break;
        case 'orig':
          if (!this.#counts(flow, ORIG, bytes, begin, stop)) return false;
          break;
        case 'reply':
          if (!this.#counts(flow, REPLY, bytes, begin, stop)) return false;
          break;
        case 'start':
          if (!this.#start(flow, bytes, begin, stop)) return false;
          break;
        default: {
          const extras = this.#members.get(bytes, at, stop);
          if (extras === undefined) return false;
          if (extras.tcp !== undefined && flow.proto !== IPPROTO.TCP) return false;
          Object.assign(flow.extras, extras);
        }
      }
      at = stop;
      if (bytes[at] === CLOSE) return at + 1 === end;
      if (bytes[at] !== COMMA) return false;
    }
  }

  /** `{"packets":N,"bytes":N}`. */
  #counts(flow: FlatFlow, side: number, bytes: Uint8Array, from: number, end: number): boolean {
    if (!startsWith(bytes, from, end, PACKETS)) return false;
    const begin = from + PACKETS.length;
    const stop = wordEnd(bytes, begin, end, COMMA);
    if (!startsWith(bytes, stop, end, BYTES)) return false;
    flow.packets[side] = this.#number(bytes, begin, stop);
    flow.bytes[side] = this.#number(bytes, stop + BYTES.length, end - 1);
    return bytes[end - 1] === CLOSE && flow.packets[side] >= 0 && flow.bytes[side] >= 0;
  }

  #start(flow: FlatFlow, bytes: Uint8Array, from: number, end: number): boolean {
    if (bytes[from] !== QUOTE || bytes[end - 1] !== QUOTE) return false;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from + 1, end - from - 2).toString('latin1');
    const start = attempt(() => parseIso(text));
    if (start === undefined) return false;
    flow.start = start;
    return true;
  }

  /** A number of JSON: no zeros stand in front. */
  #number(bytes: Uint8Array, from: number, end: number): number {
    const cursor = this.#cursor;
    cursor.set(bytes, from, end);
    const n = cursor.decimal(Number.MAX_SAFE_INTEGER);
    return cursor.at !== end || (end - from > 1 && bytes[from] === ZERO) ? -1 : n;
  }
}

const PACKETS = Buffer.from('{"packets":', 'latin1');
const BYTES = Buffer.from(',"bytes":', 'latin1');

function startsWith(bytes: Uint8Array, from: number, end: number, word: Uint8Array): boolean {
  if (from + word.length > end) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}

/** Where the value of a member ends: at a comma or a brace that is not inside of it. -1 for what has escapes, or no end. */
function memberEnd(bytes: Uint8Array, from: number, end: number): number {
  let depth = 0;
  let inText = false;
  for (let at = from; at < end; at++) {
    const c = bytes[at];
    if (c === 0x5c) return -1;
    if (c === QUOTE) inText = !inText;
    else if (inText) continue;
    else if (c === OPEN || c === 0x5b) depth++;
    else if (depth === 0 && (c === COMMA || c === CLOSE)) return at;
    else if (c === CLOSE || c === 0x5d) depth--;
  }
  return -1;
}
