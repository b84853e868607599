/** The rows of CSV and TSV. */
import { printable } from '../../../lang/diagnostics/printable.js';
import { CtqError } from '../../errors.js';
import { headerOf } from '../../formats/delimited/header.js';
import { unescapeTsv } from '../../formats/delimited/tsv.js';
import { HEAD } from './beginning-of-objects.js';
import { type DataFileOptions, type DataRow, type Gathering, STEP, wrong } from './gathering.js';

/** @param isCut the end is missing. @throws CtqError */
export async function readCsv(
  bytes: Buffer,
  isCut: boolean,
  file: Gathering,
  { warn }: DataFileOptions,
): Promise<void> {
  const { parse } = await import('csv-parse');
  const { Readable } = await import('node:stream');
  const names = (header: string[]): (string | false)[] => {
    const called = header.map(written => file.names.next(written));
    file.columns.push(...called);
    return called.map(name => (file.wanted?.has(name) ?? true) && name);
  };
  const head = bytes
    .subarray(0, HEAD)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  file.header = headerOf(head).kind;
  const isTsv = /^[^\n]*\t/.test(head);
  const options = {
    bom: true,
    columns: names,
    skip_empty_lines: true,
    relax_column_count: true,
    ...(isTsv ? { delimiter: '\t', quote: null, cast: unescapeTsv } : { trim: true }),
  };
  const parser = Readable.from(piecesOf(bytes)).pipe(parse(options));
  const cells = (): number => file.wanted?.size ?? file.columns.length;
  try {
    for await (const row of parser) {
      file.add(row as DataRow, cells());
      const pause = file.rows.length % STEP === 0 ? file.pause() : undefined;
      if (pause !== undefined) await pause;
    }
  } catch (cause) {
    file.pause();
    // What is cut off may be a cell of several lines.
    if (!(isCut && (cause as CsvFault).code === 'CSV_QUOTE_NOT_CLOSED'))
      throw cause instanceof CtqError ? cause : wrong(file.path, ...quoteFault(cause as CsvFault, bytes));
  }
  const { invalid_field_length: uneven } = parser.info;
  if (uneven > 0) {
    const rows = uneven === 1 ? '1 row has' : `${uneven} rows have`;
    const columns = file.columns.length === 1 ? '1 column' : `${file.columns.length} columns`;
    warn?.(`${printable(file.path)}: ${rows} more or fewer cells than the header (${columns})`, UNEVEN);
  }
}

/** An error of csv-parse: its code, and the line where it noticed it. */
interface CsvFault extends Error {
  readonly code?: string;
  readonly lines?: number;
}

const DOUBLED = 'a cell that has quotes is in quotes itself, and its own are doubled: "b""ob"';

/** What is wrong with the quotes of a file, its cause, and what to do. */
function quoteFault(cause: CsvFault, bytes: Buffer): [why: string, cause: Error, hint?: string] {
  const { code, lines, message } = cause;
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return [
        `line ${openQuoteLine(bytes)}: a quote is not closed`,
        cause,
        'close it; a quote in a cell is doubled: "b""ob"',
      ];
    case 'INVALID_OPENING_QUOTE':
      return [`line ${lines}: a quote in a cell that does not begin with one`, cause, DOUBLED];
    case 'CSV_INVALID_CLOSING_QUOTE':
      return [`line ${lines}: text after the closing quote of a cell`, cause, DOUBLED];
    default:
      return [message, cause];
  }
}

/** The line of the quote that nothing closes: the last one that begins a cell, outside of others. */
function openQuoteLine(bytes: Buffer): number {
  let line = 1;
  let opened = 1;
  for (const [found] of bytes.toString('latin1').matchAll(/\n|(?<=^|[,\n])[ \t]*"(?:[^"]|"")*(?:"|$)/g)) {
    if (found !== '\n') opened = line;
    line += found.split('\n').length - 1;
  }
  return opened;
}

const UNEVEN = 'cells without a column are left out, missing cells are null; quote cells that contain the separator';

const PIECE = 64 * 1024;

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
