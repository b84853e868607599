import { getHeapStatistics } from 'node:v8';
import { printable } from '../../../lang/diagnostics/printable.js';
import { shorten } from '../../../lang/diagnostics/shorten.js';
import { CtqError } from '../../errors.js';
import { ColumnNames } from '../../formats/delimited/column-names.js';
import { type Header, headerOf } from '../../formats/delimited/header.js';
import { unescapeTsv } from '../../formats/delimited/tsv.js';
import { Yielder } from '../../netlink/yielder.js';
import { openForReading, wholeOf } from '../opened-file.js';
import { decompressed } from '../snapshot/compression/decompressed.js';
import { BEFORE_CUT, isCutOff } from '../snapshot/compression/errors.js';
import { nearFile, whyUnreadable } from '../why-unreadable.js';
import { beginningOfObjects, HEAD, isReport } from './beginning-of-objects.js';
import { cellsOfObject, jsonObjects } from './json-objects.js';

/** A row of a data file: cells as text; null if there is none. */
export type DataRow = Readonly<Record<string, string | null>>;

export interface DataFile {
  /** Those that the file has, whether or not they were asked for, as they are called in statements. */
  readonly columns: readonly string[];
  readonly rows: readonly DataRow[];
  /** What the first line of CSV or TSV is; JSON has columns. */
  readonly header: Header['kind'];
}

export interface DataFileOptions {
  /** The columns that are kept. Default: all. */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal;
  /** Called if rows have more or fewer cells than there are columns. */
  warn?(message: string, hint?: string): void;
  /** Called if columns are not called as in the file. */
  note?(message: string): void;
  /** Memory that the rows may take, in bytes. */
  readonly memory?: number;
}

/** Maximum size of a data file, decompressed: it is meant for tables of names. */
const MOST_BYTES = 256 << 20;

/** Estimated memory of a row and of a cell, including the index of a join; an upper bound. */
const ROW_BYTES = 256;
const CELL_BYTES = 64;

/**
 * The rows of a CSV file with a header, or of a JSON or JSONL file of objects; detected by content.
 * @throws CtqError of kind `input` where it cannot be read, or does not fit into memory; the signal's reason
 */
export async function readDataFile(path: string, options: DataFileOptions = {}): Promise<DataFile> {
  const { bytes, isCut } = await bytesOf(path, options);
  const first = bytes
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()[0];
  const file = new Gathering(path, options);
  if (first === '[' || first === '{') await readJson(bytes, isCut, first === '[', file, options);
  else await readCsv(bytes, isCut, file, options);
  // Of all columns, so that it is said once of a file that is read for several.
  if (file.names.changed.size > 0) options.note?.(changedNames(path, [...file.names.changed]));
  return file;
}

/** Columns that are named in a note. */
const MOST_NAMED = 5;

function changedNames(path: string, changed: readonly (readonly [name: string, written: string])[]): string {
  const shown = changed.slice(0, MOST_NAMED).map(([name, written]) => `'${shorten(written, 40)}' is ${name}`);
  const more = changed.length > MOST_NAMED ? `, and ${changed.length - MOST_NAMED} more` : '';
  return `${path}: columns are called by words: ${shown.join(', ')}${more}`;
}

interface Content {
  readonly bytes: Buffer;
  /** Compressed data ended too early: the bytes end with a whole line, or within an array. */
  readonly isCut: boolean;
}

async function bytesOf(path: string, { signal, warn }: DataFileOptions): Promise<Content> {
  let isPacked = false;
  let cut: CtqError | undefined;
  try {
    const { pieces } = openForReading(path, signal, MOST_BYTES);
    isPacked = true;
    const isPlain = (): void => {
      isPacked = false;
    };
    const unpacked = decompressed(pieces, printable(path), { isPlain, ...(signal && { signal }) });
    const upToCut = untilCut(unpacked, error => {
      cut = error;
    });
    const bytes = await wholeOf(upToCut, MOST_BYTES);
    if (cut === undefined) return { bytes, isCut: false };
    warn?.(cut.message, BEFORE_CUT);
    // The last line is a part of one, which would be another row.
    return { bytes: bytes.subarray(0, bytes.lastIndexOf('\n') + 1 || bytes.length), isCut: true };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof CtqError) throw cause;
    const isTooLarge = (cause as NodeJS.ErrnoException).code === 'EFBIG';
    const why = isTooLarge
      ? `it is larger than ${MOST_BYTES >> 20} MiB${isPacked ? ', decompressed' : ''}`
      : whyUnreadable(cause);
    throw wrong(
      path,
      why,
      cause,
      path === '-' ? 'standard input cannot be joined: save it as a file' : nearFile(path, cause),
    );
  }
}

