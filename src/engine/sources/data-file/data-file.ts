import type { Readable } from 'node:stream';
import { printable } from '../../../lang/diagnostics/printable.js';
import { shorten } from '../../../lang/diagnostics/shorten.js';
import { CtqError } from '../../errors.js';
import type { Spelling } from '../../formats/delimited/column-names.js';
import { keepJsonColumns } from '../../formats/json/file-cells.js';
import { isJsonList } from '../../formats/reading/foreign.js';
import { asUtf8, headText } from '../encoding.js';
import { AlikeWarnings, differ, filesOf } from '../matching-files.js';
import { openForReading, wholeOf } from '../opened-file.js';
import { decompressed } from '../snapshot/compression/decompressed.js';
import { BEFORE_CUT, isCutOff } from '../snapshot/compression/errors.js';
import { openInput } from '../snapshot/input.js';
import { isStandardInput, nameOf, STANDARD_INPUT } from '../standard-input.js';
import { folderHint, nearFile, whyUnreadable } from '../why-unreadable.js';
import { readCsv } from './csv-rows.js';
import {
  type DataFile,
  type DataFileOptions,
  type DataRow,
  Gathering,
  mostMemory,
  someOf,
  wrong,
} from './gathering.js';
import { readJson } from './json-rows.js';
import { columnsOfSeveral } from './json-types.js';
import { shapeOfFile } from './peek.js';

/** Maximum size of a data file, decompressed: it is meant for tables of names. */
const MAX_BYTES = 256 << 20;

const selectHint = (path: string, isPacked: boolean): string =>
  `write only the columns that are needed to another file: ${
    path === STANDARD_INPUT || isPacked ? 'COMMAND | cut -d, -f1,3' : `cut -d, -f1,3 ${asWord(path)}`
  } > small.csv`;

/** A path as a word of a shell. */
const asWord = (path: string): string => (/^[\w./:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/**
 * The rows of a CSV file with a header, or of a file of JSON objects; detected by content.
 * @throws CtqError of kind `input` where it cannot be read, or does not fit into memory; the signal's reason
 */
export async function readDataFile(named: string, options: DataFileOptions = {}): Promise<DataFile> {
  const files = filesOf(named);
  const read = files === undefined ? readOne(named, options) : readSeveral(named, files, options);
  const file = await read;
  keepJsonColumns(named, file.json);
  return file;
}

/** The rows of several files as one table: columns by their names. */
async function readSeveral(pattern: string, files: readonly string[], options: DataFileOptions): Promise<DataFile> {
  const { warn, note, memory = mostMemory() } = options;
  const warnings = new AlikeWarnings((message, hint) => warn?.(message, hint));
  const notes = new AlikeWarnings(message => note?.(message));
  const columns = new Set<string>();
  const rows: DataRow[] = [];
  const json: DataFile['json'][] = [];
  const spelling: Spelling = new Map();
  let taken = 0;
  for (const path of files) {
    const own = { ...options, spelling, warn: warnings.of(path), note: notes.of(path), memory: memory - taken };
    const file = await readOne(path, own).catch(error => {
      const isOther = path !== files[0] && shapeOfFile(path).kind !== 'columns';
      throw isOther && error instanceof CtqError ? differ(pattern, [files[0], 'columns'], [path, 'none']) : error;
    });
    for (const column of file.columns) columns.add(column);
    for (const row of file.rows) rows.push(row);
    json.push(file.json);
    taken += file.taken;
  }
  warnings.finish();
  return { columns: [...columns], rows, json: columnsOfSeveral(json) };
}

async function readOne(named: string, options: DataFileOptions): Promise<Gathering> {
  const path = isStandardInput(named) ? STANDARD_INPUT : named;
  const { bytes: written, cut } = path === STANDARD_INPUT ? await inputOf(options) : await bytesOf(path, options);
  if (cut !== undefined) {
    options.unread?.(cut.message);
    options.warn?.(cut.message, BEFORE_CUT);
  }
  const { bytes, encoding } = asUtf8(written);
  const begin = bytes.subarray(0, 4096).toString('latin1').trimStart();
  const first = isJsonList(begin) ? undefined : begin[0];
  const file = new Gathering(path, options);
  const content = { written, bytes, head: headText(written), isCut: cut !== undefined };
  if (first === '[' || first === '{') file.json = await readJson(content, first === '[', file, options);
  else await readCsv(content, file, options);
  file.nameRows();
  file.reportLacking();
  if (encoding === 'Windows-1252') options.note?.(`${nameOf(path)}: not UTF-8, read as Windows-1252`);
  // Of all columns, so that it is said once of a file that is read for several.
  if (file.names.changed.size > 0) options.note?.(changedNames(path, [...file.names.changed]));
  return file;
}

function changedNames(path: string, changed: readonly (readonly [name: string, written: string])[]): string {
  return `${nameOf(path)}: columns are called by words: ${someOf(changed.map(([name, written]) => `'${shorten(written, 40)}' is ${name}`))}`;
}

interface Content {
  readonly bytes: Buffer;
  /** Why the end is missing. */
  readonly cut?: CtqError;
}

/** What was read of standard inputs, each of which can be read once. */
const inputs = new WeakMap<Readable, Content>();

async function inputOf(options: DataFileOptions): Promise<Content> {
  const stdin = options.stdin?.() ?? process.stdin;
  const content = inputs.get(stdin) ?? (await bytesOf(STANDARD_INPUT, options));
  inputs.set(stdin, content);
  return content;
}

async function piecesOf(path: string, { signal, stdin }: DataFileOptions): Promise<AsyncIterable<Uint8Array>> {
  return path === STANDARD_INPUT
    ? (await openInput(path, stdin?.() ?? process.stdin, signal)).pieces
    : openForReading(path, signal, MAX_BYTES).pieces;
}

async function bytesOf(path: string, options: DataFileOptions): Promise<Content> {
  const { signal } = options;
  let isPacked = false;
  let cut: CtqError | undefined;
  try {
    const pieces = await piecesOf(path, options);
    isPacked = true;
    const isPlain = (): void => {
      isPacked = false;
    };
    const unpacked = decompressed(pieces, nameOf(path), { isPlain, ...(signal && { signal }) });
    const upToCut = untilCut(unpacked, error => {
      cut = error;
    });
    const bytes = await wholeOf(upToCut, MAX_BYTES);
    if (cut === undefined) return { bytes };
    // The last line is a part of one, which would be another row.
    return { bytes: bytes.subarray(0, bytes.lastIndexOf('\n') + 1 || bytes.length), cut };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof CtqError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'EFBIG')
      throw wrong(
        path,
        `it is larger than ${MAX_BYTES >> 20} MiB${isPacked ? ', decompressed' : ''}`,
        cause,
        selectHint(printable(path), isPacked),
      );
    throw wrong(path, whyUnreadable(cause), cause, folderHint(path, cause) ?? nearFile(path, cause) ?? null);
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
