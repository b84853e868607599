/** The rows of CSV and TSV. */

import { printable } from '../../../lang/diagnostics/printable.js';
import { CtqError } from '../../errors.js';
import { namesOf } from '../../formats/delimited/column-names.js';
import { cellsOf, type Dialect, type Separator } from '../../formats/delimited/dialect.js';
import { type Header, headerOf } from '../../formats/delimited/header.js';
import { unescapeTsv } from '../../formats/delimited/tsv.js';
import { notTerminated } from '../../formats/reading/report/cut-off.js';
import { nameOf } from '../standard-input.js';
import {
  type DataFileOptions,
  type DataRow,
  type Gathering,
  placeOf,
  STEP,
  type TableText,
  wrong,
} from './gathering.js';

/** @throws CtqError */
export async function readCsv(
  { written, bytes, head, isCut }: TableText,
  file: Gathering,
  options: DataFileOptions,
): Promise<void> {
  const header = headerOf(head.trimStart());
  if (header.kind !== 'columns' && !hasAll(file, header)) {
    const { refuseFormat } = await import('./refuse-format.js');
    await refuseFormat(file.path, written, header.kind, options);
    return;
  }
  const { parse } = await import('csv-parse');
  const { Readable } = await import('node:stream');
  const { begin, separator, lineEnd, hasComments } = header.dialect;
  const before = head.slice(0, head.length - head.trimStart().length + begin);
  const table = bytes.subarray(Buffer.byteLength(before));
  const place = { lineEnd, separator, before: before.split(lineEnd).length - 1 };
  const names = (cells: string[]): (string | false)[] => {
    const called = cells.map(written => file.names.next(written));
    file.columns.push(...called);
    // Whether a row is too short is known by its last cell.
    const isKept = (name: string, i: number): boolean =>
      (file.wanted?.has(name) ?? true) || (unread !== undefined && i === called.length - 1);
    return called.map((name, i) => isKept(name, i) && name);
  };
  const { warn, unread, hasLines = false } = options;
  const settings = {
    columns: names,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: separator,
    raw: hasComments,
    // The errors of a change name the line.
    info: hasLines,
    // Of several programs, a file may have both; without this, the first one would be that of all lines.
    record_delimiter: lineEnd === '\r' ? ['\r'] : ['\r\n', '\n'],
    ...(separator === '\t' ? { quote: null, cast: unescapeTsv } : { trim: true }),
  };
  const parser = Readable.from(piecesOf(table)).pipe(parse(settings));
  const cells = (): number => file.wanted?.size ?? file.columns.length;
  let comments = 0;
  let short = 0;
  let uneven = 0;
  let firstLong: number | undefined;
  try {
    for await (const found of parser) {
      const isWrapped = hasComments || hasLines;
      const row = isWrapped ? (found as WrappedRow).record : (found as DataRow);
      const info = isWrapped ? (found as WrappedRow).info : undefined;
      const line = info && info.lines + place.before;
      const isUneven = info !== undefined && info.invalid_field_length > uneven;
      uneven = info?.invalid_field_length ?? 0;
      if (hasComments && isComment((found as WrappedRow).raw, separator)) {
        comments++;
        continue;
      }
      const isShort = unread !== undefined && row[file.columns.at(-1) ?? ''] === undefined;
      if (isShort) short++;
      else if (isUneven) firstLong ??= line;
      file.add(row, cells(), line);
      const pause = file.rows.length % STEP === 0 ? file.pause() : undefined;
      if (pause !== undefined) await pause;
    }
  } catch (cause) {
    file.pause();
    // What is cut off may be a cell of several lines.
    if (!(isCut && (cause as CsvFault).code === 'CSV_QUOTE_NOT_CLOSED'))
      throw cause instanceof CtqError ? cause : wrong(file.path, ...quoteFault(cause as CsvFault, table, place));
  }
  uneven = parser.info.invalid_field_length - (file.columns.length > 1 ? comments : 0);
  if (uneven > 0) {
    if (endsShort(table, header, file)) unread?.(`${nameOf(file.path)} is cut off: its last row is not complete`);
    const long = uneven - short;
    if (unread !== undefined && long > 0)
      unread(
        `${placeOf(file.path, firstLong)}: ${long === 1 ? '1 row has' : `${long} rows have`} more cells than the header`,
      );
    const rows = uneven === 1 ? '1 row has' : `${uneven} rows have`;
    const columns = file.columns.length === 1 ? '1 column' : `${file.columns.length} columns`;
    warn?.(`${printable(file.path)}: ${rows} more or fewer cells than the header (${columns})`, UNEVEN);
  }
  // A change may be of a host whose address was cut.
  if (unread !== undefined && file.rows.length > 0 && !/[\r\n]$/.test(table.toString('latin1', table.length - 1)))
    unread(`${nameOf(file.path)}: ${notTerminated('line')}; if it is whole, end the line`);
}

