/** Which format a snapshot is in: told by its first bytes, never by its name. */
import { CtqError } from '../../errors.js';
import { Json } from '../json/reader.js';
import { usualLine } from '../lines/fast-reader.js';
import { readLine } from '../lines/line.js';
import { usualSave } from '../save/fast-reader.js';
import { readSave } from '../save/reader.js';
import { isCommand } from '../save/save-options.js';
import { Xml } from '../xml/reader.js';
import { Entries } from './entries.js';
import { isIdle, Lines } from './lines.js';
import { Unreadable } from './parse-error.js';
import { excerpt } from './parse-report.js';
import type { Reader } from './reader.js';

export type FormatName = 'lines' | 'save' | 'json' | 'xml';

export const READERS = {
  lines: entries => new Lines(entries, line => readLine(line, entries), usualLine(entries)),
  save: entries => new Lines(entries, line => readSave(line, entries), usualSave(entries)),
  json: entries => new Json(entries),
  xml: entries => new Xml(entries),
} as const satisfies Record<FormatName, (entries: Entries) => Reader>;

/** Bytes, and lines, in which something must be recognised. */
const LONGEST_HEAD = 64 * 1024;
const TRIED = 20;
/** Bytes in which XML must have told what it holds. */
const LONGEST_ROOT = 1024;

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

export const withoutMark = (head: string): string => (head.startsWith(BYTE_ORDER_MARK) ? head.slice(3) : head);

/**
 * The format of a snapshot that begins so.
 * @param head its beginning, a character a byte
 * @param isAll nothing follows
 * @returns undefined while that cannot be told yet; 'nothing' for what holds nothing at all
 * @throws CtqError where it is none that can be read
 */
export function formatOf(head: string, isAll: boolean, name: string): FormatName | 'nothing' | undefined {
  checkEncoding(head, name);
  const text = withoutMark(head);
  const begin = text.trimStart();
  if (begin.startsWith('<')) {
    const root = /^(?:<\?[^>]*>\s*)?(<[^>?]*>)/.exec(begin);
    if (root === null && !isAll && begin.length < LONGEST_ROOT) return undefined;
    if (root !== null && root[1] === '<rows>') throw unknown(name, begin, COLUMNS);
    return 'xml';
  }
  if (/^(\{|\[\s*(\{|\]))/.test(begin)) return 'json';
  const lines = text.split('\n');
  // The last one may be cut off by the end of what has come.
  const whole = isAll ? lines : lines.slice(0, -1);
  let tried = 0;
  for (const line of whole) {
    if (isIdle(line)) continue;
    if (isCommand(line)) return 'save';
    if (isEntry(line)) return 'lines';
    if (++tried === TRIED) break;
  }
  if (tried === 0 && isAll) return begin === '[' ? 'json' : 'nothing';
  if (!isAll && tried < TRIED && head.length < LONGEST_HEAD) return undefined;
  if (head.includes('\0')) {
    throw new CtqError({ code: 'snapshot-binary', kind: 'input', message: `${name} is no text`, hint: FORMATS });
  }
  throw unknown(name, begin, /^"?(family|proto|src|orig\.|count)/.test(begin) ? COLUMNS : undefined);
}

const COLUMNS =
  'these are columns, of which no entry can be made; write whole entries: output jsonl, save, extended or xml';

function isEntry(line: string): boolean {
  const complaints = { skip() {}, note() {} } as unknown as Entries['complaints'];
  const entries = new Entries({ labelBit: () => undefined, taken: 0 }, complaints);
  try {
    readLine(line, entries);
    return true;
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

function checkEncoding(head: string, name: string): void {
  if (head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff')) {
    throw new CtqError({
      code: 'snapshot-encoding',
      kind: 'input',
      message: `${name} is encoded as UTF-16`,
      hint: 'let iconv turn it into UTF-8: iconv -f UTF-16 -t UTF-8 FILE',
    });
  }
}

const FORMATS =
  'what can be read: plain, extended, save, xml and event logs of conntrack(8), /proc/net/nf_conntrack, json and jsonl of ctq; also with gzip or zstd';

function unknown(name: string, begin: string, hint: string = FORMATS): CtqError {
  return new CtqError({
    code: 'snapshot-format',
    kind: 'input',
    message: `${name} is in no format that is known; it begins with ${excerpt(begin.split('\n')[0])}`,
    hint,
  });
}
