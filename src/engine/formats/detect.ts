/** Which format a snapshot is in: decided by its first bytes, never by its name. */
import { headerHint } from '../../lang/schema/formats/headers.js';
import { EncodeError } from '../ctnetlink/codec/encode-error.js';
import { CtqError } from '../errors.js';
import { headerOf as headerOfColumns } from './delimited/header.js';
import type { Cut } from './reading/cutting/cuts.js';
import { Lines } from './reading/cutting/lines.js';
import { ObjectCutter, Objects } from './reading/cutting/objects.js';
import { isContinuation } from './reading/cutting/wrapped-lines.js';
import { isIdle, withoutColors } from './reading/decoration.js';
import { Entries } from './reading/entries.js';
import { binaryIn, foreignIn } from './reading/foreign.js';
import { withoutQuote, withoutSeparator } from './reading/line-end.js';
import { otherFormat } from './reading/other-format.js';
import type { LineFormat, ObjectFormat, Reader } from './reading/reader.js';
import { attempt, ParseError } from './reading/report/parse-error.js';
import { excerpt, type Report } from './reading/report/parse-report.js';
import { parseObject } from './reading/text/json-value.js';
import { READ_FORMATS, type ReadFormatName } from './registry.js';

/** The reader of a format. @param begin the first bytes of the file, a character a byte */
export async function openReader(name: ReadFormatName, entries: Entries, begin?: string): Promise<Reader> {
  const format = READ_FORMATS[name];
  const lines = 'lines' in format ? await format.lines() : undefined;
  entries.report.recognised?.({
    otherFormat: line => otherFormat(name, line),
    seemsEntry: line => lines === undefined || seemsEntry(lines, line),
    hasStates: 'hasStates' in format,
  });
  if ('reader' in format) return format.reader(entries);
  if ('objects' in format) return new Objects(entries, await format.objects());
  return new Lines(entries, lines!, begin);
}

const seemsEntry = (format: LineFormat, line: string): boolean =>
  format.hasHeader === true ||
  line.includes('\0') ||
  format.entry.test(line) ||
  format.resembles.test(line) ||
  isContinuation(format, line);

/** Where the files of a format can be divided; undefined if they cannot. */
export function cutOf(name: ReadFormatName): Cut | undefined {
  const format = READ_FORMATS[name];
  return 'cut' in format ? format.cut : undefined;
}

/** Whether the lines of a format are entries each, so that reading may begin at any of them. */
export const isLineFormat = (name: ReadFormatName): boolean => 'lines' in READ_FORMATS[name];

/** The line that must be read before any other; empty if there is none. @param begin of the file */
export async function headerOf(name: ReadFormatName, begin: string): Promise<string> {
  const format = READ_FORMATS[name];
  const lines = 'lines' in format ? await format.lines() : undefined;
  return lines?.hasHeader === true ? begin.slice(0, begin.indexOf('\n') + 1) : '';
}

type Named<T> = T & { readonly name: ReadFormatName };

const lineFormats = (): Promise<Named<LineFormat>[]> =>
  Promise.all(
    Object.entries(READ_FORMATS).flatMap(([name, format]) =>
      'lines' in format ? [format.lines().then(lines => ({ ...lines, name: name as ReadFormatName }))] : [],
    ),
  );

const objectFormats = (): Promise<Named<ObjectFormat>[]> =>
  Promise.all(
    Object.entries(READ_FORMATS).flatMap(([name, format]) =>
      'objects' in format ? [format.objects().then(objects => ({ ...objects, name: name as ReadFormatName }))] : [],
    ),
  );

/** Bytes, lines and objects within which an entry must be recognised. */
const LONGEST_HEAD = 64 * 1024;
const MAX_TRIED = 20;
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
  checkBinary(head, name);
  const text = withoutMark(head);
  const begin = text.trimStart();
  // `<30>1 2026-…` is syslog's priority.
  if (begin.startsWith('<') && !/^<\d{1,3}>/.test(begin)) return xmlOf(begin, isAll, name);
  // `{code}` is that of wikis.
  if (/^(?:\{(?![a-z:]+\})|\[\s*(?:\{|\]))/.test(begin)) return objectsOf(begin, isAll, name);
  const formats = await lineFormats();
  const lines = text.split('\n');
  // The last line may be incomplete.
  const whole = isAll ? lines : lines.slice(0, -1);
  const tried: string[] = [];
  for (const line of whole) {
    if (isIdle(line)) continue;
    const format = formatOfLine(withoutColors(line), formats);
    if (format !== undefined) return format;
    if (tried.push(line) === MAX_TRIED) break;
  }
  if (tried.length === 0 && isAll) {
    checkForeign(whole, name);
    return begin === '[' ? 'json' : 'nothing';
  }
  if (!isAll && tried.length < MAX_TRIED && head.length < LONGEST_HEAD) return undefined;
  const found = formatOfLines(text, formats);
  if (found !== undefined) return found;
  checkForeign(tried.length > 0 ? tried : [begin], name);
  if (head.includes('\0')) {
    throw new CtqError({ code: 'snapshot-binary', kind: 'input', message: `${name} is a binary file`, hint: READABLE });
  }
  const [first] = tried;
  if (first === undefined) throw unknown(name, begin);
  const line = withoutColors(first);
  const nearest = formats.find(({ entry }) => entry.test(line)) ?? formats.find(each => each.resembles.test(line));
  const fault = nearest && faultOf(nearest, line);
  const reason = fault === undefined ? undefined : `as ${nearest!.called}: ${fault}`;
  const ofColumns = headerHint(headerOfColumns(Buffer.from(begin, 'latin1').toString('utf8')).kind, name);
  if (ofColumns !== undefined) throw unknown(name, first, undefined, ofColumns);
  const hint = nearest === undefined && areSpaced(tried) ? SPACED.replaceAll('FILE', name) : READABLE;
  throw unknown(name, first, reason, nearest?.hasHeader ? COLUMNS : hint);
}

