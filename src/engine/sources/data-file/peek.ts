import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import type { FileShape } from '../../../lang/schema/environment.js';
import { namesOf, type Spelling } from '../../formats/delimited/column-names.js';
import { cellsOf } from '../../formats/delimited/dialect.js';
import { arePlain, headerOf } from '../../formats/delimited/header.js';
import { wholeEntries } from '../../formats/reading/whole-entries.js';
import { HEAD, headText } from '../encoding.js';
import { matchingFiles } from '../matching-files.js';
import { beginningOf } from '../snapshot/compression/beginning.js';
import { compressionOf } from '../snapshot/compression/compressions.js';
import { isStandardInput } from '../standard-input.js';
import { beginningOfObjects } from './beginning-of-objects.js';
import { holdsEntry, isAroundEntries, isEntry } from './document.js';
import { hasObjects } from './json-objects.js';

/** The columns of a CSV or TSV file with a header, or of a JSON or JSONL file of objects, from its beginning. */
export function shapeOfFile(path: string): FileShape {
  if (isStandardInput(path)) return { kind: 'input' };
  const files = filesSeen(path);
  if (files === 'too many') return UNSEEN;
  return files === undefined ? shapeOfHead(headOf(path)) : shapeOfSeveral(path, files);
}

/** The run of the statement reports a pattern that names too many folders. */
function filesSeen(path: string): ReturnType<typeof matchingFiles> | 'too many' {
  try {
    return matchingFiles(path);
  } catch {
    return 'too many';
  }
}

const shapeOfHead = (head: ReturnType<typeof headOf>): FileShape =>
  typeof head === 'string' ? shapeOfText(head) : (head ?? { kind: 'other' });

/** The pattern that was looked at last: a statement is checked while it is typed. */
let looked: { readonly version: string; readonly shape: FileShape } | undefined;

/** The shape of the first file with content. Columns are those of all files. */
function shapeOfSeveral(pattern: string, files: readonly string[]): FileShape {
  if (files.length === 0) return { kind: 'missing' };
  const version = JSON.stringify([
    pattern,
    ...files.map(path => [path, versionOf(statSync(path, { throwIfNoEntry: false }))]),
  ]);
  if (looked?.version === version) return looked.shape;
  let shape: FileShape | undefined;
  for (const path of files) {
    const head = headOf(path);
    if (typeof head === 'string' && head.trim() === '') continue;
    const own = shapeOfHead(head);
    if (shape === undefined) shape = own;
    else if (shape.kind === 'columns' && own.kind === 'columns')
      shape = {
        kind: 'columns',
        columns: spelledOnce([...shape.columns, ...own.columns]),
        mayHoldFlows: shape.mayHoldFlows,
      };
    if (shape.kind !== 'columns' || shape.mayHoldFlows) break;
  }
  looked = { version, shape: shape ?? { kind: 'other' } };
  return looked.shape;
}

/** The first of names that differ in case only. */
const spelledOnce = (names: readonly string[]): string[] => {
  const spelling: Spelling = new Map();
  for (const name of names) if (!spelling.has(name.toLowerCase())) spelling.set(name.toLowerCase(), name);
  return [...spelling.values()];
};

const versionOf = (stats: Stats | undefined): string => `${stats?.dev}:${stats?.ino}:${stats?.size}:${stats?.mtimeMs}`;

/** @param head the beginning of a file */
export function shapeOfText(head: string): FileShape {
  const text = head.trimStart();
  if (isOfObjects(text)) return shapeOfObjects(text);
  // A list without rows is one of any columns.
  if (/^\[\s*\]\s*$/.test(text)) return { kind: 'unseen' };
  const header = headerOf(text);
  const { kind, cells, dialect } = header;
  if (kind !== 'columns') return { kind };
  const mayHoldFlows = dialect.isOwn && arePlain(cells) && wholeEntries(cells).missing.length === 0;
  return { kind: 'columns', columns: namesOf(cells), mayHoldFlows };
}

/** The cells of a column in the beginning of a file; undefined if no column is called so there. */
export function firstCells(path: string, column: string): string[] | undefined {
  const files = filesSeen(path);
  if (files === 'too many') return undefined;
  for (const file of files ?? [path]) {
    const cells = firstCellsOf(file, column);
    if (cells !== undefined) return cells;
  }
  return undefined;
}

function firstCellsOf(path: string, column: string): string[] | undefined {
  const head = isStandardInput(path) ? undefined : headOf(path);
  if (typeof head !== 'string') return undefined;
  const text = head.trimStart();
  if (isOfObjects(text)) {
    const { columns, rows } = beginningOfObjects(text);
    const written = columns[namesOf(columns).indexOf(column)];
    return written === undefined ? undefined : rows.map(row => row.get(written) ?? '');
  }
  const { begin, lineEnd, separator } = headerOf(text).dialect;
  // The last line may be cut off: a character has at most four bytes.
  const whole = text.slice(begin, head.length < HEAD / 4 ? undefined : text.lastIndexOf(lineEnd));
  const [names, ...rows] = whole.split(lineEnd).map(line => cellsOf(line.trimEnd(), separator));
  const index = namesOf(names).indexOf(column);
  return index < 0 ? undefined : rows.map(cells => cells[index] ?? '');
}

const isOfObjects = (text: string): boolean => /^(?:\[\s*)?\{/.test(text);

/** The compressed file that was looked at last: a statement is checked while it is typed. */
let unpacked: { readonly version: string; readonly head: string | undefined } | undefined;

/** The beginning of a file; undefined if it is compressed and cannot be decompressed. */
export function headOf(path: string): string | FileShape | undefined {
  let fd: number;
  try {
    // A pipe is not even opened: its writer would end when it is closed again.
    if (!statSync(path).isFile()) return UNSEEN;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { kind: 'missing' } : UNSEEN;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return UNSEEN;
    const bytes = Buffer.alloc(HEAD);
    const head = bytes.subarray(0, readSync(fd, bytes, 0, HEAD, 0));
    const compression = compressionOf(head);
    if (compression === undefined) return headText(head);
    const version = versionOf(stats);
    if (unpacked?.version !== version) {
      const begin = beginningOf(compression, fd, HEAD);
      unpacked = { version, head: begin && headText(begin) };
    }
    return unpacked.head;
  } catch {
    return UNSEEN;
  } finally {
    closeSync(fd);
  }
}

const UNSEEN: FileShape = { kind: 'unseen' };

/** Of JSON: the first object that is not a report of what is missing decides whether it is of flows. */
function shapeOfObjects(text: string): FileShape {
  const { first, isOnly, document, columns } = beginningOfObjects(text);
  const lists = document?.lists.filter(list => list !== document.rows).map(({ path }) => path) ?? [];
  if (first === undefined)
    return lists.length > 0 ? { kind: 'columns', columns: [], mayHoldFlows: false, lists } : { kind: 'other' };
  const isOfEntries = isEntry(first);
  // Lists around entries, and lists of lists, cannot be rows.
  const isAround =
    document === undefined &&
    isOnly &&
    text.startsWith('{') &&
    columns.length > 0 &&
    Object.values(first).every(hasObjects);
  if (!isOfEntries && (isAround || isAroundEntries(first))) return { kind: 'other' };
  return {
    kind: 'columns',
    columns: namesOf(columns),
    mayHoldFlows: isOfEntries || holdsEntry(first),
    ...(lists.length > 0 ? { lists } : {}),
  };
}
