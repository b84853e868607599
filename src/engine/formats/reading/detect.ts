/** Which format a snapshot is in: decided by its first bytes, never by its name. */
import { EncodeError } from '../../ctnetlink/encode-error.js';
import { CtqError } from '../../errors.js';
import { READ_FORMATS, type ReadFormatName } from '../registry.js';
import { isIdle, withoutColors, withoutQuote } from './decoration.js';
import { Entries } from './entries.js';
import { ParseError } from './parse-error.js';
import { excerpt, type ParseReport } from './parse-report.js';
import type { LineFormat, Reader } from './reader.js';
import { Lines } from './text/lines.js';

/** The reader of a format. */
export async function openReader(name: ReadFormatName, entries: Entries): Promise<Reader> {
  const format = READ_FORMATS[name];
  if ('reader' in format) return format.reader(entries);
  const lines = await format.lines();
  return new Lines(entries, lines.make(entries), lines.entry);
}

type NamedLineFormat = LineFormat & { readonly name: ReadFormatName };

const lineFormats = (): Promise<NamedLineFormat[]> =>
  Promise.all(
    Object.entries(READ_FORMATS).flatMap(([name, format]) =>
      'lines' in format ? [format.lines().then(lines => ({ ...lines, name: name as ReadFormatName }))] : [],
    ),
  );

/** Bytes and lines within which an entry must be recognised. */
const LONGEST_HEAD = 64 * 1024;
const MOST_TRIED = 20;
/** Bytes within which the root element of XML must begin. */
const LONGEST_PROLOG = 1024;

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

export const withoutMark = (head: string): string => (head.startsWith(BYTE_ORDER_MARK) ? head.slice(3) : head);

/** What XML may begin with before its first element. */
const PROLOG = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^[>]*(?:\[[\s\S]*?\]\s*)?>)*/;

/**
 * The format of a snapshot, from its beginning.
 * @param head its beginning, a character a byte
 * @param isAll nothing follows
 * @returns undefined while more bytes are needed; 'nothing' for a file without any content
 * @throws CtqError for a format that cannot be read
 */
export async function detectFormat(
  head: string,
  isAll: boolean,
  name: string,
): Promise<ReadFormatName | 'nothing' | undefined> {
  checkEncoding(head, name);
  const text = withoutMark(head);
  const begin = text.trimStart();
  // `<30>1 2026-…` is syslog's priority.
  if (begin.startsWith('<') && !/^<\d{1,3}>/.test(begin)) {
    const root = /^<[^>?!]+>/.exec(begin.slice(PROLOG.exec(begin)![0].length));
    if (root === null && !isAll && begin.length < LONGEST_PROLOG) return undefined;
    if (root !== null && root[0] === '<rows>') throw unknown(name, begin, COLUMNS);
    return 'xml';
  }
  if (/^(\{|\[\s*(\{|\]))/.test(begin)) return 'json';
  const formats = await lineFormats();
  const lines = text.split('\n');
  // The last line may be incomplete.
  const whole = isAll ? lines : lines.slice(0, -1);
  let tried = 0;
  let first: string | undefined;
  for (const line of whole) {
    if (isIdle(line)) continue;
    const format = formatOfLine(withoutColors(line), formats);
    if (format !== undefined) return format;
    first ??= line;
    if (++tried === MOST_TRIED) break;
  }
  if (tried === 0 && isAll) return begin === '[' ? 'json' : 'nothing';
  if (!isAll && tried < MOST_TRIED && head.length < LONGEST_HEAD) return undefined;
  if (head.includes('\0')) {
    throw new CtqError({ code: 'snapshot-binary', kind: 'input', message: `${name} is a binary file`, hint: READABLE });
  }
  if (/^"?(family|proto|src|orig\.|count)/.test(begin) && !/\s/.test(begin.split(/\r?\n/)[0])) {
    throw unknown(name, begin, COLUMNS);
  }
  throw unknown(
    name,
    first ?? begin,
    READABLE,
    first === undefined ? undefined : reasonOf(withoutColors(first), formats),
  );
}

const COLUMNS = 'a file of columns holds no whole entries; write them with output jsonl, save, extended or xml';

const formatOfLine = (line: string, formats: readonly NamedLineFormat[]): ReadFormatName | undefined =>
  formats.find(format => format.entry.test(line) && faultOf(format, line) === undefined)?.name;

/** Why a line is not an entry of the format that it resembles most; undefined where it resembles none. */
function reasonOf(line: string, formats: readonly LineFormat[]): string | undefined {
  const format = formats.find(({ entry }) => entry.test(line)) ?? formats.find(each => each.resembles.test(line));
  if (format === undefined) return undefined;
  const fault = faultOf(format, line);
  return fault === undefined ? undefined : `as ${format.called}: ${fault}`;
}

const SILENT: Partial<ParseReport> = { skip() {}, note() {}, unknown() {}, prefix() {} };

/** Why the entry in a line cannot be read; undefined where it can. */
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

const READABLE = `readable formats: ${Object.values(READ_FORMATS)
  .map(({ writers }) => writers)
  .join('; ')}; also in syslog, and compressed with gzip or zstd`;

function unknown(name: string, begin: string, hint: string, reason?: string): CtqError {
  const message = `${name} is in no known format; it begins with ${excerpt(begin.split('\n')[0])}`;
  return new CtqError({
    code: 'snapshot-format',
    kind: 'input',
    message: reason === undefined ? message : `${message}; ${reason}`,
    hint,
  });
}