/** Whether the last line has no end, and fewer cells than there are columns. */
function endsShort(table: Buffer, { dialect: { lineEnd, separator } }: Header, { columns }: Gathering): boolean {
  const last = table.subarray(table.lastIndexOf(lineEnd) + lineEnd.length).toString('latin1');
  return last !== '' && cellsOf(last, separator).length < columns.length;
}

/** Whether a first line that may be no header has the columns that are wanted. */
const hasAll = ({ wanted }: Gathering, { cells }: Header): boolean => {
  const names = new Set(namesOf(cells).map(name => name.toLowerCase()));
  return wanted !== undefined && wanted.size > 0 && [...wanted].every(name => names.has(name.toLowerCase()));
};

/** A row with the text that it was read of, and with what the parser had read by then. */
interface WrappedRow {
  readonly record: DataRow;
  readonly raw: string;
  readonly info?: { readonly lines: number; readonly invalid_field_length: number };
}

/** A line of one cell that begins as the comments before the header do. */
const isComment = (raw: string, separator: Separator): boolean =>
  raw.trimStart().startsWith('#') && !raw.includes(separator);

/** Where a table is in its file, for messages. */
interface Place extends Pick<Dialect, 'lineEnd' | 'separator'> {
  /** Lines before it. */
  readonly before: number;
}

/** An error of csv-parse: its code, and the line where it noticed it. */
interface CsvFault extends Error {
  readonly code?: string;
  readonly lines?: number;
}

const DOUBLED = 'a cell that has quotes is in quotes itself, and its own are doubled: "b""ob"';

/** What is wrong with the quotes of a file, its cause, and what to do. */
function quoteFault(cause: CsvFault, bytes: Buffer, place: Place): [why: string, cause: Error, hint?: string] {
  const { code, lines = 0, message } = cause;
  const line = lines + place.before;
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return [
        `line ${openQuoteLine(bytes, place)}: a quote is not closed`,
        cause,
        'close it; a quote in a cell is doubled: "b""ob"',
      ];
    case 'INVALID_OPENING_QUOTE':
      return [`line ${line}: a quote in a cell that does not begin with one`, cause, DOUBLED];
    case 'CSV_INVALID_CLOSING_QUOTE':
      return [`line ${line}: text after the closing quote of a cell`, cause, DOUBLED];
    default:
      return [message, cause];
  }
}

/** The line of the quote that nothing closes: the last one that begins a cell, outside of others. */
function openQuoteLine(bytes: Buffer, { lineEnd, separator, before }: Place): number {
  let line = before + 1;
  let opened = line;
  const quoted = new RegExp(`${lineEnd}|(?<=^|[${separator}${lineEnd}])[ \\t]*"(?:[^"]|"")*(?:"|$)`, 'g');
  for (const [found] of bytes.toString('latin1').matchAll(quoted)) {
    if (found !== lineEnd) opened = line;
    line += found.split(lineEnd).length - 1;
  }
  return opened;
}

const UNEVEN = 'cells without a column are left out, missing cells are null; quote cells that contain the separator';

const PIECE = 64 * 1024;

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