const SPACED = "columns are separated by commas, semicolons, tabs or bars: tr -s ' ' ',' < FILE > FILE.csv";

/** Whether lines are columns with spaces between them: as many words in each. */
function areSpaced(lines: readonly string[]): boolean {
  const counts = lines.map(line => line.trim().split(/\s+/).length);
  return lines.length > 1 && counts[0] > 1 && counts.every(count => count === counts[0]);
}

function xmlOf(begin: string, isAll: boolean, name: string): 'xml' | undefined {
  const root = /^<[^>?!]+>/.exec(begin.slice(PROLOG.exec(begin)![0].length));
  if (root === null && !isAll && begin.length < LONGEST_PROLOG) return undefined;
  if (root !== null && root[0] === '<rows>') throw unknown(name, begin, undefined, COLUMNS);
  checkForeign([begin], name);
  return 'xml';
}

/** Members of entries in ctq's own JSON, and of what it reports between them. */
const OWN = ['orig', 'mask', 'master', 'event'] as const;

/** The format of JSON: that of the first object which is an entry in one. */
async function objectsOf(begin: string, isAll: boolean, name: string): Promise<ReadFormatName | undefined> {
  const formats = await objectFormats();
  let tried = 0;
  for (const { text } of new ObjectCutter().cut(begin, () => {})) {
    const object = attempt(() => parseObject(text));
    if (object !== undefined) {
      const format = formats.find(each => each.matches(object));
      if (format !== undefined) return format.name;
      if (OWN.some(member => object[member] !== undefined)) return 'json';
    }
    if (++tried === MAX_TRIED) break;
  }
  if (tried < MAX_TRIED && begin.length < LONGEST_HEAD && !isAll) return undefined;
  checkForeign([begin], name);
  return 'json';
}

const COLUMNS =
  'whole entries are written by output jsonl, save, extended or xml; other columns are a table where a statement names them';

const formatOfLine = (line: string, formats: readonly Named<LineFormat>[]): ReadFormatName | undefined =>
  formats.find(format => format.entry.test(line) && faultOf(format, line) === undefined)?.name;

/** The format in which a text has entries that no line holds alone. */
const formatOfLines = (text: string, formats: readonly Named<LineFormat>[]): ReadFormatName | undefined =>
  formats.find(format => {
    const entries = silentEntries();
    const lines = new Lines(entries, format, text);
    lines.read(Buffer.from(text, 'latin1'));
    lines.end();
    return entries.read > 0;
  })?.name;

const SILENT: Report = { skip() {}, note() {}, unknown() {}, accept() {}, discard() {}, prefix() {} };

/** For a few entries: made for each line and format that is tried. */
const silentEntries = (): Entries => new Entries({ labelBit: () => undefined, taken: 0 }, SILENT, 512);

/** Why the entry in a line cannot be read; undefined if it can. */
function faultOf(format: LineFormat, line: string): string | undefined {
  const at = Math.max(line.search(format.entry), 0);
  const { entry } = withoutQuote(line.slice(at), line.slice(0, at), format);
  const bytes = Buffer.from(format.isOneLine ? entry : withoutSeparator(entry), 'latin1');
  let fault: string | undefined;
  try {
    format.make(silentEntries()).read(bytes, 0, bytes.length);
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

/** @throws CtqError for a file of bytes */
function checkBinary(head: string, name: string): void {
  const found = binaryIn(head);
  if (found === undefined) return;
  const { what, hint = READABLE } = found;
  const message = `${name} is not a dump of connection tracking but ${what}`;
  throw new CtqError({ code: 'snapshot-format', kind: 'input', message, hint: hint.replace('FILE', name) });
}

const WRITERS = [...new Set(Object.values(READ_FORMATS).flatMap<string>(({ writers }) => writers))];
const READABLE = `readable are the files of ${WRITERS.slice(0, -1).join(', ')} and ${WRITERS.at(-1)}, and columns in CSV, TSV and JSON, compressed or not`;

/** @throws CtqError for what another program writes that is not about connection tracking */
function checkForeign(lines: readonly string[], name: string): void {
  const found = foreignIn(lines);
  if (found === undefined) return;
  const { what, hint = READABLE } = found;
  throw new CtqError({
    code: 'snapshot-format',
    kind: 'input',
    message: `${name} is not a dump of connection tracking but ${what}; it begins with ${excerpt(lines[0].split('\n')[0])}`,
    hint: hint.replace('FILE', name),
  });
}

function unknown(name: string, begin: string, reason?: string, hint = READABLE): CtqError {
  const message = `${name} is in no known format; it begins with ${excerpt(begin.split('\n')[0])}`;
  return new CtqError({
    code: 'snapshot-format',
    kind: 'input',
    message: reason === undefined ? message : `${message}; ${reason}`,
    hint,
  });
}
