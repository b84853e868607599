/** Which format a snapshot is in: found out from its first bytes, never from its name. */
import { EncodeError } from '../../ctnetlink/encode-error.js';
import { CtqError } from '../../errors.js';
import { isIdle, withoutColors, withoutQuote } from './decoration.js';
import { Entries } from './entries.js';
import { LINE_FORMATS, type LineFormat, type LineFormatName, nearestTo } from './line-formats.js';
import { Lines } from './lines.js';
import { ParseError } from './parse-error.js';
import { excerpt, type ParseReport } from './parse-report.js';
import type { Reader } from './reader.js';

export type FormatName = LineFormatName | 'json' | 'xml';

/** The reader of a format; those that not every file needs are loaded when they are asked for. */
export async function readerOf(format: FormatName, entries: Entries): Promise<Reader> {
  switch (format) {
    case 'json':
      return new (await import('../json/reader.js')).Json(entries);
    case 'xml':
      return new (await import('../xml/reader.js')).Xml(entries);
    default: {
      const { make, entry } = LINE_FORMATS[format];
      return new Lines(entries, make(entries), entry);
    }
  }
}

/** Bytes, and lines, in which something must be recognised. */
const LONGEST_HEAD = 64 * 1024;
const TRIED = 20;
/** Bytes in which XML must have told what it holds. */
const LONGEST_ROOT = 1024;

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

export const withoutMark = (head: string): string => (head.startsWith(BYTE_ORDER_MARK) ? head.slice(3) : head);

/** What XML may begin with before its first element. */
const PROLOG = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^[>]*(?:\[[\s\S]*?\]\s*)?>)*/;

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
  // Syslog's priority: `<30>1 2026-…`.
  if (begin.startsWith('<') && !/^<\d{1,3}>/.test(begin)) {
    const root = /^<[^>?!]+>/.exec(begin.slice(PROLOG.exec(begin)![0].length));
    if (root === null && !isAll && begin.length < LONGEST_ROOT) return undefined;
    if (root !== null && root[0] === '<rows>') throw unknown(name, begin, COLUMNS);
    return 'xml';
  }
  if (/^(\{|\[\s*(\{|\]))/.test(begin)) return 'json';
  const lines = text.split('\n');
  // The last one may be cut off by the end of what has come.
  const whole = isAll ? lines : lines.slice(0, -1);
  let tried = 0;
  let first: string | undefined;
  for (const line of whole) {
    if (isIdle(line)) continue;
    const format = formatOfLine(withoutColors(line));
    if (format !== undefined) return format;
    first ??= line;
    if (++tried === TRIED) break;
  }
  if (tried === 0 && isAll) return begin === '[' ? 'json' : 'nothing';
  if (!isAll && tried < TRIED && head.length < LONGEST_HEAD) return undefined;
  if (head.includes('\0')) {
    throw new CtqError({ code: 'snapshot-binary', kind: 'input', message: `${name} is a binary file`, hint: FORMATS });
  }
  if (/^"?(family|proto|src|orig\.|count)/.test(begin) && !/\s/.test(begin.split(/\r?\n/)[0])) {
    throw unknown(name, begin, COLUMNS);
  }
  throw unknown(name, first ?? begin, FORMATS, first === undefined ? undefined : reasonOf(withoutColors(first)));
}

const COLUMNS =
  'these are columns, of which no entry can be made; write whole entries: output jsonl, save, extended or xml';

function formatOfLine(line: string): LineFormatName | undefined {
  for (const name of Object.keys(LINE_FORMATS) as LineFormatName[]) {
    const format = LINE_FORMATS[name];
    if (format.entry.test(line) && faultOf(format, line) === undefined) return name;
  }
  return undefined;
}

/** Why a line is no entry of the format that it is most like; undefined where it is like none. */
function reasonOf(line: string): string | undefined {
  const names = Object.keys(LINE_FORMATS) as LineFormatName[];
  const format = names.map(name => LINE_FORMATS[name]).find(({ entry }) => entry.test(line)) ?? nearestTo(line);
  if (format === undefined) return undefined;
  const fault = faultOf(format, line);
  return fault === undefined ? undefined : `as ${format.called}: ${fault}`;
}

const SILENT: Partial<ParseReport> = { skip() {}, note() {}, unknown() {}, prefix() {} };

/** Why the entry of a line cannot be read; undefined where it can. */
function faultOf(format: LineFormat, line: string): string | undefined {
  const at = Math.max(line.search(format.entry), 0);
  const entries = new Entries({ labelBit: () => undefined, taken: 0 }, SILENT as ParseReport);
  const bytes = Buffer.from(withoutQuote(line.slice(at), line.slice(0, at)), 'latin1');
  let fault: string | undefined;
  try {
    format.make(entries).read(bytes, 0, bytes.length);
  } catch (error) {
    if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
    fault = error.message;
  }
  return fault;
}

function checkEncoding(head: string, name: string): void {
  if (head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff')) {
    throw new CtqError({
      code: 'snapshot-encoding',
      kind: 'input',
      message: `${name} is encoded as UTF-16`,
      hint: 'convert it to UTF-8: iconv -f UTF-16 -t UTF-8 FILE',
    });
  }
}

const FORMATS =
  'what can be read: lines, save, xml and event logs of conntrack(8), conntrackd -i, /proc/net/nf_conntrack, dump-conntrack of Open vSwitch, LOGEMU of ulogd, json and jsonl of ctq; also in syslog, and with gzip or zstd';

function unknown(name: string, begin: string, hint: string, reason?: string): CtqError {
  const message = `${name} is in no known format; it begins with ${excerpt(begin.split('\n')[0])}`;
  return new CtqError({
    code: 'snapshot-format',
    kind: 'input',
    message: reason === undefined ? message : `${message}; ${reason}`,
    hint,
  });
}