/** The pieces before data ends too early, if there are any. */
async function* untilCut(
  pieces: AsyncIterable<Uint8Array>,
  onCut: (error: CtqError) => void,
): AsyncGenerator<Uint8Array> {
  let isEmpty = true;
  try {
    for await (const piece of pieces) {
      isEmpty = false;
      yield piece;
    }
  } catch (error) {
    if (isEmpty || !isCutOff(error)) throw error;
    onCut(error);
  }
}

/** The rows so far. Counts what they take, since V8 ends the process where memory does. */
class Gathering implements DataFile {
  readonly columns: string[] = [];
  readonly rows: DataRow[] = [];
  readonly names = new ColumnNames();
  header: Header['kind'] = 'columns';
  readonly wanted: ReadonlySet<string> | undefined;
  readonly #memory: number;
  readonly #signal: AbortSignal | undefined;
  readonly #turn = new Yielder();
  #taken = 0;

  constructor(
    readonly path: string,
    { columns, signal, memory = getHeapStatistics().heap_size_limit / 2 }: DataFileOptions,
  ) {
    this.wanted = columns && new Set(columns);
    this.#signal = signal;
    this.#memory = memory;
  }

  add(row: DataRow, cells: number): void {
    this.#taken += ROW_BYTES + CELL_BYTES * cells;
    if (this.#taken > this.#memory)
      throw wrong(this.path, `its rows do not fit into memory: ${this.rows.length} of them fill half of it`);
    this.rows.push(row);
  }

  /** Yields to the event loop where it is time. */
  pause(): Promise<void> | undefined {
    this.#signal?.throwIfAborted();
    return this.#turn.over();
  }
}

/** Rows between two checks of the clock. */
const STEP = 256;

async function readCsv(bytes: Buffer, isCut: boolean, file: Gathering, { warn }: DataFileOptions): Promise<void> {
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

async function readJson(
  bytes: Buffer,
  isCut: boolean,
  isArray: boolean,
  file: Gathering,
  { warn }: DataFileOptions,
): Promise<void> {
  /** The columns so far: what they are called, by their names in the file. */
  const columns = new Map<string, string>();
  const begin = beginningOfObjects(bytes.subarray(0, HEAD).toString('utf8')).columns;
  for (const written of begin) columns.set(written, file.names.next(written));
  /** Columns that a statement cannot know. Where none is known, the file is not one that it was checked against. */
  const late = new Set<string>();
  const called = (written: string): string | undefined => {
    const known = columns.get(written);
    if (known !== undefined) return known;
    if (begin.length > 0) {
      late.add(written);
      return undefined;
    }
    const name = file.names.next(written);
    columns.set(written, name);
    return name;
  };
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const objects = jsonObjects(text, { isArray, isCut }, message => wrong(file.path, message));
  let count = 0;
  for (const object of objects) {
    if (object !== undefined) {
      const kept: [name: string, cell: string | null][] = [];
      for (const [written, cell] of isReport(object) ? [] : cellsOfObject(object)) {
        const name = called(written);
        if (name !== undefined && (file.wanted?.has(name) ?? true)) kept.push([name, cell]);
      }
      file.add(Object.fromEntries(kept), kept.length);
    }
    const pause = ++count % STEP === 0 ? file.pause() : undefined;
    if (pause !== undefined) await pause;
  }
  file.columns.push(...columns.values());
  if (late.size > 0) warn?.(lateColumns(file.path, [...late]), LATE);
}

function lateColumns(path: string, late: readonly string[]): string {
  const shown = late.slice(0, MOST_NAMED).map(written => `'${shorten(written, 40)}'`);
  const more = late.length > MOST_NAMED ? `, and ${late.length - MOST_NAMED} more` : '';
  const [columns, are] = late.length === 1 ? ['column', 'is'] : ['columns', 'are'];
  return printable(
    `${path}: ${columns} ${shown.join(', ')}${more} ${are} not in the first ${HEAD >> 10} KiB and ${are} left out`,
  );
}

const LATE = 'the columns of JSON are those of the objects at its beginning: put an object that has all of them first';

const FORMATS = 'columns are read from CSV and TSV with a header, a JSON array of objects, or one JSON object a line';

const wrong = (path: string, why: string, cause?: unknown, hint = FORMATS): CtqError =>
  new CtqError({
    code: 'data-file',
    kind: 'input',
    message: `cannot read ${path}: ${why}`,
    hint,
    cause,
  });
